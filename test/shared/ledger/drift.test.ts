// Growth from cycle to cycle: found where it is, and silent where nothing grows.
import { describe, expect, it } from 'vitest';
import { bytes, fromGiB, fromMiB } from '../../../shared/base/units.ts';
import { driftOf, type Residual } from '../../../shared/ledger/drift.ts';
import { noise } from './noise.ts';

const residuals = (...mib: readonly number[]): Residual[] =>
  mib.map((size, at) => ({ number: at + 1, bytes: fromMiB(size) }));

const run = (seed: number, cycles: number, perCycle: number): Residual[] => {
  const next = noise(seed);
  return residuals(...Array.from({ length: cycles }, (_, at) => 1741 + at * perCycle + Math.round(next() * 32 - 16)));
};

it('says nothing of one or two cycles', () => {
  expect(driftOf([])).toEqual({
    cycles: 0,
    slope: undefined,
    interval: undefined,
    growth: undefined,
    isWithinLives: false,
    judgement: 'too-few',
  });
  expect(driftOf(residuals(1741)).judgement).toBe('too-few');
  expect(driftOf(residuals(1741, 9000)).judgement).toBe('too-few');
});

it('sees the steps that were reported of a run: 4.11, 11.57 and 25.0 GiB', () => {
  const seen = [4.11, 11.57, 25].map((gib, at) => ({ number: at + 1, bytes: fromGiB(gib) }));
  const { judgement, growth, cycles } = driftOf(seen);
  expect([judgement, cycles, growth]).toEqual(['growing', 3, bytes(fromGiB(25) - fromGiB(4.11))]);
});

it('calls the same size steady, and a slow growth by its slope', () => {
  expect(driftOf(residuals(1741, 1741, 1741, 1741, 1741)).judgement).toBe('steady');
  const { slope, judgement, interval } = driftOf(residuals(...Array.from({ length: 12 }, (_, at) => 1741 + 38 * at)));
  expect([slope, judgement, interval]).toEqual([fromMiB(38), 'growing', [fromMiB(38), fromMiB(38)]]);
});

it('is not moved by one odd cycle', () => {
  expect(driftOf(residuals(1741, 1740, 9000, 1742, 1741, 1739, 1741, 1740)).judgement).toBe('steady');
});

it('sees a residual that shrinks', () => {
  expect(driftOf(residuals(9000, 7000, 5000, 3000)).judgement).toBe('shrinking');
});

it('counts cycles without a known residual as time that went by', () => {
  const holes: Residual[] = [1, 3, 7, 9, 12].map((number) => ({ number, bytes: fromMiB(1000 + 38 * number) }));
  expect(driftOf(holes).slope).toBe(fromMiB(38));
});

describe('of an engine that is started again', () => {
  /** Cycles of each life; more stays after each of them, and nothing of it after a restart. */
  const lives = (seed: number, cycles: number, perCycle: number): Residual[] => {
    const next = noise(seed);
    return Array.from({ length: 4 * cycles }, (_, at) => {
      const within = at % cycles;
      const size = 1741 + within * perCycle + Math.round(next() * 32 - 16);
      return { number: at + 1, bytes: fromMiB(size), life: Math.floor(at / cycles) };
    });
  };

  it.each([2, 3, 5])('sees what begins anew with each life: %i cycles each', (cycles) => {
    const { judgement, isWithinLives, slope } = driftOf(lives(7, cycles, 200));
    expect([judgement, isWithinLives]).toEqual(['growing', true]);
    expect(Math.abs(Number(slope) - fromMiB(200))).toBeLessThan(fromMiB(20));
  });

  it('still sees what grows over all lives, one cycle each', () => {
    const each = Array.from({ length: 6 }, (_, at) => ({ number: at + 1, bytes: fromMiB(1741 + 200 * at), life: at }));
    expect(driftOf(each)).toMatchObject({ judgement: 'growing', isWithinLives: false, slope: fromMiB(200) });
  });

  it.each([2, 3, 10])('raises less than 1 %% of false alarms: %i cycles each', (cycles) => {
    let alarms = 0;
    for (let seed = 1; seed <= 1_000; seed += 1) {
      if (driftOf(lives(seed, cycles, 0)).judgement !== 'steady') alarms += 1;
    }
    expect(alarms).toBeLessThan(10);
  });
});

describe('over 1,000 generated runs with 16 MiB of noise either way', () => {
  it.each([5, 8, 12, 40])('raises less than 1 %% of false alarms where nothing grows: %i cycles', (cycles) => {
    let alarms = 0;
    for (let seed = 1; seed <= 1_000; seed += 1) if (driftOf(run(seed, cycles, 0)).judgement === 'growing') alarms += 1;
    expect(alarms).toBeLessThan(10);
  });

  it('finds 38 MiB a cycle within 12 cycles', () => {
    let found = 0;
    for (let seed = 1; seed <= 1_000; seed += 1) if (driftOf(run(seed, 12, 38)).judgement === 'growing') found += 1;
    expect(found).toBe(1_000);
  });
});

it('is over hundreds of cycles what a plain list of all their slopes says', () => {
  for (const [seed, cycles, perCycle] of [
    [3, 300, 0],
    [4, 301, 2],
    [5, 300, -3],
  ] as const) {
    const seen = run(seed, cycles, perCycle).filter((_, at) => at % 7 !== 3);
    const slopes = seen
      .flatMap((from, at) => seen.slice(at + 1).map((to) => (to.bytes - from.bytes) / (to.number - from.number)))
      .toSorted((one, other) => one - other);
    const [low = Number.NaN, high = Number.NaN] = [
      Math.floor((slopes.length - 1) / 2),
      Math.floor(slopes.length / 2),
    ].map((at) => slopes[at]);
    const { slope, judgement } = driftOf(seen);
    expect([slope, judgement]).toEqual([
      (low + high) / 2,
      perCycle === 0 ? 'steady' : perCycle > 0 ? 'growing' : 'shrinking',
    ]);
  }
});
