// One number of a past look: of an engine its worst GPU, of a GPU what is used. Unknown stays unknown.
import { unknown, type Known } from '../../base/known.ts';
import type { Bytes } from '../../base/units.ts';
import type { PolicyKind } from '../../gates/policy.ts';
import { NO_BUS, type BusKey } from '../../ledger/per-bus.ts';
import type { BusId, ProcessKey } from '../../model/ids.ts';
import type { HistoryPoint } from './history-point.ts';

/**
 * A look never changes, and a window of hours is drawn again with each new one: each value is worked out once. By what
 * a look held, which looks that say the same again share.
 */
const WORST = new WeakMap<HistoryPoint['engines'], Map<ProcessKey, Known<Bytes> | undefined>>();

/**
 * The largest bus of an engine; unknown as soon as one of them is, because that one could be the largest. undefined: this
 * look did not see the engine at all. `whole-gpu` takes what is used on those buses, whoever holds it.
 */
export function engineValue(point: HistoryPoint, engine: ProcessKey, kind: PolicyKind): Known<Bytes> | undefined {
  if (kind === 'whole-gpu') return worstOf(point, engine, (bus) => usedOn(bus, point));
  const values = WORST.get(point.engines) ?? new Map<ProcessKey, Known<Bytes> | undefined>();
  if (!values.has(engine)) {
    values.set(
      engine,
      worstOf(point, engine, (_bus, resident) => resident),
    );
    WORST.set(point.engines, values);
  }
  return values.get(engine);
}

function worstOf(
  point: HistoryPoint,
  engine: ProcessKey,
  sizeOn: (bus: BusKey, resident: Known<Bytes>) => Known<Bytes>,
): Known<Bytes> | undefined {
  const perBus = point.engines.get(engine);
  if (perBus === undefined) return undefined;
  const [driver] = point.driver;
  if (perBus.size === 0) return unknown(driver ?? 'no-tree-row');
  let worst: Known<Bytes> | undefined;
  for (const [bus, resident] of perBus) {
    const size = sizeOn(bus, resident);
    if (!size.known) return size;
    if (worst === undefined || (worst.known && size.value > worst.value)) worst = size;
  }
  return worst;
}

function usedOn(bus: BusKey, point: HistoryPoint): Known<Bytes> {
  if (bus === NO_BUS) return unknown('no-bus-column');
  return point.buses.get(bus)?.used ?? unknown('device-unreadable', bus);
}

/** undefined: this look did not have the GPU, and the driver answered whole. */
export function busValue(point: HistoryPoint, bus: BusId): Known<Bytes> | undefined {
  const [driver] = point.driver;
  return point.buses.get(bus)?.used ?? (driver === undefined ? undefined : unknown(driver, bus));
}
