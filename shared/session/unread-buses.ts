// GPUs that exist and could not be read: named by a bus list, a refusal or a process row, and by no device reading.
import type { BusId } from '../model/ids.ts';
import type { Moment } from './moment.ts';

/** In the order of bus ids. */
export function unreadBuses({ sighting: { snapshot, closing, held } }: Moment): BusId[] {
  const buses = new Set<BusId>(snapshot.buses);
  for (const reading of [snapshot.devices, snapshot.usage, closing]) {
    for (const bus of reading?.unreadableBuses ?? []) buses.add(bus);
  }
  for (const { bus } of held) if (bus !== undefined) buses.add(bus);
  for (const { bus } of snapshot.devices?.devices ?? []) buses.delete(bus);
  return [...buses].toSorted();
}
