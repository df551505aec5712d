// All that a timeline keeps in one line: what all GPUs use together, with every spike and every gap.
import { sum, total } from '../../shared/base/known.ts';
import { toMiB } from '../../shared/base/units.ts';
import { pointsOf } from '../../shared/session/history-looks.ts';
import { lineGaps, type TimelineGap } from '../../shared/session/line-gaps.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';
import { steppedPoints } from './stepped-points.ts';
import { keptPoints, type LineValues } from '../../shared/session/decimate.ts';

export interface Overview {
  readonly fromMs: number;
  readonly toMs: number;
  readonly timesMs: readonly number[];
  /** In MiB; null where one GPU could not say what is used. */
  readonly values: LineValues;
  readonly mostMib: number;
  readonly gaps: readonly TimelineGap[];
}

/** undefined before the second look. */
export function overviewOf(node: NodeSession, columns: number): Overview | undefined {
  const points = pointsOf(node.history);
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || first === last) return undefined;
  const gaps = lineGaps(points, node.outages, node.link);
  const { timesMs: times, columns: seen } = steppedPoints(points, gaps);
  const values = seen.map((point) => {
    if (point === undefined || point.buses.size === 0) return null;
    const used = total(sum([...point.buses.values()].map((bus) => bus.used)));
    return used.known ? toMiB(used.value) : null;
  });
  const kept = keptPoints(times, [values], columns);
  return {
    fromMs: first.atMs,
    toMs: last.atMs,
    timesMs: kept.flatMap((at) => times[at] ?? []),
    values: kept.map((at) => values[at] ?? null),
    mostMib: values.reduce((high: number, each) => Math.max(high, each ?? high), 1),
    gaps,
  };
}
