// The ledger of one GPU: used = engines + orphans + trainers + other processes + gone pids + unattributed (signed).
import { known, sum, total, type Known } from '../base/known.ts';
import { reason } from '../base/reason.ts';
import { minus, SMI_RESOLUTION, type Bytes } from '../base/units.ts';
import type { BusId, Pid } from '../model/ids.ts';
import type { Device, DeviceReading, Snapshot } from '../model/snapshot.ts';
import type { Holding, Owner } from './holding.ts';

export type LedgerClass = 'engine' | 'orphan' | 'trainer' | 'process' | 'gone' | 'unattributed';

export interface LedgerEntry {
  readonly class: LedgerClass;
  readonly label: string;
  readonly pids: readonly Pid[];
  readonly bytes: Known<Bytes>;
}

export interface DeviceLedger {
  readonly device: Device;
  /** The parts of `used`; the last one is the signed rest. */
  readonly entries: readonly LedgerEntry[];
  /**
   * The same bus's `used` differs in the next device reading, so the rows and `used` are not one instant: the rest is
   * shown with its sign and judges nothing. undefined without a next reading.
   */
  readonly moving: boolean | undefined;
  /** `used` in the next device reading. */
  readonly usedNext: Known<Bytes> | undefined;
}

/** `next` is the closing reading of a gate, or the next sample of a live view. Rows on no listed bus are left out. */
export function deviceLedgers(
  snapshot: Snapshot,
  held: readonly Holding[],
  next: DeviceReading | undefined,
): DeviceLedger[] {
  return (snapshot.devices?.devices ?? []).map((device) => {
    const entries = entriesOf(held.filter((each) => each.bus === device.bus));
    const usedNext = next?.devices.find((each) => each.bus === device.bus)?.used;
    return { device, entries: [...entries, rest(device, entries, snapshot)], ...change(device, usedNext) };
  });
}

function change(
  device: Device,
  usedNext: Known<Bytes> | undefined,
): { moving: boolean | undefined; usedNext: Known<Bytes> | undefined } {
  if (usedNext === undefined || !usedNext.known || !device.used.known) return { moving: undefined, usedNext };
  return { moving: Math.abs(minus(usedNext.value, device.used.value)) > SMI_RESOLUTION, usedNext };
}

/** One entry an engine or orphan, one a process otherwise, in the order in which they first appear. */
function entriesOf(held: readonly Holding[]): LedgerEntry[] {
  const groups = new Map<string, Holding[]>();
  for (const each of held) {
    const key = groupKey(each);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const pids = [...new Set(group.map((each) => each.pid))];
    const entry: LedgerEntry = {
      class: ledgerClass(first.owner),
      label: label(first),
      pids,
      bytes: total(sum(group.map((each) => each.used))),
    };
    return [entry];
  });
}

function ledgerClass(owner: Owner): LedgerClass {
  return owner.class === 'hidden' ? 'process' : owner.class;
}

function groupKey({ owner, pid }: Holding): string {
  if (owner.class === 'engine') return `engine ${owner.engine.root.pid}`;
  if (owner.class === 'orphan') return `orphan ${owner.orphan.members[0]?.pid}`;
  return `${owner.class} ${pid}`;
}

function label({ owner, pid, process }: Holding): string {
  switch (owner.class) {
    case 'engine':
      return owner.engine.title;
    case 'orphan':
      return owner.orphan.title;
    case 'gone':
      return `pid ${pid}, which no longer exists`;
    case 'hidden':
      return `pid ${pid}, which this user may not see`;
    case 'trainer':
    case 'process':
      return process === undefined || process.title === '' ? (process?.comm ?? `pid ${pid}`) : process.title;
  }
}

/** used minus everything named. Negative when shared memory is listed under several pids: that is a finding. */
function rest(device: Device, entries: readonly LedgerEntry[], snapshot: Snapshot): LedgerEntry {
  return { class: 'unattributed', label: restLabel(device), pids: [], bytes: restBytes(device, entries, snapshot) };
}

function restBytes(device: Device, entries: readonly LedgerEntry[], snapshot: Snapshot): Known<Bytes> {
  const { usage } = snapshot;
  const [why] = snapshot.driverReasons;
  if (usage === undefined || why !== undefined) return { known: false, why: why ?? reason('smi-failed', 'usage') };
  if (!usage.hasBus) return { known: false, why: reason('no-bus-column', device.bus) };
  if (usage.lostRows > 0 || usage.unreadableBuses.includes(device.bus)) {
    return { known: false, why: reason('device-unreadable', device.bus) };
  }
  const named = total(sum(entries.map((each) => each.bytes)));
  if (!named.known) return named;
  return device.used.known ? known(minus(device.used.value, named.value)) : device.used;
}

function restLabel(device: Device): string {
  return device.usedIncludesReserved ? 'no process, with the driver reserve' : 'no process';
}

/** Buses on which these rows were listed. */
export function busesOf(held: Iterable<Holding>): BusId[] {
  const buses = new Set<BusId>();
  for (const { bus } of held) if (bus !== undefined) buses.add(bus);
  return [...buses].toSorted();
}
