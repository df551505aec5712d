// Looks as the beginnings of steps: each holds until the next, and none reaches into a gap.
import type { HistoryPoint } from '../../shared/session/history-point.ts';
import type { TimelineGap } from '../../shared/session/line-gaps.ts';

export interface SteppedPoints {
  readonly timesMs: readonly number[];
  readonly columns: readonly (HistoryPoint | undefined)[];
}

/** A step holds until the next point; at the edge of a gap a point without values ends it. */
export function steppedPoints(points: readonly HistoryPoint[], gaps: readonly TimelineGap[]): SteppedPoints {
  const edges = new Set(gaps.filter(({ isBetween }) => isBetween).map(({ fromMs }) => fromMs));
  const all = points.flatMap((point) =>
    edges.has(point.atMs)
      ? [
          { atMs: point.atMs, point },
          { atMs: point.atMs + 1, point: undefined },
        ]
      : [{ atMs: point.atMs, point }],
  );
  return { timesMs: all.map(({ atMs }) => atMs), columns: all.map(({ point }) => point) };
}
