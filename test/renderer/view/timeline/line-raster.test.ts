// Lines as pixels: steps, a bar over all that a pixel column saw, nothing in a gap.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineRaster, type RasterLine } from '../../../../renderer/view/timeline/line-raster.ts';
import { seenThrough } from '../../../../renderer/view/timeline/picture.ts';

const [RED, BLUE] = [0xff_00_00_ff, 0xff_ff_00_00];
const LETTERS = new Map([
  [0, '.'],
  [RED, 'R'],
  [BLUE, 'B'],
]);
const TEN = { width: 10, height: 5, fromMs: 0, toMs: 10, mostMib: 5 };

const thin = (values: readonly (number | null)[], colour = RED): RasterLine => ({ values, colour, thickness: 1 });

function drawn(timesMs: readonly number[], lines: readonly RasterLine[], window = TEN): string[] {
  const { pixels, width, height } = lineRaster(timesMs, lines, window);
  return Array.from({ length: height }, (_, row) =>
    Array.from(pixels.subarray(row * width, (row + 1) * width), (pixel) => LETTERS.get(pixel) ?? '*').join(''),
  );
}

describe('a line', () => {
  it('holds its value until the next look and then steps', () => {
    expect(drawn([0, 3, 7, 9], [thin([1, 4, 2, 2])])).toEqual([
      '..........',
      '...RRRRR..',
      '...R...R..',
      '...R...RRR',
      'RRRR......',
    ]);
  });

  it('shows a spike and a dip of one look among many in a pixel as far as they went', () => {
    expect(drawn([0, 5, 5.1, 5.2, 5.3, 9], [thin([2, 2, 5, 1, 2, 2])])).toEqual([
      '.....R....',
      '.....R....',
      '.....R....',
      'RRRRRRRRRR',
      '.....R....',
    ]);
  });

  it('ends where a gap begins and begins anew after it, with no step between', () => {
    expect(drawn([0, 3, 6, 9], [thin([4, null, 2, 2])])).toEqual([
      '..........',
      'RRR.......',
      '..........',
      '......RRRR',
      '..........',
    ]);
  });

  it('is as thick as it is told, and cut at the edges', () => {
    expect(drawn([0, 4, 9], [{ values: [0, 5, 5], colour: RED, thickness: 3 }])).toEqual([
      '...RRRRRRR',
      '...RRRRRRR',
      '...RRR....',
      '...RRR....',
      'RRRRRR....',
    ]);
  });

  it('hides what is below it, also where it is seen through', () => {
    expect(drawn([0, 9], [thin([3, 3]), thin([3, 3], BLUE)])[2]).toBe('BBBBBBBBBB');
    expect(drawn([0, 9], [thin([3, 3]), thin([3, 3], seenThrough(BLUE, 0.5))])[2]).toBe('**********');
  });

  it('is not there where nothing is known, and needs no width of time', () => {
    expect(drawn([0, 9], [thin([null, null])]).join('')).toBe('.'.repeat(50));
    expect(drawn([0], [thin([3])], { ...TEN, toMs: 0 })[2]).toBe('R.........');
  });
});

it('reaches every value in its column, and no row that no value and no step of the column reaches', () => {
  const value = fc.option(fc.integer({ min: 1, max: 20 }), { nil: null, freq: 4 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (values, width) => {
      const window = { width, height: 20, fromMs: 0, toMs: values.length, mostMib: 20 };
      const timesMs = values.map((_, at) => at);
      const { pixels } = lineRaster(timesMs, [thin(values)], window);
      const reached = Array.from({ length: width }, () => new Set<number>());
      let before: number | null = null;
      for (const [at, each] of values.entries()) {
        const column = Math.round((at * width) / values.length);
        const from = Math.round(((at - 1) * width) / values.length);
        // A step stands until the next look, which has a column of its own, or ends in the gap.
        if (before !== null) for (let held = from; held < column; held += 1) reached[held]?.add(before);
        for (const high of between(before ?? each, each)) reached[column]?.add(high);
        before = each;
      }
      const seen = Array.from(
        { length: width },
        (_, column) =>
          new Set(
            Array.from({ length: 20 }, (__, row) => row)
              .filter((row) => pixels[row * width + column] === RED)
              .map((row) => 20 - row),
          ),
      );
      expect(seen).toEqual(reached);
    }),
    { seed: 20261126, numRuns: 300 },
  );
});

/** All heights from one to the other; none in a gap. */
function between(one: number | null, other: number | null): number[] {
  if (one === null || other === null) return [];
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return Array.from({ length: high - low + 1 }, (_, at) => low + at);
}

it('makes a colour as thin as it is told', () => {
  expect(seenThrough(RED, 0.35).toString(16)).toBe('590000ff');
  expect(seenThrough(RED, 1)).toBe(RED);
});
