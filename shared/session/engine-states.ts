// The state of every engine of the latest sample, and the level that it has when awake.
import { addMissing, EMPTY_TALLY, known, orNull, total, unknown, type Known } from '../base/known.ts';
import { reason } from '../base/reason.ts';
import type { Bytes } from '../base/units.ts';
import type { EngineStatement } from '../engines/accounting.ts';
import { ACCOUNTING_READERS } from '../engines/accounting-readers.ts';
import type { Engine } from '../engines/detect.ts';
import type { Holding } from '../ledger/holding.ts';
import { sumPerBus, type PerBus } from '../ledger/per-bus.ts';
import { withUnlisted } from '../ledger/unlisted-rows.ts';
import { unstated, type Stated } from '../model/accounting.ts';
import type { BusId, ProcessKey } from '../model/ids.ts';
import { levelOf, MOST_SLEEPS, NO_RECORD, type EngineRecord } from './engine-record.ts';
import { engineState, type EngineState, type EngineStateInput } from './engine-state.ts';
import { hostMemoryOf } from './host-memory.ts';
import { partialReasons } from './history/process-sizes.ts';
import { engineKey, type Session } from './session.ts';
import type { View } from './view.ts';

export type Told = (engine: Engine) => 'awake' | 'asleep' | undefined;

/** Of each engine, by the pid and start of its root. `told` is what the user said of it. */
export function engineStates(session: Session, told: Told): Map<ProcessKey, EngineState> {
  const states = new Map<ProcessKey, EngineState>();
  for (const engine of session.latest?.detection.engines ?? []) {
    states.set(engineKey(engine), engineState({ ...seenOf(engine, session), told: told(engine) }));
  }
  return states;
}

/** Everything but what the user said. */
function seenOf(engine: Engine, session: Session): EngineStateInput {
  const record = recordOf(engine, session);
  const statement = statementOf(engine, record);
  return {
    kind: engine.kind,
    statement,
    told: undefined,
    resident: residentOf(engine, session),
    accounting: maxSumOf(statement),
    awakeLevel: record.awake?.worst,
  };
}

/** What a later sample is compared with: the level of an engine that is awake, and what each of its sleeps left. */
export function rememberStates(session: Session, states: ReadonlyMap<ProcessKey, EngineState>): Session {
  const engines = new Map(session.engines);
  for (const engine of session.latest?.detection.engines ?? []) {
    const key = engineKey(engine);
    const record = recordOf(engine, session);
    const state = states.get(key);
    if (state?.value === 'asleep') engines.set(key, { ...record, sleep: residentOf(engine, session) });
    if (state?.value === 'awake' && !isDoubted(state, engine, session)) {
      engines.set(key, { ...record, ...awakeNow(engine, session), ...wokenFrom(record) });
    }
  }
  return { ...session, engines };
}

/**
 * The user says awake once, for a whole watch, and the engine may sleep meanwhile: what looks released or partly released
 * is no level of an engine that is awake, and all later shares would be taken of it.
 */
function isDoubted({ source }: EngineState, engine: Engine, session: Session): boolean {
  if (source !== 'told') return false;
  const looks = engineState(seenOf(engine, session));
  return looks.source === 'inferred' && looks.value !== 'awake';
}

/** Nothing where a row of the tree is unknown: a lower bound is no level. */
function awakeNow(engine: Engine, session: Session): Partial<EngineRecord> {
  const { snapshot } = session.latest ?? {};
  const awake = levelOf(residentPerBus(engine, session), snapshot?.time.beginMs);
  if (snapshot === undefined || awake === undefined || !residentOf(engine, session).known) return {};
  return { awake, awakeHost: hostMemoryOf(engine.members, snapshot.node, snapshot.time.beginMs) };
}

function wokenFrom({ sleep, sleeps }: EngineRecord): Partial<EngineRecord> {
  return sleep === undefined ? {} : { sleep: undefined, sleeps: [...sleeps, sleep].slice(-MOST_SLEEPS) };
}

export function recordOf(engine: Engine, session: Session): EngineRecord {
  return session.engines.get(engineKey(engine)) ?? NO_RECORD;
}

export function statementOf(engine: Engine, record: EngineRecord): EngineStatement {
  return ACCOUNTING_READERS[engine.kind].read(record.seen);
}

function maxSumOf({ accounting }: EngineStatement): Stated<Bytes> {
  return accounting.known ? accounting.value.maxSum : unstated(accounting.why.code, accounting.why.where);
}

/** Each part of the fold of a look asks for the same, and a view never changes. */
const HELD = new WeakMap<View, { readonly rows: readonly Holding[]; readonly perBus: Map<Engine, PerBus> }>();

/** Unknown on a GPU where a rank that the driver does not list may hold something, and where the list was refused. */
export function residentPerBus(engine: Engine, { latest }: Session): PerBus {
  if (latest === undefined) return new Map();
  const held = HELD.get(latest) ?? { rows: withUnlisted(latest.snapshot, latest.held), perBus: new Map() };
  HELD.set(latest, held);
  const known = held.perBus.get(engine);
  if (known !== undefined) return known;
  const members = new Set(engine.members.map((member) => member.pid));
  const own = sumPerBus(held.rows.filter((row) => row.process !== undefined && members.has(row.pid)));
  const perBus = withRefused(own, latest.snapshot.usage?.unreadableBuses ?? []);
  held.perBus.set(engine, perBus);
  return perBus;
}

/** What an engine holds on a GPU whose process list was refused could be the most. */
function withRefused(own: PerBus, refused: readonly BusId[]): PerBus {
  if (own.size === 0 || refused.length === 0) return own;
  const sums = new Map(own);
  for (const bus of refused) {
    sums.set(bus, addMissing(own.get(bus) ?? EMPTY_TALLY, reason('device-unreadable', bus)));
  }
  return sums;
}

/** Of the worst bus. Unknown as soon as a row of the tree is, or rows may be missing. */
export function residentOf(engine: Engine, session: Session): Known<Bytes> {
  const usage = session.latest?.snapshot.usage;
  const { snapshot } = session.latest ?? {};
  const partial = snapshot === undefined ? [] : [...snapshot.driverReasons, ...partialReasons(snapshot)];
  const [why] = [...partial, ...engine.incomplete];
  if (why !== undefined) return { known: false, why };
  if (usage === undefined) return unknown('smi-failed', 'usage');
  if (!usage.hasBus) return unknown('no-bus-column');
  if (usage.lostRows > 0 || usage.unreadableBuses.length > 0) return unknown('device-unreadable');
  let worst: Bytes | undefined;
  for (const tally of residentPerBus(engine, session).values()) {
    const sum = total(tally);
    if (!sum.known) return sum;
    const size = orNull(sum);
    if (size !== null && (worst === undefined || size > worst)) worst = size;
  }
  return worst === undefined ? unknown('no-tree-row', `pid ${engine.root.pid}`) : known(worst);
}
