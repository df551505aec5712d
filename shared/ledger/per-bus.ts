// Sums of holdings by bus.
import { add, EMPTY_TALLY, type Tally } from '../base/known.ts';
import type { BusId } from '../model/ids.ts';
import type { Holding } from './holding.ts';

/** The bus of rows that the two-column query printed: there is only one such sum, over all GPUs. */
export const NO_BUS = 'no-bus';
export type BusKey = BusId | typeof NO_BUS;

/** In the order of bus ids, which is the order in which nvidia-smi lists them. */
export type PerBus = ReadonlyMap<BusKey, Tally>;

export function sumPerBus(held: Iterable<Holding>): PerBus {
  const sums = new Map<BusKey, Tally>();
  for (const { bus = NO_BUS, used } of held) sums.set(bus, add(sums.get(bus) ?? EMPTY_TALLY, used));
  return new Map([...sums].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
