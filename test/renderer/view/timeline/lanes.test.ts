// Lanes, the numbers of a range and the overview: by hand, with unknown sizes, negative ones, gaps and spikes.
import { describe, expect, it } from 'vitest';
import { lanesOf, type Lane } from '../../../../renderer/view/timeline/lanes.ts';
import { beginningText, overviewOf } from '../../../../renderer/view/timeline/overview.ts';
import { rangeStats } from '../../../../renderer/view/timeline/range-stats.ts';
import type { Observation } from '../../../../shared/model/observation.ts';
import { DEMO_SCENARIOS } from '../../../../shared/source/demo-scenarios.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';

const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';
const at = (step: number, text = CYCLE, second = step * 2): Observation[] =>
  look(text, { step, atMs: FIRST_LOOK_MS + second * 1_000 });
/** Half a second a column. */
const ALL = { fromMs: FIRST_LOOK_MS, toMs: FIRST_LOOK_MS + 20_000, columns: 40, found: [] };

/** `engine 64210, trainer 66358 | used 66367`, each change once; a dash where it is unknown, `all` where several were. */
function laneText({ layers, used, below }: Lane): string[] {
  const size = ({ least, most, unknown }: Lane['used'], column: number): string => {
    const [low, high] = [least[column] ?? Number.NaN, most[column] ?? Number.NaN];
    const range = Number.isNaN(high) ? '' : low === high ? `${high}` : `${low} to ${high}`;
    return [range, unknown[column] === 1 ? '–' : ''].filter((part) => part !== '').join(' or ');
  };
  const texts = [...used.most.keys()].map((column) => {
    const parts = layers.map(({ class: kind, top }) => `${kind} ${size(top, column)}`);
    const hole = below[column] ?? Number.NaN;
    return `${parts.join(', ')} | used ${size(used, column)}${Number.isNaN(hole) ? '' : ` | below ${hole}`}`;
  });
  return texts.filter((each, column) => each !== texts[column - 1] && /\d|–/.test(each));
}

describe('a lane', () => {
  it('stacks the classes of its GPU at each look', () => {
    const { lanes } = lanesOf(folded(...at(2), ...at(4)), ALL);
    expect(lanes.map(({ label, topMib }) => [label, topMib])).toEqual([
      ['3B:00.0', 81_559],
      ['41:00.0', 81_559],
    ]);
    expect(lanes.slice(0, 1).flatMap(laneText)).toEqual([
      'engine 64210, trainer 66358, unattributed 66367 | used 66367',
      'engine 1741, trainer 40653, unattributed 40662 | used 40662',
    ]);
  });

  it('keeps the sign of what nobody holds, and has no layer above an unknown size', () => {
    const less = CYCLE.replace('used sum+9', 'used 40553').replace('used sum+11', 'used 40656');
    const unread = less.replace(
      'then 1741 then 1741 then 1741 then 64192',
      'then [N/A] then [N/A] then [N/A] then 64192',
    );
    const [first, second] = lanesOf(folded(...at(4, unread)), ALL).lanes;
    expect(first === undefined ? [] : laneText(first)).toEqual([
      'engine 1741, trainer 40653, unattributed 40653 | used 40553 | below -100',
    ]);
    expect(second === undefined ? [] : laneText(second)).toEqual(['engine –, trainer –, unattributed – | used 40656']);
  });

  it('loses no spike of a single look, and breaks at a gap', () => {
    const quiet = CYCLE.replaceAll(/then \d+/g, '');
    const spike = quiet.replace('3B:00.0 2148', '3B:00.0 9999');
    const looks = Array.from({ length: 300 }, (_, n) => at(0, n === 137 ? spike : quiet, n)).flat();
    const window = { ...ALL, toMs: FIRST_LOOK_MS + 400_070, columns: 20 };
    const { lanes, gaps } = lanesOf(folded(...looks, ...at(0, quiet, 400)), window);
    expect(lanes[0]?.used.most).toHaveLength(20);
    const trainer = lanes[0]?.layers.find((layer) => layer.class === 'trainer')?.top;
    expect([...(trainer?.most ?? [])].filter((top) => top === 64_210 + 9_999)).toHaveLength(1);
    expect([...(trainer?.least ?? [])].filter((top) => top === 64_210 + 2_148)).toHaveLength(16);
    expect(gaps.map(({ cause }) => cause)).toEqual(['no-look']);
    // Five columns are in the gap of 101 s, but for those that a look is in.
    expect([...(lanes[0]?.used.most ?? [])].filter((used) => Number.isNaN(used))).toHaveLength(4);
  });

  it('shows what was there before the window until the first look in it, and nothing of a time to come', () => {
    const window = { ...ALL, fromMs: FIRST_LOOK_MS + 5_000, toMs: FIRST_LOOK_MS + 15_000, columns: 10 };
    const { used } = lanesOf(folded(...at(2), ...at(4)), window).lanes[0] ?? {};
    expect([...(used?.most ?? [])]).toEqual([
      66_367,
      66_367,
      66_367,
      40_662,
      40_662,
      ...Array.from({ length: 5 }, () => Number.NaN),
    ]);
  });
});

describe('the numbers of a range', () => {
  it('are of its own looks, for each process, engine, class and GPU', () => {
    const node = folded(...[1, 2, 3, 4, 5, 6].flatMap((step) => at(step)));
    const { rows, looks } = rangeStats(node, FIRST_LOOK_MS + 3_000, FIRST_LOOK_MS + 10_500);
    expect(looks).toBe(4);
    expect(
      rows.map(({ name, whose, gpu, min, median, max, first, last, delta }) =>
        [[name, whose].filter((text) => text !== '').join(', '), gpu, min, median, max, first, last, delta].join(' | '),
      ),
    ).toEqual([
      'scheduler TP0, sglang :30000 | 3B:00.0 | 1,741 | 1,741 | 64,210 | 64,210 | 1,741 | −62,469 MiB',
      'scheduler TP1, sglang :30000 | 41:00.0 | 1,741 | 1,741 | 64,190 | 64,190 | 1,741 | −62,449 MiB',
      'trainer ray::MegatronTrainRayActor.train | 3B:00.0 | 2,148 | 2,148 | 38,912 | 2,148 | 38,912 | +36,764 MiB',
      'trainer ray::MegatronTrainRayActor.train | 41:00.0 | 2,140 | 2,140 | 38,904 | 2,140 | 38,904 | +36,764 MiB',
      'sglang :30000 | 3B:00.0 | 1,741 | 1,741 | 64,210 | 64,210 | 1,741 | −62,469 MiB',
      'sglang :30000 | 41:00.0 | 1,741 | 1,741 | 64,190 | 64,190 | 1,741 | −62,449 MiB',
      'trainers | 3B:00.0 | 2,148 | 2,148 | 38,912 | 2,148 | 38,912 | +36,764 MiB',
      'no process | 3B:00.0 | 9 | 9 | 9 | 9 | 9 | 0 MiB',
      'trainers | 41:00.0 | 2,140 | 2,140 | 38,904 | 2,140 | 38,904 | +36,764 MiB',
      'no process | 41:00.0 | 11 | 11 | 11 | 11 | 11 | 0 MiB',
      'all that is used | 3B:00.0 | 23,661 | 40,662 | 66,367 | 66,367 | 40,662 | −25,705 MiB',
      'all that is used | 41:00.0 | 32,871 | 40,656 | 66,341 | 66,341 | 40,656 | −25,685 MiB',
    ]);
  });

  it('say what was not measured, and are none where there was no look', () => {
    const unread = CYCLE.replace('used sum+9', 'used 40662').replace(
      'then 1741 then 1741 then 1741 then 64212',
      'then [N/A] then 1741 then 1741 then 64212',
    );
    const node = folded(...at(4, unread), ...at(5, unread));
    const { rows } = rangeStats(node, FIRST_LOOK_MS, FIRST_LOOK_MS + 60_000);
    const engine = rows.find(({ group }) => group === 'engine');
    expect(rows[0]).toMatchObject({
      name: 'scheduler TP0',
      whose: 'sglang :30000',
      delta: 'unknown',
      unknown: 1,
      absent: 0,
    });
    expect(engine).toMatchObject({
      min: '1,741',
      first: 'unknown',
      last: '1,741',
      delta: 'unknown',
      unknown: 1,
      absent: 0,
    });
    expect(rangeStats(node, FIRST_LOOK_MS - 9_000, FIRST_LOOK_MS - 8_000)).toMatchObject({ looks: 0, rows: [] });
  });
});

describe('the overview', () => {
  it('adds up all GPUs, and has nothing where one of them is unknown', () => {
    const unread = CYCLE.replace('used sum+9', 'used [N/A]');
    const view = overviewOf(folded(...at(1), ...at(2, unread), ...at(4)), 400);
    expect([view?.used.most[0], view?.used.most[399]]).toEqual([132_708, 81_318]);
    expect([...(view?.used.unknown ?? [])].indexOf(1)).toBe(133);
    expect(overviewOf(folded(...at(1)), 400)).toBe(undefined);
  });

  it('says where it begins once looks were let go', () => {
    const said = beginningText({ fromMs: FIRST_LOOK_MS, toMs: FIRST_LOOK_MS + 43_560_000, gone: 1_280 });
    expect(said).toBe(
      'Begins at 01-31 12:00:00 UTC, 12.1 h ago: 1,280 earlier looks are not kept in this window. Open the recording of this node to see them.',
    );
  });
});
