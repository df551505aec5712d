// What the timeline draws: of every look at a node the sizes that matter, small enough to keep hours of them.
import { add, EMPTY_TALLY, total, type Known, type Tally } from '../base/known.ts';
import type { Bytes } from '../base/units.ts';
import { reasonCodes, type ReasonCode } from '../base/reason.ts';
import { deviceLedgers, type LedgerClass } from '../ledger/device-ledger.ts';
import { sumPerBus, type BusKey } from '../ledger/per-bus.ts';
import type { BusId, ProcessKey } from '../model/ids.ts';
import type { Moment } from './moment.ts';
import { engineKey } from './session.ts';

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
}

export interface BusPoint {
  readonly used: Known<Bytes>;
  /** Sums of the ledger's entries by class; a class that is not there holds nothing. */
  readonly classes: ReadonlyMap<LedgerClass, Known<Bytes>>;
}

/** Chunks, so that adding a point copies little: a list of hours is not copied every second. */
export interface History {
  readonly full: readonly (readonly HistoryPoint[])[];
  readonly last: readonly HistoryPoint[];
}

export const EMPTY_HISTORY: History = { full: [], last: [] };

const CHUNK = 128;
/** Four hours at one look a second. */
const MOST_CHUNKS = Math.ceil((4 * 3600) / CHUNK);

export function appendMoment({ full, last }: History, moment: Moment): History {
  const next = [...last, pointOf(moment)];
  if (next.length < CHUNK) return { full, last: next };
  return { full: [...full, next].slice(-MOST_CHUNKS), last: [] };
}

/** Oldest first. */
export function pointsOf({ full, last }: History): HistoryPoint[] {
  return [...full.flat(), ...last];
}

function pointOf({ atMs, session, sighting }: Moment): HistoryPoint {
  const { snapshot, held, closing } = sighting;
  const buses = new Map<BusId, BusPoint>();
  for (const { device, entries } of deviceLedgers(snapshot, held, closing)) {
    const tallies = new Map<LedgerClass, Tally>();
    for (const { class: kind, bytes } of entries) tallies.set(kind, add(tallies.get(kind) ?? EMPTY_TALLY, bytes));
    const classes = new Map([...tallies].map(([kind, tally]) => [kind, total(tally)] as const));
    buses.set(device.bus, { used: device.used, classes });
  }
  const engines = new Map<ProcessKey, ReadonlyMap<BusKey, Known<Bytes>>>();
  for (const engine of session.latest?.detection.engines ?? []) {
    const members = new Set(engine.members.map(({ pid }) => pid));
    const perBus = sumPerBus(held.filter((row) => row.process !== undefined && members.has(row.pid)));
    engines.set(engineKey(engine), new Map([...perBus].map(([bus, tally]) => [bus, total(tally)])));
  }
  return { atMs, nodeMs: snapshot.time.beginMs, driver: reasonCodes(snapshot.driverReasons), buses, engines };
}
