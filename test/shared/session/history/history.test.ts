// A history holds what its looks held, however it is packed, and finds them by place and time.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Observation } from '../../../../shared/model/observation.ts';
import {
  lookCount,
  lookMs,
  nearestLook,
  oldestMs,
  pointAt,
  pointsBetween,
} from '../../../../shared/session/history/history-looks.ts';
import { pointsOf } from '../../../kit/points-of.ts';
import { CHUNK, EMPTY_HISTORY } from '../../../../shared/session/history/history.ts';
import { packLooks, unpackLook } from '../../../../shared/session/history/look-chunk.ts';
import {
  EMPTY_NODE_SESSION,
  EMPTY_RECORDED_SESSION,
  foldObservation,
} from '../../../../shared/session/node-session.ts';
import { historyOf, historyPoints } from '../../../kit/history-points.ts';
import { FIRST_LOOK_MS, look } from '../../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../../kit/scenarios.ts';

it('packs looks and unpacks exactly what they were', () => {
  fc.assert(
    fc.property(historyPoints, (points) => {
      const chunk = packLooks(points);
      expect(points.map((_, at) => unpackLook(chunk, at))).toEqual(points);
    }),
    { seed: 20260131, numRuns: 60 },
  );
});

it('finds looks by place and by time as a plain list would', () => {
  fc.assert(
    fc.property(historyPoints, fc.nat(300_000), fc.nat(300_000), (points, one, other) => {
      const history = historyOf(points);
      const [fromMs, toMs] = [FIRST_LOOK_MS + Math.min(one, other), FIRST_LOOK_MS + Math.max(one, other)];
      expect(lookCount(history)).toBe(points.length);
      expect(pointsOf(history)).toEqual(points);
      expect(pointsBetween(history, fromMs, toMs)).toEqual(points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
      const away = points.map(({ atMs }) => Math.abs(atMs - fromMs));
      expect(nearestLook(history, fromMs)).toBe(away.indexOf(Math.min(...away)));
      for (const at of [0, CHUNK - 1, CHUNK, points.length - 1, points.length]) {
        expect(lookMs(history, at)).toBe(points[at]?.atMs);
        expect(pointAt(history, at)).toEqual(points[at]);
      }
    }),
    { seed: 20260131, numRuns: 60 },
  );
});

/** A look in so many minutes. */
function looksEvery(minutes: number, count: number): Observation[] {
  return Array.from({ length: count }, (_, at) =>
    look(ASLEEP_CLEAN, { step: at, atMs: FIRST_LOOK_MS + at * minutes * 60_000 }),
  ).flat();
}

it('keeps the last hours of a live view, says how many looks are gone, and keeps a recording whole', () => {
  // 1,300 looks of one minute are more than 21 hours.
  const seen = looksEvery(1, 1_300);
  const live = seen.reduce(foldObservation, EMPTY_NODE_SESSION).history;
  const whole = seen.reduce(foldObservation, EMPTY_RECORDED_SESSION).history;
  const newestMs = FIRST_LOOK_MS + 1_299 * 60_000 + 70;
  expect(lookCount(whole)).toBe(1_300);
  expect(whole.gone).toBe(0);
  expect(lookCount(live) + live.gone).toBe(1_300);
  const reaches = newestMs - (oldestMs(live) ?? newestMs);
  expect(reaches).toBeGreaterThanOrEqual(EMPTY_HISTORY.keptMs);
  expect(reaches).toBeLessThan(EMPTY_HISTORY.keptMs + 2 * CHUNK * 60_000);
});
