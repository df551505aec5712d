// The gaps of a timeline, each with its cause: the link was lost, frames were passed over, the driver was silent.
import { REASONS } from '../base/reason.ts';
import type { LinkSeen } from '../model/observation.ts';
import type { HistoryPoint } from './history-point.ts';
import type { Outage } from './outage.ts';

export interface TimelineGap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: 'link' | 'skipped' | 'driver' | 'no-look';
  /** A sentence with how long it was. */
  readonly text: string;
  /** Between two looks, so that a line must be broken; the looks inside a silent driver are unknown themselves. */
  readonly isBetween: boolean;
}

/** A look that comes this many times later than those around it has left a hole, whatever the reason. */
const SLOW = 4;
/** A hole shorter than this is the jitter of a busy node. */
const SHORTEST_HOLE_MS = 5_000;

/** `points` are those that are drawn; gaps that lie outside of them are left out. */
export function lineGaps(
  points: readonly HistoryPoint[],
  outages: readonly Outage[],
  link: LinkSeen | undefined,
): TimelineGap[] {
  const first = points[0]?.atMs;
  const last = points.at(-1)?.atMs;
  if (first === undefined || last === undefined) return [];
  const known = outages.flatMap((outage) => outageGap(outage, { first, last, nowMs: link?.atMs }));
  return [...known, ...silences(points), ...holes(points, known)].toSorted((one, other) => one.fromMs - other.fromMs);
}

function outageGap(
  { fromMs, toMs, cause, text }: Outage,
  { first, last, nowMs }: { first: number; last: number; nowMs: number | undefined },
): TimelineGap[] {
  // One that goes on reaches to the newest that was heard of the link.
  const end = toMs ?? Math.max(last, nowMs ?? last);
  if (end < first || fromMs > last) return [];
  const what =
    cause === 'link' ? `No connection for ${seconds(end - fromMs)}` : `Nothing shown for ${seconds(end - fromMs)}`;
  // It becomes the end of a sentence, whose full stop comes later.
  const why = text === '' ? '' : `: ${text.replace(/\.$/, '')}`;
  return [{ fromMs, toMs: end, cause, text: `${what}${toMs === undefined ? ' so far' : ''}${why}`, isBetween: true }];
}

/** Looks in a row at which the driver did not answer whole. */
function silences(points: readonly HistoryPoint[]): TimelineGap[] {
  const gaps: TimelineGap[] = [];
  let from: number | undefined;
  points.forEach((point, at) => {
    const [why] = point.driver;
    if (why !== undefined && from === undefined) from = at;
    const [next] = points[at + 1]?.driver ?? [];
    if (why === undefined || next !== undefined || from === undefined) return;
    const fromMs = points[from]?.atMs ?? point.atMs;
    const toMs = points[at + 1]?.atMs ?? point.atMs;
    const looks = at - from + 1;
    const text = `The driver did not answer whole at ${looks} ${looks === 1 ? 'look' : 'looks'}: ${REASONS[why]}`;
    gaps.push({ fromMs, toMs, cause: 'driver', text, isBetween: false });
    from = undefined;
  });
  return gaps;
}

function holes(points: readonly HistoryPoint[], known: readonly TimelineGap[]): TimelineGap[] {
  const steps = points.slice(1).map((point, at) => point.atMs - (points[at]?.atMs ?? point.atMs));
  return steps.flatMap((step, at): TimelineGap[] => {
    const fromMs = points[at]?.atMs;
    const toMs = points[at + 1]?.atMs;
    // Beside its neighbours: a rate that the user changed leaves no hole.
    const around = Math.max(steps[at - 1] ?? steps[at + 1] ?? step, steps[at + 1] ?? steps[at - 1] ?? step);
    if (fromMs === undefined || toMs === undefined || step < Math.max(SHORTEST_HOLE_MS, around * SLOW)) return [];
    // An outage says why already.
    if (known.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs)) return [];
    return [{ fromMs, toMs, cause: 'no-look', text: `No look for ${seconds(step)}`, isBetween: true }];
  });
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
