// Lanes as pixels: whatever a single look showed is somewhere in the picture, also where a pixel holds many looks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneRaster, mixed, type LanePalette } from '../../../../renderer/view/timeline/lane-raster.ts';
import { laneTracks, STACKED } from '../../../../renderer/view/timeline/lane-tracks.ts';
import { lanesOf } from '../../../../renderer/view/timeline/lanes.ts';
import { toMiB } from '../../../../shared/base/units.ts';
import { EMPTY_NODE_SESSION } from '../../../../shared/session/node-session.ts';
import { chunksOf } from '../../../../shared/session/history/history-looks.ts';
import { numberAt } from '../../../../shared/session/history/size-column.ts';
import type { Observation } from '../../../../shared/model/observation.ts';
import { BUSES, historyOf, historyPoints } from '../../../kit/history-points.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';

const PANEL = 0xff_ff_ff_ff;
const LINE = 0xff_00_00_00;
const UNKNOWN = 0xff_80_80_80;
const COLOURS = {
  engine: 0xff_b2_72_00,
  orphan: 0xff_00_00_d0,
  trainer: 0xff_bf_5f_8b,
  process: 0xff_10_a0_10,
  gone: 0xff_11_22_33,
  unattributed: 0xff_0e_8e_c2,
};
const PALETTE: LanePalette = { panel: PANEL, line: LINE, unknown: UNKNOWN, layer: (name) => COLOURS[name] };
const LETTERS = new Map([
  [PANEL, '.'],
  [LINE, '-'],
  [UNKNOWN, '?'],
  [COLOURS.engine, 'E'],
  [COLOURS.trainer, 'T'],
  [COLOURS.unattributed, 'u'],
]);

const TEXT = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 10000 reserved 0 used sum+0
process server "python -m sglang.launch_server --port 30000" pid 4001
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 6000 then 1000
process raylet "/opt/ray/core/src/ray/raylet/raylet" pid 5001
  process actor "ray::MegatronTrainRayActor.train" pid 5002 on 3B:00.0 2000
`;

const at = (second: number, step = 0, text = TEXT): Observation[] =>
  look(text, { step, atMs: FIRST_LOOK_MS + second * 1_000 });

/** Row by row; `*` is a colour between two others. */
function drawn(looks: readonly Observation[], columns: number, seconds: number): string[] {
  const { lanes } = lanesOf(folded(...looks), {
    fromMs: FIRST_LOOK_MS,
    toMs: FIRST_LOOK_MS + seconds * 1_000,
    columns,
    found: [],
  });
  const { pixels, width, height } = laneRaster(lanes, columns, PALETTE, { laneHeight: 10, margin: 0 });
  return Array.from({ length: height }, (_, row) =>
    Array.from(pixels.subarray(row * width, (row + 1) * width), (pixel) => LETTERS.get(pixel) ?? '*').join(''),
  );
}

describe('a lane', () => {
  it('is filled from the bottom, each step until the next look, with a line for what is used', () => {
    expect(drawn([...at(0), ...at(2, 1), ...at(4)], 6, 6)).toEqual([
      '......',
      '......',
      '--..--',
      'TT..TT',
      'EE..EE',
      'EE..EE',
      'EE..EE',
      'EE--EE',
      'EETTEE',
      'EEEEEE',
    ]);
  });

  it('shows a dip and a spike of one look among many in a pixel, half and as far as they went', () => {
    const steady = Array.from({ length: 40 }, (_, second) => at(second, second === 13 || second > 19 ? 1 : 0)).flat();
    expect(drawn(steady, 4, 40).map((row) => row.slice(0, 3))).toEqual([
      '...',
      '...',
      '--.',
      'T-.',
      'E-.',
      'E-.',
      'E-.',
      'E--',
      'E*T',
      'EEE',
    ]);
  });

  it('has a dashed column where one look of many could not say', () => {
    const unread = TEXT.replace('used sum+0', 'used [N/A]');
    const looks = Array.from({ length: 30 }, (_, second) => at(second, 0, second === 15 ? unread : TEXT)).flat();
    const rows = drawn(looks, 3, 30);
    expect(rows.map((row) => row[1])).toEqual(['?', '?', '-', 'T', '?', '?', 'E', 'E', '?', '?']);
    expect(rows.every((row) => row[0] !== '?' && row[2] !== '?')).toBe(true);
  });

  it('shows what is small beside a whole GPU, and a size below 0 through what others say that they hold', () => {
    const small = TEXT.replace('6000 then 1000', '1');
    expect(drawn(at(0, 0, small), 1, 1).map((row) => row[0])).toContain('E');
    const less = TEXT.replace('used sum+0', 'used 5000');
    const column = drawn(at(0, 0, less), 1, 1).map((row) => row[0]);
    // The rows and what is used differ by 3,000 of 10,000 MiB.
    expect(column.filter((pixel) => pixel === '*').length).toBeGreaterThanOrEqual(2);
  });
});

it('mixes colours channel by channel, opaque', () => {
  expect(mixed(0xff_00_00_00, 0xff_ff_80_40, 0.5).toString(16)).toBe('ff804020');
  expect(mixed(0xff_12_34_56, 0xff_ff_ff_ff, 0)).toBe(0xff_12_34_56);
});

it('stacks what a plain walk over the classes of each look stacks', () => {
  fc.assert(
    fc.property(historyPoints, (points) => {
      const chunks = chunksOf(historyOf(points));
      for (const bus of BUSES) {
        const tops = chunks.flatMap((chunk) =>
          Array.from({ length: chunk.count }, (_, place) =>
            laneTracks(chunk, bus).tops.map(({ values }) => numberAt(values, place)),
          ),
        );
        const plain = points.map((point) => {
          const classes = point.buses.get(bus)?.classes;
          let top = classes === undefined ? Number.NaN : 0;
          return STACKED.map((kind) => {
            const size = classes?.get(kind);
            if (size?.known === false) top = Number.NaN;
            else if (size !== undefined && size.value > 0) top += toMiB(size.value);
            return top;
          });
        });
        expect(tops).toEqual(plain);
      }
    }),
    { seed: 20260131, numRuns: 60 },
  );
});

it('puts a pixel into every column that holds a look with a number, and marks every column that holds one without', () => {
  const [bus] = BUSES;
  fc.assert(
    fc.property(historyPoints, fc.integer({ min: 1, max: 40 }), (points, columns) => {
      const [first, last] = [points[0], points.at(-1)];
      if (bus === undefined || first === undefined || last === undefined || first === last) return;
      const window = { fromMs: first.atMs, toMs: last.atMs, columns, found: [] };
      const { lanes } = lanesOf({ ...EMPTY_NODE_SESSION, history: historyOf(points) }, window);
      const { pixels } = laneRaster(lanes, columns, PALETTE, { laneHeight: 12, margin: 0 });
      const row = lanes.findIndex((lane) => lane.bus === bus);
      for (const point of points) {
        const used = point.buses.get(bus)?.used;
        if (used === undefined) continue;
        const column = Math.min(
          columns - 1,
          Math.floor((point.atMs - first.atMs) / ((last.atMs - first.atMs) / columns)),
        );
        const own = Array.from({ length: 12 }, (_, line) => pixels[(row * 12 + line) * columns + column]);
        expect(own.includes(used.known ? LINE : UNKNOWN) || own.includes(UNKNOWN)).toBe(true);
      }
    }),
    { seed: 20260131, numRuns: 60 },
  );
});
