// Everything that one judgement rests on: a sample, its holdings, the closing device reading, and what was seen before.
import { reason, type Reason } from '../base/reason.ts';
import type { Holding } from '../ledger/holding.ts';
import { unlistedBeside } from '../ledger/unlisted-rows.ts';
import type { BusId, Pid, ProcessKey } from '../model/ids.ts';
import { processKey } from '../model/ids.ts';
import type { Device, DeviceReading, Snapshot } from '../model/snapshot.ts';
import type { Subject } from './subject.ts';

export interface Sighting {
  readonly snapshot: Snapshot;
  readonly held: readonly Holding[];
  /** The device reading after the sample. undefined when it failed; a verdict needs one. */
  readonly closing: DeviceReading | undefined;
  /** Why the closing reading is missing or not whole. */
  readonly closingReasons: readonly Reason[];
  /** Pids once seen in a tree, by the root of that tree: their bytes belong to it also when they are gone. */
  readonly formerOwners: ReadonlyMap<Pid, ProcessKey>;
}

/** The rows of a subject: those of its processes, and those of gone pids that were once seen in its tree. */
export function ownRows(subject: Subject, { snapshot, held, formerOwners }: Sighting): Holding[] {
  const members = new Set(subject.members.map((member) => member.pid));
  const key = subjectKey(subject);
  return held.filter((each) => {
    if (each.process !== undefined) return members.has(each.pid);
    // The user named this pid, so what the driver lists under it is meant, whether it still exists or not.
    if (subject.kind === 'tree' && each.pid === subject.rootPid) return true;
    // A pid that somebody has again was seen in the tree as that somebody, which the row does not mean.
    if (each.alive !== 'gone' || snapshot.processes.has(each.pid)) return false;
    return key !== undefined && formerOwners.get(each.pid) === key;
  });
}

/** What the driver left out of a subject: a row without a number for each rank and GPU where it may hold something. */
export function unlistedOf(subject: Subject, sighting: Sighting): Holding[] {
  const own = new Set(ownRows(subject, sighting).map(({ pid }) => pid));
  // Where nobody has a row that is a reason of its own.
  return own.size === 0 ? [] : unlistedBeside(subject.members, own, { class: 'process' }, sighting);
}

/** Pid and start of the first member: the root, or the top of an orphan. */
export function subjectKey(subject: Subject): ProcessKey | undefined {
  const [first] = subject.members;
  return first === undefined ? undefined : processKey(first.pid, first.startTicks);
}

export function deviceOn(bus: BusId, reading: DeviceReading | undefined): Device | undefined {
  return reading?.devices.find((device) => device.bus === bus);
}

/**
 * Why the driver's answers are missing: at least one reason when one of them is. A frame that ends well and holds no
 * answer must not look like a node where nothing is held.
 */
export function driverGaps({ snapshot, closing, closingReasons }: Sighting): Reason[] {
  const reasons = [...snapshot.driverReasons, ...closingReasons];
  if (reasons.length > 0) return reasons;
  if (snapshot.devices === undefined) return [reason('smi-failed', 'devices')];
  if (snapshot.usage === undefined) return [reason('smi-failed', 'usage')];
  return closing === undefined ? [reason('smi-failed', 'closing reading')] : [];
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
    const after = deviceOn(device.bus, closing);
    // Gone from the closing reading, or there without the number that it had: nobody can say what happened between.
    if (closing !== undefined && (after === undefined || (device.used.known && !after.used.known))) {
      buses.add(device.bus);
    }
  }
  for (const { bus } of closing?.devices ?? []) if (deviceOn(bus, devices) === undefined) buses.add(bus);
  const lost = [usage, devices, closing].some((reading) => reading !== undefined && reading.lostRows > 0);
  const reasons = [...buses].toSorted().map((bus) => reason('device-unreadable', bus));
  if (lost) reasons.push(reason('device-unreadable', 'a GPU that is lost'));
  // Asked one GPU at a time, and this one did not answer: its process list is missing, on a bus that nobody names.
  for (const { name, exitCode } of snapshot.calls) {
    if (/^usage.*@/.test(name) && exitCode !== 0) reasons.push(reason('device-unreadable', name));
  }
  return reasons;
}
