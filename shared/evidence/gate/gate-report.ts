// A gate's result as the object that `gate --json` prints. Derived from one session and one sighting, nothing else.
import { orNull, total, type Tally } from '../../base/known.ts';
import { printable } from '../../base/printable.ts';
import type { Bytes } from '../../base/units.ts';
import type { GateResult } from '../../gates/gate.ts';
import { runLimit } from '../../gates/run-limit.ts';
import { ownRows, type Sighting } from '../../gates/sighting.ts';
import { reasonCodes } from '../../base/reason.ts';
import type { Subject } from '../../gates/subject.ts';
import type { Judgement } from '../../gates/verdict.ts';
import { deviceLedgers, type DeviceLedger } from '../../ledger/device-ledger.ts';
import { aliveness, type Holding } from '../../ledger/holding.ts';
import { NO_BUS, sumPerBus, type PerBus } from '../../ledger/per-bus.ts';
import type { HostProcess } from '../../model/snapshot.ts';
import type { EngineState } from '../../session/engine-state.ts';
import type { ProcessKey } from '../../model/ids.ts';
import type { Session } from '../../session/session.ts';
import { engineSays } from './engine-says.ts';
import { reportProblems } from './gate-problems.ts';
import type { GateDevice, GateEngine, GateProcess, GateReport } from './gate-schema.ts';
import { engineName, engineNames } from '../../session/engine-name.ts';
import { GATE_SCHEMA } from '../schema-names.ts';

/** What the host knows and the core cannot: how the node was reached, hashes, exit code. */
export interface RunFacts {
  readonly target: string;
  readonly rawSha256: string;
  readonly probeSha256: string;
  readonly failOpen: boolean;
  readonly isDemo: boolean;
  /** Now, on the clock of the engines' answers; undefined when they were not asked. */
  readonly nowMs?: number;
  readonly states?: ReadonlyMap<ProcessKey, EngineState>;
}

export function exitCode(verdict: GateResult['verdict'], failOpen: boolean): number {
  if (verdict === 'inconclusive') return failOpen ? 0 : 2;
  return verdict === 'pass' ? 0 : 1;
}

export function gateReport(result: GateResult, sighting: Sighting, session: Session, facts: RunFacts): GateReport {
  const { snapshot, held, closing } = sighting;
  const { node, time } = snapshot;
  const ledgers = deviceLedgers(snapshot, held, closing);
  const names = engineNames(result.judgements.map(({ subject }) => subject));
  return {
    schema: GATE_SCHEMA,
    target: facts.target,
    node: { hostname: node.hostname ?? null, bootId: node.bootId ?? null, driver: node.driverVersion ?? null },
    sample: {
      wallTime: time.wallTime ?? null,
      monotonicMs: time.beginMs ?? null,
      durationMs: time.beginMs === undefined || time.endMs === undefined ? null : time.endMs - time.beginMs,
      rawSha256: facts.rawSha256,
    },
    probeSha256: facts.probeSha256,
    policy: { kind: result.policy.kind, limitBytes: result.policy.limit, origin: result.policy.origin },
    verdict: result.verdict,
    reasons: [...result.reasons],
    failOpen: facts.failOpen,
    exitCode: exitCode(result.verdict, facts.failOpen),
    engines: result.judgements.map((judgement, at) => {
      const report = engineReport(judgement, sighting, session, facts);
      return { ...report, name: names[at] ?? report.name };
    }),
    devices: ledgers.map(deviceReport),
    problems: reportProblems(result, sighting, session, ledgers, facts.isDemo),
  };
}

/** What a judgement says without looking further: enough for its sentence, and quick on a node with many engines. */
export type JudgedReport = Pick<
  GateEngine,
  | 'name'
  | 'kind'
  | 'rootPid'
  | 'title'
  | 'residualBytes'
  | 'atLeastBytes'
  | 'worstBus'
  | 'perBus'
  | 'verdict'
  | 'exempt'
  | 'reasons'
  | 'seed'
>;

export function judgedReport(judgement: Judgement): JudgedReport {
  const { subject } = judgement;
  return {
    name: printable(engineName(subject)),
    kind: subject.kind,
    rootPid: subject.rootPid,
    title: printable(subject.title),
    residualBytes: judgement.residual,
    atLeastBytes: judgement.atLeast,
    worstBus: judgement.worstBus === NO_BUS ? null : judgement.worstBus,
    perBus: perBusReport(judgement.perBus),
    verdict: judgement.verdict,
    exempt: judgement.exempt,
    reasons: reasonCodes(judgement.reasons),
    seed: { residualBytes: judgement.seed.residualBytes, action: judgement.seed.action },
  };
}

export function engineReport(
  judgement: Judgement,
  sighting: Sighting,
  session: Session,
  { nowMs, states = new Map() }: Pick<RunFacts, 'nowMs' | 'states'>,
): GateEngine {
  const { subject } = judgement;
  const limit = runLimit(subject, sighting.snapshot);
  return {
    ...judgedReport(judgement),
    runLimitBytes: limit.kind === 'set' ? limit.limit : null,
    ...engineSays({ subject, judgement, sighting, session, states, nowMs }),
    processes: processReports(subject, sighting, session),
  };
}

function perBusReport(perBus: PerBus): { bus: string | null; bytes: Bytes | null }[] {
  return [...perBus].map(([bus, tally]) => ({ bus: bus === NO_BUS ? null : bus, bytes: wholeOrNull(tally) }));
}

function wholeOrNull(tally: Tally): Bytes | null {
  return orNull(total(tally));
}

/** Processes of the tree in its own order, then rows of pids that are no processes any more. */
function processReports(subject: Subject, sighting: Sighting, session: Session): GateProcess[] {
  const rows = ownRows(subject, sighting);
  const living = subject.members.map((member) =>
    livingProcess(
      member,
      rows.filter((row) => row.process === member),
      session,
    ),
  );
  const others = rows.filter((row) => row.process === undefined);
  const pids = [...new Set(others.map((row) => row.pid))];
  return [
    ...living,
    ...pids.map((pid) =>
      formerProcess(
        pid,
        others.filter((row) => row.pid === pid),
      ),
    ),
  ];
}

function livingProcess(process: HostProcess, rows: readonly Holding[], session: Session): GateProcess {
  const role = session.latest?.detection.roles.get(process.pid);
  return {
    pid: process.pid,
    startTicks: process.startTicks,
    ppid: process.ppid,
    role: role?.role ?? 'other',
    rank: role?.rank ?? null,
    title: printable(process.title === '' ? process.comm : process.title),
    containerPid: process.containerPid ?? null,
    alive: aliveness(process),
    rssBytes: orNull(process.rss),
    perBus: perBusReport(sumPerBus(rows)),
  };
}

function formerProcess(pid: number, rows: readonly Holding[]): GateProcess {
  return {
    pid,
    startTicks: null,
    ppid: null,
    role: 'other',
    rank: null,
    title: '',
    containerPid: null,
    alive: rows[0]?.alive ?? 'unreadable',
    rssBytes: null,
    perBus: perBusReport(sumPerBus(rows)),
  };
}

export function deviceReport({ device, entries, moving, usedNext }: DeviceLedger): GateDevice {
  return {
    bus: device.bus,
    uuid: device.uuid ?? null,
    name: device.name ?? null,
    totalBytes: orNull(device.total),
    reservedBytes: orNull(device.reserved),
    usedBytes: orNull(device.used),
    usedIncludesReserved: device.usedIncludesReserved,
    freeBytes: orNull(device.free),
    usedNextBytes: usedNext === undefined ? null : orNull(usedNext),
    moving: moving ?? null,
    ledger: entries.map((entry) => ({
      class: entry.class,
      label: printable(entry.label),
      pids: [...entry.pids],
      bytes: orNull(entry.bytes),
    })),
  };
}
