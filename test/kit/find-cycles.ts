// All cycles of a series at once, as tests write series.
import { CycleFinder } from '../../shared/ledger/cycle-finder.ts';
import type { Cycle, LevelPoint } from '../../shared/ledger/cycles.ts';

/** Oldest first; the last one may still be asleep. */
export function findCycles(series: readonly LevelPoint[]): Cycle[] {
  const finder = new CycleFinder();
  for (const point of series) finder.push(point);
  return finder.cycles();
}
