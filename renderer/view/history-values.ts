// One number of a past look: of an engine its worst GPU, of a GPU what is used. Unknown stays unknown.
import { unknown, type Known } from '../../shared/base/known.ts';
import type { Bytes } from '../../shared/base/units.ts';
import type { PolicyKind } from '../../shared/gates/policy.ts';
import { NO_BUS, type BusKey } from '../../shared/ledger/per-bus.ts';
import type { BusId, ProcessKey } from '../../shared/model/ids.ts';
import type { HistoryPoint } from '../../shared/session/history.ts';

/**
 * The largest bus of an engine; unknown as soon as one of them is, because that one could be the largest. undefined: this
 * look did not see the engine at all. `whole-gpu` takes what is used on those buses, whoever holds it.
 */
export function engineValue(point: HistoryPoint, engine: ProcessKey, kind: PolicyKind): Known<Bytes> | undefined {
  const perBus = point.engines.get(engine);
  if (perBus === undefined) return undefined;
  const [driver] = point.driver;
  if (perBus.size === 0) return unknown(driver ?? 'no-tree-row');
  let worst: Known<Bytes> | undefined;
  for (const [bus, resident] of perBus) {
    const size = kind === 'engine-tree' ? resident : usedOn(bus, point);
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
