// All looks of a history, unpacked.
import { lookCount, pointsFromTo } from '../../shared/session/history/history-looks.ts';
import type { History } from '../../shared/session/history/history.ts';
import type { HistoryPoint } from '../../shared/session/history/history-point.ts';

/** Oldest first. */
export function pointsOf(history: History): HistoryPoint[] {
  return pointsFromTo(history, 0, lookCount(history));
}
