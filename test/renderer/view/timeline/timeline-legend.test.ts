// The legend of a timeline: engines that come and go for hours take no room from what is there.
import { expect, it } from 'vitest';
import { legendOf } from '../../../../renderer/view/timeline/timeline-legend.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';
import { readoutAt, type ReadoutLine } from '../../../../shared/session/timeline/timeline-series.ts';

/** A server that is started again and again on its port, one look each. */
const lives = (count: number) =>
  Array.from({ length: count }, (_, life) =>
    look(
      `gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000" pid ${5_000 + life * 10}
  process tp0 "sglang::scheduler_TP0" pid ${5_001 + life * 10} on 3B:00.0 1741`,
      { atMs: FIRST_LOOK_MS + life * 2_000 },
    ),
  ).flat();

const readout = (count: number) => {
  const found = readoutAt(folded(...lives(count)), 'engine', undefined);
  if (found === undefined) throw new Error('nothing was seen');
  return found;
};
const named = (pairs: readonly (readonly ReadoutLine[])[]): (string | undefined)[] =>
  pairs.map(([line]) => line?.label);

it('names a few that ended beside the one that is there', () => {
  const { shown, rest } = legendOf(readout(3), undefined);
  expect(named(shown)).toEqual(['sglang :30000, pid 5000 (ended)', 'sglang :30000, pid 5010 (ended)', 'sglang :30000']);
  expect(rest).toEqual([]);
});

it('keeps many that ended apart, and names none that the window does not show', () => {
  const all = legendOf(readout(40), undefined);
  expect([named(all.shown), all.rest.length]).toEqual([['sglang :30000'], 39]);
  const last = readout(40).lines.slice(-6);
  const { shown, rest } = legendOf(readout(40), last);
  expect([named(shown), rest.length]).toEqual([['sglang :30000'], 5]);
});
