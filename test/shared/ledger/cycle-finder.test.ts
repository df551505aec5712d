// Looks taken one after the other give at every moment the cycles that a walk over all of them finds.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { known, unknown, type Known } from '../../../shared/base/known.ts';
import { fromMiB, plus, type Bytes } from '../../../shared/base/units.ts';
import { CycleFinder } from '../../../shared/ledger/cycle-finder.ts';
import { findCycles } from '../../kit/find-cycles.ts';
import type { LevelPoint } from '../../../shared/ledger/cycles.ts';
import { plainCycles } from '../../kit/plain-cycles.ts';

/** Levels of an engine that sleeps and wakes, slow releases, single odd looks, unknown ones, what it says of itself, and other buses. */
const stretch = fc.record({
  level: fc.constantFrom(0, 1_700, 1_760, 1_830, 4_000, 9_728, 30_000, 64_000, 64_040),
  looks: fc.integer({ min: 1, max: 14 }),
  noise: fc.constantFrom(0, 0, 16, 40, 200),
  drift: fc.constantFrom(0, 0, 0, 1, 7, -30),
  state: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    fc.constantFrom('awake' as const, 'asleep' as const),
  ),
});
const series: fc.Arbitrary<LevelPoint[]> = fc
  .tuple(fc.array(stretch, { maxLength: 9 }), fc.array(fc.nat(1_000), { minLength: 140, maxLength: 140 }), fc.boolean())
  .map(([stretches, chances, hasOthers]) => {
    const points: LevelPoint[] = [];
    for (const { level, looks, noise, drift, state } of stretches) {
      for (let look = 0; look < looks; look += 1) {
        const chance = chances[points.length] ?? 0;
        const mib = level + drift * look + (noise === 0 ? 0 : (chance % (2 * noise)) - noise);
        const resident: Known<Bytes> = chance > 960 ? unknown('smi-timeout') : known(fromMiB(mib < 0 ? 0 : mib));
        const others = fromMiB(7 * (chance % 3 === 0 ? level : 1_741));
        const whole = hasOthers && resident.known ? { whole: known(plus(resident.value, others)) } : {};
        points.push({ atMs: points.length * 1_000, resident, ...whole, state: chance < 30 ? 'asleep' : state });
      }
    }
    return points;
  });

it('finds what a plain walk finds, cut at any look', () => {
  fc.assert(
    fc.property(series, (points) => {
      const finder = new CycleFinder();
      for (const [at, point] of points.entries()) {
        finder.push(point);
        expect(finder.cycles()).toEqual(plainCycles(points.slice(0, at + 1)));
      }
      expect(findCycles(points)).toEqual(plainCycles(points));
    }),
    { seed: 20260131, numRuns: 300 },
  );
});

it('lets a copy look ahead at any look, and goes on as if there had been none', () => {
  fc.assert(
    fc.property(series, series, (points, others) => {
      const finder = new CycleFinder();
      for (const [at, point] of points.entries()) {
        finder.push(point);
        const copy = finder.ahead();
        const more = others.slice(at % 5, (at % 5) + 4);
        for (const other of more) copy.push(other);
        expect(copy.cycles()).toEqual(plainCycles([...points.slice(0, at + 1), ...more]));
      }
      expect(finder.cycles()).toEqual(plainCycles(points));
    }),
    { seed: 20260131, numRuns: 150 },
  );
});

it('takes a look of a sleep of a day as quickly as one of a minute', () => {
  const finder = new CycleFinder();
  const point = (at: number, mib: number): LevelPoint => ({
    atMs: at * 1_000,
    resident: known(fromMiB(mib)),
    state: undefined,
  });
  for (let at = 0; at < 10; at += 1) finder.push(point(at, 64_000));
  for (let at = 10; at < 86_400; at += 1) finder.push(point(at, 1_741 + (at % 3)));
  expect(finder.cycles()).toMatchObject([{ settledMs: 10_000, residual: known(fromMiB(1_742)) }]);
});
