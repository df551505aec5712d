// A range of the timeline that somebody zoomed or moved to, so that it never leaves what is kept.
import type { TimeRange } from './timeline-view.ts';

/** Looks come twice a second at most: a shorter range shows nothing more. */
const SHORTEST_MS = 2_000;

/** As near to `wanted` as it can be: not shorter than 2 s, not longer than what is kept, its middle among that. */
export function keptRange({ fromMs, toMs }: TimeRange, kept: TimeRange): TimeRange {
  const longest = Math.max(kept.toMs - kept.fromMs, SHORTEST_MS);
  const length = Math.min(Math.max(toMs - fromMs, SHORTEST_MS), longest);
  const middle = Math.min(Math.max((fromMs + toMs) / 2, kept.fromMs), kept.toMs);
  if (length === longest) return { fromMs: kept.fromMs, toMs: kept.fromMs + length };
  return { fromMs: middle - length / 2, toMs: middle + length / 2 };
}
