// One look at one engine in the shape in which cycles are found: over all its buses, or on one of them.
import { known, type Known } from '../../base/known.ts';
import { plus, ZERO_BYTES, type Bytes } from '../../base/units.ts';
import type { LevelPoint } from '../../ledger/cycles.ts';
import type { BusKey } from '../../ledger/per-bus.ts';
import type { SaidState } from '../history/history-point.ts';

/** `resident` is of the worst bus. */
export interface EngineLook extends LevelPoint {
  readonly said: SaidState | undefined;
  readonly whole: Known<Bytes>;
  /** Buses on which it held something; on others it held nothing, unless `resident` is unknown. */
  readonly perBus: ReadonlyMap<BusKey, Known<Bytes>>;
}

/**
 * A look with the state that it has in cycles. The user says once that an engine is awake, or asleep, and it goes on to
 * sleep and to wake: said is said at the look at which it is new, and sizes tell the rest. What an engine reports counts
 * at each look. `before`: what was said at the look before of the same engine.
 */
export function statedLook(look: EngineLook, before: SaidState | undefined): EngineLook {
  const { said } = look;
  const isNew = said?.by === 'reported' || before?.by !== 'told' || before.value !== said?.value;
  return isNew && said !== undefined ? { ...look, state: said.value } : look;
}

/** Over all buses. Unknown where the worst of them is. */
export function wholeOf(worst: Known<Bytes>, perBus: EngineLook['perBus']): Known<Bytes> {
  if (!worst.known) return worst;
  let sum = ZERO_BYTES;
  for (const size of perBus.values()) {
    if (!size.known) return size;
    sum = plus(sum, size.value);
  }
  return known(sum);
}

/** One look, on one bus. */
export function lookOnBus({ atMs, resident, whole, state, perBus }: EngineLook, bus: BusKey): LevelPoint {
  // Where the list is whole, no row is no memory.
  const size = perBus.get(bus) ?? (resident.known ? NOTHING_HELD : resident);
  return { atMs, state, whole, resident: resident.known ? size : resident };
}

const NOTHING_HELD: Known<Bytes> = known(ZERO_BYTES);
