// Everything that one judgement rests on: a sample, its holdings, the closing device reading, and what was seen before.
import { reason, type Reason } from '../base/reason.ts';
import type { Holding } from '../ledger/holding.ts';
import type { BusId, Pid, ProcessKey } from '../model/ids.ts';
import { processKey } from '../model/ids.ts';
import type { Device, DeviceReading, Snapshot } from '../model/snapshot.ts';
import type { Subject } from './subject.ts';

export interface Sighting {
  readonly snapshot: Snapshot;
  readonly held: readonly Holding[];
  /** The device reading after the sample. undefined when none was taken (a live view between two samples). */
  readonly closing: DeviceReading | undefined;
  /** Why the closing reading was asked for and is not there. */
  readonly closingReasons: readonly Reason[];
  /** Pids once seen in a tree, by the root of that tree: their bytes belong to it also when they are gone. */
  readonly formerOwners: ReadonlyMap<Pid, ProcessKey>;
}

/** The rows of a subject: those of its processes, and those of gone pids that were once seen in its tree. */
export function ownRows(subject: Subject, { held, formerOwners }: Sighting): Holding[] {
  const members = new Set(subject.members.map((member) => member.pid));
  const key = subjectKey(subject);
  return held.filter((each) => {
    if (each.process !== undefined) return members.has(each.pid);
    // The user named this pid, so what the driver lists under it is meant, whether it still exists or not.
    if (subject.kind === 'tree' && each.pid === subject.rootPid) return true;
    return each.alive === 'gone' && key !== undefined && formerOwners.get(each.pid) === key;
  });
}

/** Pid and start of the first member: the root, or the top of an orphan. */
export function subjectKey(subject: Subject): ProcessKey | undefined {
  const [first] = subject.members;
  return first === undefined ? undefined : processKey(first.pid, first.startTicks);
}

export function deviceOn(bus: BusId, reading: DeviceReading | undefined): Device | undefined {
  return reading?.devices.find((device) => device.bus === bus);
}

/** Why the process lists of the node are not whole, so that any engine may hold more than was listed. */
export function listingGaps({ snapshot, closing }: Sighting): Reason[] {
  const { usage, devices } = snapshot;
  const buses = new Set<BusId>();
  for (const reading of [usage, devices, closing]) for (const bus of reading?.unreadableBuses ?? []) buses.add(bus);
  for (const row of usage?.rows ?? []) {
    // A row on a bus that the device query does not have: that GPU was lost or refused in between.
    if (row.bus !== undefined && devices !== undefined && deviceOn(row.bus, devices) === undefined) buses.add(row.bus);
  }
  for (const device of devices?.devices ?? []) {
    if (closing !== undefined && deviceOn(device.bus, closing) === undefined) buses.add(device.bus);
  }
  const lost = [usage, devices, closing].some((reading) => reading !== undefined && reading.lostRows > 0);
  const reasons = [...buses].toSorted().map((bus) => reason('device-unreadable', bus));
  return lost ? [...reasons, reason('device-unreadable', 'a GPU that is lost')] : reasons;
}
