// Gaps of a history that is packed in chunks are those of its looks one by one.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Observation } from '../../../../shared/model/observation.ts';
import { pointsOf } from '../../../kit/points-of.ts';
import { CHUNK } from '../../../../shared/session/history/history.ts';
import { EMPTY_NODE_SESSION, foldObservation } from '../../../../shared/session/node-session.ts';
import { gapsBetween, nodeGaps } from '../../../../shared/session/timeline/line-gaps.ts';
import { FIRST_LOOK_MS, look } from '../../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../../kit/scenarios.ts';

/** Of looks of two seconds: those that the driver did not answer, and those after which nobody looked for long. */
function seenWith(count: number, isSilent: (at: number) => boolean, isLate: (at: number) => boolean): Observation[] {
  const mute = (line: string): string => (line.startsWith('out\t0000') ? 'out\tno device was found' : line);
  let atMs = FIRST_LOOK_MS;
  return Array.from({ length: count }, (_, at) => {
    atMs += isLate(at) ? 60_000 : 2_000;
    return look(ASLEEP_CLEAN, { step: 0, atMs, ...(isSilent(at) ? { edit: mute } : {}) });
  }).flat();
}

it('are the same wherever the chunks begin', () => {
  const places = fc.uniqueArray(fc.constantFrom(0, 1, 60, CHUNK - 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1));
  fc.assert(
    fc.property(places, places, (silent, late) => {
      const seen = seenWith(
        2 * CHUNK,
        (at) => silent.includes(at),
        (at) => late.includes(at),
      );
      const node = seen.reduce(foldObservation, EMPTY_NODE_SESSION);
      const gaps = gapsBetween(node, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      const unpacked = { ...node.history, full: [], last: pointsOf(node.history) };
      expect(gaps).toEqual(nodeGaps({ ...node, history: unpacked }));
      expect(gaps).toEqual(nodeGaps(node));
      const isHole = (at: number): boolean => at > 0 && !late.includes(at - 1) && !late.includes(at + 1);
      expect(gaps.filter(({ cause }) => cause === 'no-look').length).toBeGreaterThanOrEqual(late.filter(isHole).length);
      expect(gaps.some(({ cause }) => cause === 'driver')).toBe(silent.length > 0);
    }),
    { seed: 20260131, numRuns: 12 },
  );
});
