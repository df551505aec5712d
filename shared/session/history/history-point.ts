// The sizes of one look that a timeline and its tables need: small, and without a frame.
import { add, EMPTY_TALLY, known, total, type Known, type Tally } from '../../base/known.ts';
import { reason, reasonCodes, type Reason, type ReasonCode } from '../../base/reason.ts';
import { ZERO_BYTES, type Bytes } from '../../base/units.ts';
import { subjectKey, type Sighting } from '../../gates/sighting.ts';
import { fromOrphan } from '../../gates/subject.ts';
import { deviceLedgers, type LedgerClass } from '../../ledger/device-ledger.ts';
import { sumPerBus, type BusKey } from '../../ledger/per-bus.ts';
import { withUnlisted } from '../../ledger/unlisted-rows.ts';
import type { BusId, ProcessKey } from '../../model/ids.ts';
import { residentOf, residentPerBus } from '../engine-states.ts';
import type { Moment } from '../moment.ts';
import { holderSizes, partialReasons, unlistedReasons, type HolderSizes } from './process-sizes.ts';
import { engineKey } from '../session.ts';

export interface HistoryPoint {
  /** On the observer's clock. */
  readonly atMs: number;
  /** On the node's monotonic clock; undefined when the node would not say. */
  readonly nodeMs: number | undefined;
  /** Why the driver's part of this look is missing or not whole; empty where it is whole. */
  readonly driver: readonly ReasonCode[];
  readonly buses: ReadonlyMap<BusId, BusPoint>;
  /** By the pid and start of the engine's root: its resident memory on each bus. */
  readonly engines: ReadonlyMap<ProcessKey, ReadonlyMap<BusKey, Known<Bytes>>>;
  /** Of the worst bus of each engine; unknown as soon as anything of it may be missing. */
  readonly worst: ReadonlyMap<ProcessKey, Known<Bytes>>;
  /** What dead engines left, by the pid and start of its first process: what it holds on its worst bus. */
  readonly orphans: OrphanSizes;
  /** By pid and start: what each process holds on each GPU. */
  readonly processes: HolderSizes;
  /** Why a process may be missing from those; empty where the list is whole. */
  readonly unlisted: readonly Reason[];
  /** States that somebody says; what only looks so is a reading of these same sizes. */
  readonly said: ReadonlyMap<ProcessKey, SaidState>;
}

export interface SaidState {
  readonly value: 'awake' | 'asleep';
  readonly by: 'reported' | 'told';
}

export type OrphanSizes = ReadonlyMap<ProcessKey, Known<Bytes>>;

export interface BusPoint {
  readonly used: Known<Bytes>;
  /** Sums of the ledger's entries by class; a class that is not there holds nothing. */
  readonly classes: ReadonlyMap<LedgerClass, Known<Bytes>>;
}

/** Without what was said of engines, which an answer may still change. */
export function pointOf(moment: Moment): Omit<HistoryPoint, 'said'> {
  const { session, sighting } = moment;
  const { snapshot, held, closing } = sighting;
  const buses = new Map<BusId, BusPoint>();
  for (const { device, entries } of deviceLedgers(snapshot, held, closing)) {
    const tallies = new Map<LedgerClass, Tally>();
    for (const { class: kind, bytes } of entries) tallies.set(kind, add(tallies.get(kind) ?? EMPTY_TALLY, bytes));
    const classes = new Map([...tallies].map(([kind, tally]) => [kind, total(tally)] as const));
    buses.set(device.bus, { used: device.used, classes });
  }
  const engines = new Map<ProcessKey, ReadonlyMap<BusKey, Known<Bytes>>>();
  const worst = new Map<ProcessKey, Known<Bytes>>();
  const partial = partialReasons(snapshot);
  // Of a row that names no GPU nobody knows where it was, or whose.
  const isLost = snapshot.usage !== undefined && snapshot.usage.lostRows > 0;
  const lost = isLost ? [reason('device-unreadable')] : [];
  for (const engine of session.latest?.detection.engines ?? []) {
    const perBus = residentPerBus(engine, session);
    // Of a tree that may have more members a sum is a lower bound, and a line would claim that it is all.
    const [why] = [...engine.incomplete, ...partial, ...lost];
    const size = (tally: Tally): Known<Bytes> => (why === undefined ? total(tally) : { known: false, why });
    engines.set(engineKey(engine), new Map([...perBus].map(([bus, tally]) => [bus, size(tally)])));
    worst.set(engineKey(engine), residentOf(engine, session));
  }
  const processes = holderSizes(withUnlisted(snapshot, held, session.latest?.detection.engines));
  const unlisted = unlistedReasons(sighting);
  return {
    ...timesOf(moment),
    driver: reasonCodes(snapshot.driverReasons),
    buses,
    engines,
    worst,
    orphans: orphanSizes(moment),
    processes,
    unlisted,
  };
}

const NO_ORPHANS: OrphanSizes = new Map();

/** Of a list that is not whole a sum is a lower bound, and a line would claim that it is all. */
function orphanSizes({ session, sighting }: Moment): OrphanSizes {
  const orphans = session.latest?.detection.orphans ?? [];
  if (orphans.length === 0) return NO_ORPHANS;
  const { held, snapshot } = sighting;
  const [why] = unlistedReasons(sighting);
  const all = withUnlisted(snapshot, held);
  return new Map(
    orphans.flatMap((orphan) => {
      const key = subjectKey(fromOrphan(orphan));
      const pids = new Set(orphan.members.map(({ pid }) => pid));
      const rows = all.filter((row) => row.process !== undefined && pids.has(row.pid));
      const size: Known<Bytes> = why === undefined ? worstOf(rows) : { known: false, why };
      return key === undefined ? [] : [[key, size] as const];
    }),
  );
}

/** Unknown as soon as one bus is, because that one could be the largest; no row in a whole list is no memory. */
function worstOf(rows: Sighting['held']): Known<Bytes> {
  let worst: Bytes = ZERO_BYTES;
  for (const tally of sumPerBus(rows).values()) {
    const size = total(tally);
    if (!size.known) return size;
    if (size.value > worst) worst = size.value;
  }
  return known(worst);
}

/** Of the look, on the observer's clock and on the node's. */
export function timesOf({ atMs, sighting }: Moment): Pick<HistoryPoint, 'atMs' | 'nodeMs'> {
  return { atMs, nodeMs: sighting.snapshot.time.beginMs };
}
