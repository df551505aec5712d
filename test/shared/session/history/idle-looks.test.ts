// The looks around a moment in which nothing happens: of a long history those that going through all of it finds.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pointsOf } from '../../../kit/points-of.ts';
import { CHUNK } from '../../../../shared/session/history/history.ts';
import { idleLooks, idleLooksAround } from '../../../../shared/session/history/idle-looks.ts';
import { EMPTY_NODE_SESSION, foldObservation } from '../../../../shared/session/node-session.ts';
import { historyOf, historyPoints } from '../../../kit/history-points.ts';
import { FIRST_LOOK_MS, look } from '../../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../../kit/scenarios.ts';

it('are those of the whole list, around every look', () => {
  fc.assert(
    fc.property(historyPoints, (points) => {
      const history = historyOf(points);
      const times = points.map(({ atMs }) => atMs);
      expect(times.map((atMs) => idleLooksAround(history, atMs))).toEqual(times.map((atMs) => idleLooks(points, atMs)));
      expect(idleLooksAround(history, FIRST_LOOK_MS - 1)).toEqual([]);
    }),
    { seed: 20260131, numRuns: 20 },
  );
});

it('are found also where the clock of whoever recorded went back', () => {
  const count = CHUNK + 20;
  const seen = Array.from({ length: count }, (_, at) =>
    look(ASLEEP_CLEAN, { step: 0, atMs: FIRST_LOOK_MS + (at < 40 ? at : at - 30.5) * 2_000 }),
  ).flat();
  const { history } = seen.reduce(foldObservation, EMPTY_NODE_SESSION);
  const points = pointsOf(history);
  const found = points.map(({ atMs }) => idleLooksAround(history, atMs));
  expect(found).toEqual(points.map(({ atMs }) => idleLooks(points, atMs)));
  expect(found.every(({ length }) => length > 10)).toBe(true);
});
