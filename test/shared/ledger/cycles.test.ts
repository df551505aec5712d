// Sleep/wake cycles found in what was resident: each series is written as text, each expected cycle by hand.
import { describe, expect, it } from 'vitest';
import { known, orNull, unknown } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import { findCycles } from '../../kit/find-cycles.ts';
import { settleBounds, type Cycle, type LevelPoint } from '../../../shared/ledger/cycles.ts';
import { driftOf } from '../../../shared/ledger/drift.ts';
import { noise } from './noise.ts';

/** `9728*5 1741*8`: sizes in MiB, one a second, `?` for a look that could not be measured, `!` said to be asleep, `^` awake. */
function series(text: string): LevelPoint[] {
  const points: LevelPoint[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const [, size = '', mark, times] = /^(\d+|\?)([!^]?)(?:\*(\d+))?$/.exec(word) ?? [];
    for (let count = Number(times ?? 1); count > 0; count -= 1) {
      const resident = size === '?' ? unknown('partial-row') : known(fromMiB(Number(size)));
      const state = mark === '!' ? ('asleep' as const) : mark === '^' ? ('awake' as const) : undefined;
      points.push({ atMs: points.length * 1_000, resident, state });
    }
  }
  return points;
}

/** `awake 9728 release 4 drop 5 settled 5 residual 1741 wake 13 to 9728`, times in seconds. */
function shown(cycle: Cycle): string {
  const s = (ms: number | undefined): string => (ms === undefined ? '-' : String(ms / 1_000));
  const mib = (size: number | null | undefined): string =>
    size === null || size === undefined ? '-' : String(size / fromMiB(1));
  const residual = cycle.residual.known ? mib(orNull(cycle.residual)) : cycle.residual.why.code;
  const rose = cycle.rose === undefined ? '' : ` rose ${mib(cycle.rose.to)} at ${s(cycle.rose.atMs)}`;
  return `awake ${mib(cycle.awake)} release ${s(cycle.releaseMs)} drop ${s(cycle.firstDropMs)} settled ${s(cycle.settledMs)} residual ${residual}${rose} wake ${s(cycle.wakeMs)} to ${mib(cycle.woken)}`;
}

it.each([
  ['nothing', '', []],
  ['an engine that never sleeps', '9728*20', []],
  ['noise of 16 MiB either way', '9728 9744 9712 9730 9740 9715 9728', []],
  [
    'one sleep and a wake',
    '9728*5 1741*8 9728*4',
    ['awake 9728 release 4 drop 5 settled 5 residual 1741 wake 13 to 9728'],
  ],
  ['a sleep that goes on', '9728*5 1741*8', ['awake 9728 release 4 drop 5 settled 5 residual 1741 wake - to -']],
  [
    'two cycles that leave more the second time',
    '9728*3 1741*4 9728*3 1779*4 9728*2',
    [
      'awake 9728 release 2 drop 3 settled 3 residual 1741 wake 7 to 9728',
      'awake 9728 release 9 drop 10 settled 10 residual 1779 wake 14 to 9728',
    ],
  ],
  [
    'a release that takes its time',
    '9728*3 7000 5000 3000 1741*5 9728*2',
    ['awake 9728 release 2 drop 3 settled 6 residual 1741 wake 11 to 9728'],
  ],
  [
    'a value that is flat for 8 s and then takes one more step down',
    '9728*3 5000*8 1741*5 9728*2',
    ['awake 9728 release 2 drop 3 settled 11 residual 1741 wake 16 to 9728'],
  ],
  [
    'a partial release by tag, first the graphs and then the rest',
    '9728*3 9280*4 1741*4 9728*2',
    ['awake 9728 release 2 drop 3 settled 7 residual 1741 wake 11 to 9728'],
  ],
  [
    'a wake by tag, first the weights and then the rest: weights are no residual',
    '9728*3 1741*4 4200*4 9728*2',
    ['awake 9728 release 2 drop 3 settled 3 residual 1741 rose 4200 at 7 wake 11 to 9728'],
  ],
  [
    'a slow wake, of which no look is like the one before',
    '9728*3 1741*4 2500 3500 4500 9728*2',
    ['awake 9728 release 2 drop 3 settled 3 residual 1741 wake 10 to 9728'],
  ],
  [
    'growth in a sleep, which falls again before the wake',
    '9728*3 1741*4 4200*4 1720*3 9728*2',
    ['awake 9728 release 2 drop 3 settled 11 residual 1720 wake 14 to 9728'],
  ],
  [
    'a fall after a rise, which was not seen to hold still',
    '9728*3 4000*4 5000 1741 9728*2',
    ['awake 9728 release 2 drop 3 settled - residual still-falling wake 9 to 9728'],
  ],
  [
    'a sleep that was not seen to begin, as the engine reports it',
    '1741!*4 9728^*3 1741!*4 9728^*2',
    ['awake 9728 release 6 drop 7 settled 7 residual 1741 wake 11 to 9728'],
  ],
  [
    'a release of which the second look could not be measured',
    '9728*5 1741 ? 1741*4 9728*2',
    ['awake 9728 release 4 drop 5 settled 7 residual 1741 wake 11 to 9728'],
  ],
  [
    'a sleep of which every other look could not be measured',
    '9728*5 1741 ? 1741 ? 1741 9728*2',
    ['awake 9728 release 4 drop 5 settled - residual still-falling wake 10 to 9728'],
  ],
  ['a dip of one look', '9728*4 5000 9728*6', []],
  [
    'one odd high look in a sleep',
    '9728*3 1741*3 9728 1741*3 9728*3',
    ['awake 9728 release 2 drop 3 settled 7 residual 1741 wake 10 to 9728'],
  ],
  [
    'a wake that comes before it held still',
    '9728*3 7000 5000 3000 9728*3',
    ['awake 9728 release 2 drop 3 settled - residual still-falling wake 6 to 9728'],
  ],
  [
    'a sleep whose end could not be measured',
    '9728*3 1741*3 ?*3 9728*3',
    ['awake 9728 release 2 drop 3 settled - residual partial-row wake 9 to 9728'],
  ],
  [
    'a release that frees nothing, as the engine reports it',
    '9728^*3 9728!*4 9728^*2',
    ['awake 9728 release 2 drop - settled 3 residual 9728 wake 7 to 9728'],
  ],
  [
    'a reported sleep that falls later',
    '9728^*3 9728!*2 1741!*4 9728^*2',
    ['awake 9728 release 2 drop 5 settled 5 residual 1741 wake 9 to 9728'],
  ],
  [
    'a wake that is reported before memory is back',
    '9728^*3 1741!*4 1741^ 9728^*3',
    ['awake 9728 release 2 drop 3 settled 3 residual 1741 wake 7 to 1741'],
  ],
])('%s', (_what, text, cycles) => {
  expect(findCycles(series(text)).map(shown)).toEqual(cycles);
});

describe('a large engine', () => {
  it('has cycles with the figures that were reported: 4.11, 11.57 and 25.0 GiB after each step', () => {
    const text = '71680*3 4209*4 71680*3 11848*4 71680*3 25600*4';
    expect(findCycles(series(text)).map(({ residual }) => orNull(residual))).toEqual(
      [4209, 11_848, 25_600].map(fromMiB),
    );
  });

  it('is not said to be released by a cache of 1 GiB', () => {
    expect(findCycles(series('166000*4 165000*4 166000*3'))).toEqual([]);
  });
});

it('finds every cycle of 1,000 noisy steady runs, and calls less than 1 % of them growing', () => {
  let alarms = 0;
  for (let seed = 1; seed <= 1_000; seed += 1) {
    const next = noise(seed);
    const level = (mib: number, looks: number): string =>
      Array.from({ length: looks }, () => String(mib + Math.round(next() * 32 - 16))).join(' ');
    const text = Array.from({ length: 12 }, () => `${level(9728, 4)} ${level(1741, 5)}`).join(' ');
    const cycles = findCycles(series(`${text} ${level(9728, 3)}`));
    expect(cycles).toHaveLength(12);
    const residuals = cycles.flatMap(({ number, residual }) =>
      residual.known ? [{ number, bytes: residual.value }] : [],
    );
    if (driftOf(residuals).judgement !== 'steady') alarms += 1;
  }
  expect(alarms).toBeLessThan(10);
});

it('knows the time to settle only within bounds where nobody looked at the release', () => {
  const [seen] = findCycles(series('9728*3 1741*4 9728*2'));
  expect(seen === undefined ? [] : [seen.settleTimeMs, seen.settleAtLeastMs, settleBounds(seen)]).toEqual([
    1_000,
    0,
    undefined,
  ]);
  const [unknowns] = findCycles(series('9728*3 ?*20 3000 1741*4 9728*2'));
  expect(unknowns === undefined ? [] : settleBounds(unknowns)).toEqual([1_000, 22_000]);
  const late = series('9728*3 1741*4 9728*2').map((point, at) =>
    at < 3 ? point : { ...point, atMs: point.atMs + 40_000 },
  );
  expect(findCycles(late).map(settleBounds)).toEqual([[0, 41_000]]);
});

it('does not change what it is given, and says the same again', () => {
  const given = series('9728*3 1741*4 9728*3');
  const copy = structuredClone(given);
  expect(findCycles(given)).toEqual(findCycles(copy));
  expect(given).toEqual(copy);
});
