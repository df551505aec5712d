// The observer's clock: even while the machine runs, later after it slept, never back.
import { expect, it } from 'vitest';
import { observerClock } from '../../../node/probe/observer-clock.ts';

const START_MS = 1_769_860_800_000;

function machine(): { readonly clocks: { wallMs: number; monotonicMs: number }; readonly now: () => number } {
  const clocks = { wallMs: START_MS, monotonicMs: 50 };
  return { clocks, now: observerClock({ wallMs: () => clocks.wallMs, monotonicMs: () => clocks.monotonicMs }) };
}

it('goes on with the machine, in tenths of a millisecond', () => {
  const { clocks, now } = machine();
  expect(now()).toBe(START_MS);
  clocks.monotonicMs += 12.345_678;
  clocks.wallMs += 12;
  expect(now()).toBe(START_MS + 12.3);
});

it('is an hour later after an hour of sleep, in which the monotonic clock stands still', () => {
  const { clocks, now } = machine();
  clocks.wallMs += 3_600_000;
  expect(now()).toBe(START_MS + 3_600_000);
  clocks.monotonicMs += 20;
  clocks.wallMs += 20;
  expect(now()).toBe(START_MS + 3_600_020);
});

it('goes on from where it was when the clock is set back, and is not led astray by a drift', () => {
  const { clocks, now } = machine();
  clocks.wallMs -= 3_600_000;
  clocks.monotonicMs += 1_000;
  expect(now()).toBe(START_MS + 1_000);
  clocks.monotonicMs += 1_000;
  clocks.wallMs += 1_000;
  expect(now()).toBe(START_MS + 2_000);
  const other = machine();
  other.clocks.monotonicMs += 10_000;
  other.clocks.wallMs += 10_400;
  expect(other.now()).toBe(START_MS + 10_000);
});
