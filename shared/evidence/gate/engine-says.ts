// What an engine says of itself, beside what is resident: for the JSON of a gate. Derived, never judged.
import { orNull } from '../../base/known.ts';
import { printable } from '../../base/printable.ts';
import type { Accounting } from '../../engines/accounting.ts';
import type { Engine } from '../../engines/detect.ts';
import { ownRows, type Sighting } from '../../gates/sighting.ts';
import type { Subject } from '../../gates/subject.ts';
import type { Judgement } from '../../gates/verdict.ts';
import { allHints } from '../../hints/all-hints.ts';
import { deviceLedgers } from '../../ledger/device-ledger.ts';
import { foreignContexts } from '../../ledger/foreign-context.ts';
import { NO_BUS } from '../../ledger/per-bus.ts';
import type { Stated } from '../../model/accounting.ts';
import type { ProcessKey } from '../../model/ids.ts';
import type { EngineState } from '../../session/engine-state.ts';
import { recordOf, statementOf } from '../../session/engine-states.ts';
import { hostMemoryOf, hostMove } from '../../session/host-memory.ts';
import { pairOf, type EnginePair, type Pair } from '../../session/pair.ts';
import { engineKey, type Session } from '../../session/session.ts';
import type { GateEngine } from './gate-schema.ts';

export type EngineSays = Pick<
  GateEngine,
  | 'endpoint'
  | 'version'
  | 'model'
  | 'state'
  | 'accounting'
  | 'accountingReason'
  | 'gapBytes'
  | 'gapBandBytes'
  | 'pairs'
  | 'host'
  | 'hints'
>;

export interface SaysInput {
  readonly subject: Subject;
  /** undefined where nothing is judged; then there are no hints. */
  readonly judgement: Judgement | undefined;
  readonly sighting: Sighting;
  readonly session: Session;
  readonly states: ReadonlyMap<ProcessKey, EngineState>;
  /** Now, on the clock of the answers; undefined when nobody was asked. */
  readonly nowMs: number | undefined;
}

const UNKNOWN_STATE: EngineState = { value: 'unknown', source: 'none', text: 'nobody says whether it sleeps' };

export function engineSays(input: SaysInput): EngineSays {
  const { subject, sighting, session, states } = input;
  const engine = engineOf(subject, session);
  if (engine === undefined) {
    const accountingReason = subject.kind === 'tree' ? 'unknown-engine' : null;
    const unsaid = { endpoint: null, version: null, model: null, accounting: null, accountingReason } as const;
    const nothing = { ...unsaid, gapBytes: null, gapBandBytes: null, host: null } as const;
    return { ...nothing, state: { ...UNKNOWN_STATE }, pairs: [], hints: [] };
  }
  const record = recordOf(engine, session);
  const { accounting, version, model } = statementOf(engine, record);
  const pair = enginePair(engine, input);
  const maxSum = accounting.known ? accounting.value.maxSum : undefined;
  const why = !accounting.known ? accounting.why.code : maxSum?.known === false ? maxSum.why.code : null;
  const now = hostMemoryOf(engine.members, sighting.snapshot.node, sighting.snapshot.time.beginMs);
  const moved = record.awakeHost === undefined ? undefined : hostMove(record.awakeHost, now);
  return {
    endpoint: record.endpoint === null ? null : { host: record.endpoint.host, port: record.endpoint.port },
    version: version.known ? version.value : null,
    model: model.known ? model.value : null,
    state: { ...(states.get(engineKey(engine)) ?? UNKNOWN_STATE) },
    accounting: accounting.known ? accountingReport(accounting.value, pair.accountingAgeMs) : null,
    accountingReason: why,
    gapBytes: pair.engine.gap ?? null,
    gapBandBytes: pair.engine.gap === undefined ? null : (pair.engine.band ?? null),
    pairs: pair.buses.map(pairReport),
    host: {
      rssBytes: orNull(now.rss),
      rssShmemBytes: orNull(now.rssShmem),
      availableBytes: orNull(now.available),
      rssChangeBytes: moved === undefined ? null : orNull(moved.rssChange),
      availableChangeBytes: moved === undefined ? null : orNull(moved.availableChange),
    },
    hints: hintReports(engine, pair, input),
  };
}

/** The engine that a subject is, also when the user named its root with --root-pid; undefined for orphans and others. */
function engineOf({ rootPid }: Subject, { latest }: Session): Engine | undefined {
  return latest?.detection.engines.find((engine) => engine.root.pid === rootPid);
}

function enginePair(engine: Engine, { subject, sighting, session, nowMs }: SaysInput): EnginePair {
  const record = recordOf(engine, session);
  return pairOf({
    subject,
    sighting,
    roles: session.latest?.detection.roles ?? new Map(),
    statement: statementOf(engine, record),
    awake: record.awake,
    nowMs,
    nodeNowMs: sighting.snapshot.time.endMs,
  });
}

function hintReports(
  engine: Engine,
  pair: EnginePair,
  { subject, judgement, sighting, session, states }: SaysInput,
): GateEngine['hints'] {
  if (judgement === undefined) return [];
  const { snapshot, held, closing } = sighting;
  const rows = ownRows(subject, sighting);
  const buses = new Set(rows.map((row) => row.bus));
  const hints = allHints({
    subject,
    judgement,
    statement: statementOf(engine, recordOf(engine, session)),
    state: states.get(engineKey(engine)) ?? UNKNOWN_STATE,
    pair,
    roles: session.latest?.detection.roles ?? new Map(),
    environment: snapshot.environment,
    rows,
    ledgers: deviceLedgers(snapshot, held, closing).filter(({ device }) => buses.has(device.bus)),
    holders: snapshot.holders,
    foreign: foreignContexts(engine, held),
    earlier: recordOf(engine, session).sleeps,
  });
  return hints.map(({ code, text, confidence, evidence }) => ({
    code,
    text: printable(text),
    confidence,
    evidence: evidence.map(printable),
  }));
}

function size(value: Stated<number> | undefined): number | null {
  return value?.known === true ? value.value : null;
}

function pairReport(pair: Pair): GateEngine['pairs'][number] {
  return {
    bus: pair.bus === null || pair.bus === NO_BUS ? null : pair.bus,
    residentBytes: orNull(pair.resident),
    residentAwakeBytes: pair.residentAwake === undefined ? null : orNull(pair.residentAwake.resident),
    residentAwakeAgeMs: pair.residentAwake?.ageMs === undefined ? null : Math.round(pair.residentAwake.ageMs),
    accountingBytes: size(pair.accounting),
    share: pair.share ?? null,
    gapBytes: pair.gap ?? null,
    bandBytes: pair.band ?? null,
    within: pair.within ?? null,
    text: pair.sentence,
  };
}

function accountingReport(accounting: Accounting, ageMs: number | undefined): NonNullable<GateEngine['accounting']> {
  return {
    kind: accounting.kind,
    entries: accounting.entries.map((entry) => ({
      dpRank: entry.dpRank,
      weightBytes: size(entry.weight),
      kvcacheBytes: size(entry.kvcache),
      graphBytes: size(entry.graph),
      sumBytes: size(entry.sum),
    })),
    maxSumBytes: size(accounting.maxSum),
    seedSumBytes: size(accounting.seedSum),
    bandBytes: accounting.band,
    source: accounting.path,
    ageMs: ageMs === undefined ? null : Math.round(ageMs),
    findings: accounting.findings.map(({ code, where, text }) => ({ code, where, text })),
  };
}
