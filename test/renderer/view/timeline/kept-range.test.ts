// Zooming and moving never lead away from what is kept.
import { expect, it } from 'vitest';
import { keptRange } from '../../../../renderer/view/timeline/kept-range.ts';

const KEPT = { fromMs: 100_000, toMs: 200_000 };

it.each([
  ['leaves a range alone that is among it', 120_000, 130_000, 120_000, 130_000],
  ['lets half of a range stand before or after it', 96_000, 106_000, 96_000, 106_000],
  ['brings one back that was moved away from it', 0, 10_000, 95_000, 105_000],
  ['brings one back that was moved beyond the newest look', 300_000, 310_000, 195_000, 205_000],
  ['makes one of less than 2 s longer around its middle', 149_900, 150_100, 149_000, 151_000],
  ['shows all of it where more was asked for', 0, 1_000_000, 100_000, 200_000],
])('%s', (_what, fromMs, toMs, from, to) => {
  expect(keptRange({ fromMs, toMs }, KEPT)).toEqual({ fromMs: from, toMs: to });
});

it('shows 2 s around a single look', () => {
  expect(keptRange({ fromMs: 90_000, toMs: 110_000 }, { fromMs: 100_000, toMs: 100_000 })).toEqual({
    fromMs: 100_000,
    toMs: 102_000,
  });
});
