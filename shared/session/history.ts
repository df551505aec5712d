// What the timeline draws: of every look at a node the sizes that matter, small enough to keep hours of them.
import { add, EMPTY_TALLY, total, type Known, type Tally } from '../base/known.ts';
import type { Bytes } from '../base/units.ts';
import { reason, reasonCodes, type Reason, type ReasonCode } from '../base/reason.ts';
import type { Engine } from '../engines/detect.ts';
import { deviceLedgers, type LedgerClass } from '../ledger/device-ledger.ts';
import { sumPerBus, type BusKey } from '../ledger/per-bus.ts';
import type { BusId, ProcessKey } from '../model/ids.ts';
import { residentOf } from './engine-states.ts';
import type { Snapshot } from '../model/snapshot.ts';
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
  /** Of the worst bus of each engine; unknown as soon as anything of it may be missing. */
  readonly worst: ReadonlyMap<ProcessKey, Known<Bytes>>;
  /** States that somebody says; what only looks so is a reading of these same sizes. */
  readonly said: ReadonlyMap<ProcessKey, SaidState>;
}

export interface SaidState {
  readonly value: 'awake' | 'asleep';
  readonly by: 'reported' | 'told';
}

/** Which engine a key is, as it was seen last. */
export interface SeenEngine {
  readonly engine: Engine;
  readonly bootId: string | undefined;
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
  /** In the order in which they were first seen, also those whose points are gone by now: a colour stays with one. */
  readonly engines: readonly ProcessKey[];
  readonly seen: ReadonlyMap<ProcessKey, SeenEngine>;
}

export const EMPTY_HISTORY: History = { full: [], last: [], engines: [], seen: new Map() };

const CHUNK = 128;
/** Four hours at one look a second. */
const MOST_CHUNKS = Math.ceil((4 * 3600) / CHUNK);

/** `before` is the moment of the newest point, of which what did not change is kept once. */
export function appendMoment(history: History, moment: Moment, before?: Moment): History {
  const { full, last, engines: order } = history;
  const newest = last.at(-1) ?? full.at(-1)?.at(-1);
  const isSame = newest !== undefined && before !== undefined && samePoint(before, moment);
  const said = saidOf(moment, newest?.said ?? NOTHING_SAID);
  const point = isSame ? { ...newest, ...timesOf(moment), said } : { ...withKnown(pointOf(moment), newest), said };
  const fresh = [...point.engines.keys()].filter((engine) => !order.includes(engine));
  const engines = fresh.length === 0 ? order : [...order, ...fresh];
  const seen = isSame ? history.seen : withSeen(history.seen, moment);
  const next = [...last, point];
  if (next.length < CHUNK) return { full, last: next, engines, seen };
  return { full: [...full, next].slice(-MOST_CHUNKS), last: [], engines, seen };
}

const NOTHING_SAID: HistoryPoint['said'] = new Map();

/** The same object as before where the same is said. */
function saidOf({ states }: Moment, before: HistoryPoint['said']): HistoryPoint['said'] {
  const said = new Map<ProcessKey, SaidState>();
  for (const [key, { value, source }] of states) {
    const isSaid = (source === 'reported' || source === 'told') && (value === 'awake' || value === 'asleep');
    if (isSaid) said.set(key, { value, by: source });
  }
  const isSame =
    said.size === before.size &&
    [...said].every(([key, { value, by }]) => before.get(key)?.value === value && before.get(key)?.by === by);
  return isSame ? before : said;
}

function withSeen(seen: History['seen'], { session, sighting }: Moment): History['seen'] {
  const { bootId } = sighting.snapshot.node;
  const now = (session.latest?.detection.engines ?? []).map(
    (engine) => [engineKey(engine), { engine, bootId }] as const,
  );
  return now.length === 0 ? seen : new Map([...seen, ...now]);
}

/** An answer came after the look that it belongs to: what it says holds for that look, and not from the next one on. */
export function withAnswer(history: History, moment: Moment): History {
  const { full, last } = history;
  const isInLast = last.length > 0;
  const chunk = isInLast ? last : full.at(-1);
  const newest = chunk?.at(-1);
  if (chunk === undefined || newest === undefined) return history;
  const said = saidOf(moment, newest.said);
  if (said === newest.said) return history;
  const amended = [...chunk.slice(0, -1), { ...newest, said }];
  return isInLast ? { ...history, last: amended } : { ...history, full: [...full.slice(0, -1), amended] };
}

/** Without what the user said of an engine and took back. */
export function withoutTold(history: History, key: ProcessKey): History {
  const forget = (point: HistoryPoint): HistoryPoint =>
    point.said.get(key)?.by === 'told'
      ? { ...point, said: new Map([...point.said].filter(([each]) => each !== key)) }
      : point;
  return { ...history, full: history.full.map((chunk) => chunk.map(forget)), last: history.last.map(forget) };
}

/** Oldest first. */
export function pointsOf({ full, last }: Pick<History, 'full' | 'last'>): HistoryPoint[] {
  return [...full.flat(), ...last];
}

/** By identity: the fold keeps the objects of a look that says the same again. */
function samePoint(before: Moment, { sighting, session }: Moment): boolean {
  const { snapshot, held, closing } = before.sighting;
  return (
    held === sighting.held &&
    snapshot.devices?.devices === sighting.snapshot.devices?.devices &&
    snapshot.driverReasons === sighting.snapshot.driverReasons &&
    snapshot.scan.complete === sighting.snapshot.scan.complete &&
    closing?.devices === sighting.closing?.devices &&
    before.session.latest?.detection === session.latest?.detection
  );
}

/** Without what was said of engines. */
type PointOfLook = Omit<HistoryPoint, 'said'>;

/** Parts that say the same as in the point before are kept once: hours of points are held. */
function withKnown(point: PointOfLook, before: HistoryPoint | undefined): PointOfLook {
  if (before === undefined) return point;
  const buses = sharing(point.buses, before.buses, isSameBus);
  const engines = sharing(point.engines, before.engines, isSamePerBus);
  return { ...point, buses, engines };
}

/** With the values of `before` where they are the same, and `before` itself where all are. */
function sharing<Key, Value>(
  now: ReadonlyMap<Key, Value>,
  before: ReadonlyMap<Key, Value>,
  isSame: (one: Value, other: Value) => boolean,
): ReadonlyMap<Key, Value> {
  let isAllSame = now.size === before.size;
  const shared = new Map<Key, Value>();
  for (const [key, value] of now) {
    const known = before.get(key);
    const same = known !== undefined && isSame(known, value);
    isAllSame &&= same;
    shared.set(key, same ? known : value);
  }
  return isAllSame ? before : shared;
}

function isSameBus(one: BusPoint, other: BusPoint): boolean {
  return isSameSize(one.used, other.used) && isSamePerBus(one.classes, other.classes);
}

function isSamePerBus<Key>(one: ReadonlyMap<Key, Known<Bytes>>, other: ReadonlyMap<Key, Known<Bytes>>): boolean {
  return one.size === other.size && [...one].every(([key, size]) => isSameSize(size, other.get(key)));
}

function isSameSize(one: Known<Bytes>, other: Known<Bytes> | undefined): boolean {
  if (other === undefined) return false;
  if (one.known) return other.known && one.value === other.value;
  return !other.known && one.why.code === other.why.code && one.why.where === other.why.where;
}

function timesOf({ atMs, sighting }: Moment): Pick<HistoryPoint, 'atMs' | 'nodeMs'> {
  return { atMs, nodeMs: sighting.snapshot.time.beginMs };
}

/** Why a process of any engine may be missing from this look, or be another one than it seems. */
function partialReasons({ node, scan }: Snapshot): readonly Reason[] {
  return [
    ...(node.pidNamespace === 'inner' ? [reason('pid-namespace')] : []),
    ...(scan.complete ? [] : [reason('proc-incomplete')]),
  ];
}

function pointOf(moment: Moment): PointOfLook {
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
  for (const engine of session.latest?.detection.engines ?? []) {
    const members = new Set(engine.members.map(({ pid }) => pid));
    const perBus = sumPerBus(held.filter((row) => row.process !== undefined && members.has(row.pid)));
    // Of a tree that may have more members a sum is a lower bound, and a line would claim that it is all.
    const [why] = [...engine.incomplete, ...partial];
    const size = (tally: Tally): Known<Bytes> => (why === undefined ? total(tally) : { known: false, why });
    engines.set(engineKey(engine), new Map([...perBus].map(([bus, tally]) => [bus, size(tally)])));
    worst.set(engineKey(engine), residentOf(engine, session));
  }
  return { ...timesOf(moment), driver: reasonCodes(snapshot.driverReasons), buses, engines, worst };
}
