// Looks around a moment in which nothing happens: what the same rows differ by between them is noise.
import type { Bytes } from '../../base/units.ts';
import { LEVEL_BAND } from '../../ledger/cycles.ts';
import type { HistoryPoint } from './history-point.ts';
import { placeOfLook, pointsFromTo } from './history-looks.ts';
import type { History } from './history.ts';

/** So many on each side are enough, and few enough to be one state. */
const MOST_EACH_SIDE = 10;

/** The times of neighbouring looks, with the moment's own, at which every GPU used what it used then. Oldest first. */
export function idleLooks(points: readonly HistoryPoint[], atMs: number): number[] {
  const at = points.findIndex((point) => point.atMs === atMs);
  const own = points[at];
  if (own === undefined) return [];
  const before = points.slice(0, at).slice(-MOST_EACH_SIDE).toReversed();
  const after = points.slice(at + 1, at + 1 + MOST_EACH_SIDE);
  const idle = (looks: readonly HistoryPoint[]): HistoryPoint[] => {
    const end = looks.findIndex((look) => !isAlike(look, own));
    return end === -1 ? [...looks] : looks.slice(0, end);
  };
  return [...idle(before).toReversed(), own, ...idle(after)].map((point) => point.atMs);
}

/** The same of a whole history, in which the looks far from the moment are not gone through. */
export function idleLooksAround(history: History, atMs: number): number[] {
  const at = placeOfLook(history, atMs);
  return at === -1 ? [] : idleLooks(pointsFromTo(history, at - MOST_EACH_SIDE, at + MOST_EACH_SIDE + 1), atMs);
}

function isAlike({ buses }: HistoryPoint, own: HistoryPoint): boolean {
  if (buses.size !== own.buses.size) return false;
  return [...own.buses].every(([bus, { used }]) => {
    const other = buses.get(bus)?.used;
    return other?.known === true && used.known && Math.abs(other.value - used.value) <= LEVEL_BAND;
  });
}

/** The floor never hides what would be a level of its own. */
export function noiseWithin(measured: Bytes): Bytes {
  return measured > LEVEL_BAND ? LEVEL_BAND : measured;
}
