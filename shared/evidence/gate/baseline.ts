// A snapshot from before a release, beside a gate after it: what each engine freed, and whether the two may be compared.
import { reason, reasonCodes, type ReasonCode } from '../../base/reason.ts';
import { SMI_RESOLUTION } from '../../base/units.ts';
import type { Problem } from '../../base/problem.ts';
import { selects, type Selector } from '../../gates/selector.ts';
import { exitCode } from './gate-report.ts';
import type { BaselineBus, GateEngine, GateReport } from './gate-schema.ts';
import { SNAPSHOT_SCHEMA } from '../schema-names.ts';
import { snapshotReportSchema, type SnapshotReport } from './snapshot-schema.ts';

export type ReadBaseline =
  | { readonly ok: true; readonly baseline: SnapshotReport }
  /** A clause that follows the name of the file. */
  | { readonly ok: false; readonly text: string };

const FAMILY = SNAPSHOT_SCHEMA.slice(0, SNAPSHOT_SCHEMA.indexOf('/') + 1);

/** What `residuum snapshot` wrote, checked whole: a baseline of which a part is guessed could pass what it should not. */
export function readBaseline(text: string): ReadBaseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, text: 'is damaged: it is no JSON. Take another one with residuum snapshot.' };
  }
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema !== 'string' || !schema.startsWith(FAMILY)) {
    return { ok: false, text: 'is no snapshot: make one with residuum snapshot.' };
  }
  if (schema !== SNAPSHOT_SCHEMA) {
    return { ok: false, text: `is ${schema}, of a newer Residuum; this one reads ${SNAPSHOT_SCHEMA}.` };
  }
  const parsed = snapshotReportSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
    return { ok: false, text: `is damaged${where}. Take another one with residuum snapshot.` };
  }
  const unfit = unfitText(parsed.data);
  return unfit === undefined ? { ok: true, baseline: parsed.data } : { ok: false, text: unfit };
}

/** Why nothing can be compared with it; undefined where something can. A clause, as above. */
export function unfitText({ error, usage, driverReasons, sample }: SnapshotReport): string | undefined {
  if (error !== undefined) return `has no sample: ${error.text}`;
  if (usage === null || sample === null) {
    const why = driverReasons.length === 0 ? '' : ` (${driverReasons.join(', ')})`;
    return `has no list of processes on GPUs${why}, so nothing can be compared with it.`;
  }
  return undefined;
}

/** Who is meant, as the gate was asked. Empty selectors mean every engine. */
export interface BaselineRequest {
  readonly selectors: readonly Selector[];
  readonly expectAwake: readonly Selector[];
}

/**
 * The gate's report with what was freed since the baseline. The limit judges as it does without one: a comparison makes no
 * pass. What cannot be compared, because it is of another boot, another GPU or another process, leaves a pass inconclusive.
 */
export function baselineReport(report: GateReport, baseline: SnapshotReport, request: BaselineRequest): GateReport {
  const stranger = strangerText(report, baseline);
  const ageMs = ageOf(report, baseline);
  const about = { wallTime: baseline.sample?.wallTime ?? null, ageMs, rawSha256: baseline.sample?.rawSha256 ?? null };
  const problems: Problem[] = stranger === undefined ? [] : [problem('baseline', stranger)];
  const engines = report.engines.map((engine): GateEngine => {
    if (stranger !== undefined) return inDoubt(engine, null);
    const compared = comparedEngine(engine, report, baseline);
    if (typeof compared !== 'string') return { ...engine, baseline: compared };
    problems.push(problem(engine.name, compared));
    return inDoubt(engine, null);
  });
  const ended = stranger === undefined ? endedEngines(report, baseline, request) : [];
  problems.push(...ended);
  const counted = engines.filter(({ exempt }) => !exempt);
  const doubts: ReasonCode[] = [
    ...(counted.some(({ baseline: compared }) => compared === null) ? (['no-baseline'] as const) : []),
    ...(ended.length > 0 ? (['engine-not-found'] as const) : []),
  ];
  const verdict = report.verdict === 'pass' && doubts.length > 0 ? 'inconclusive' : report.verdict;
  return {
    ...report,
    verdict,
    reasons: withReasons(report.reasons, doubts),
    exitCode: verdict === null ? report.exitCode : exitCode(verdict, report.failOpen),
    baseline: about,
    engines,
    problems: [...report.problems, ...problems],
  };
}

function problem(where: string, text: string): Problem {
  return { code: 'baseline', where, text };
}

function withReasons(codes: readonly ReasonCode[], more: readonly ReasonCode[]): ReasonCode[] {
  return reasonCodes([...codes, ...more].map((code) => reason(code)));
}

function inDoubt(engine: GateEngine, baseline: null): GateEngine {
  if (engine.exempt) return { ...engine, baseline };
  const verdict = engine.verdict === 'pass' ? 'inconclusive' : engine.verdict;
  return { ...engine, baseline, verdict, reasons: withReasons(engine.reasons, ['no-baseline']) };
}

/** Why it says nothing of this node at all. */
function strangerText({ node, sample }: GateReport, baseline: SnapshotReport): string | undefined {
  const [now, before] = [node?.bootId ?? null, baseline.node?.bootId ?? null];
  if (now === null || before === null) return 'the node does not say which boot it runs in, so pids mean nothing';
  if (now !== before) return 'the baseline is of another node, or of another boot of this one';
  const [nowMs, beforeMs] = [sample?.monotonicMs ?? null, baseline.sample?.monotonicMs ?? null];
  if (nowMs === null || beforeMs === null) return 'the node does not say when it was sampled';
  return beforeMs > nowMs ? 'the baseline was taken after this sample' : undefined;
}

function ageOf({ sample }: GateReport, baseline: SnapshotReport): number | null {
  const [nowMs, beforeMs] = [sample?.monotonicMs ?? null, baseline.sample?.monotonicMs ?? null];
  return nowMs === null || beforeMs === null ? null : nowMs - beforeMs;
}

/** What it held on each GPU, then and now; or why nobody can say. */
function comparedEngine(engine: GateEngine, report: GateReport, baseline: SnapshotReport): BaselineBus[] | string {
  const members = membersThen(engine, baseline);
  if (members === undefined) {
    return 'it is not in the baseline: it was started after it, or was no engine then';
  }
  const rows = (baseline.usage ?? []).filter(({ pid }) => members.has(pid));
  const buses = new Set<string | null>(engine.processes.flatMap(({ perBus }) => perBus.map(({ bus }) => bus)));
  for (const { bus } of rows) buses.add(bus);
  const changed = [...buses].find((bus) => bus !== null && !isSameGpu(bus, report, baseline));
  if (changed !== undefined) return `GPU ${changed} is not the one of the baseline`;
  const compared = [...buses].toSorted(byName).map((bus) => comparedBus(bus, engine, rows));
  if (compared.some(({ beforeBytes }) => beforeBytes === null)) return 'what it held was not known in the baseline';
  return compared;
}

/** Its processes then, by pid; undefined where it is another engine than then. */
function membersThen(
  { rootPid, processes }: Pick<GateEngine, 'rootPid' | 'processes'>,
  baseline: SnapshotReport,
): ReadonlySet<number> | undefined {
  const starts = new Map(baseline.processes.map(({ pid, startTicks }) => [pid, startTicks]));
  const known = processes.filter(({ startTicks }) => startTicks !== null);
  const same = known.filter(({ pid, startTicks }) => starts.get(pid) === startTicks).map(({ pid }) => pid);
  // An orphan has no root: each of its processes must have been there.
  const isSame = rootPid === null ? known.length > 0 && same.length === known.length : same.includes(rootPid);
  if (!isSame) return undefined;
  const ofRoot = baseline.processes.filter(({ engineRootPid }) => rootPid !== null && engineRootPid === rootPid);
  return new Set([...same, ...ofRoot.map(({ pid }) => pid)]);
}

function isSameGpu(bus: string, report: GateReport, baseline: SnapshotReport): boolean {
  const [now, before] = [report, baseline].map(({ devices }) => devices.find((device) => device.bus === bus));
  if (now === undefined || before === undefined) return false;
  return now.uuid === before.uuid && now.totalBytes === before.totalBytes;
}

function comparedBus(
  bus: string | null,
  { processes }: GateEngine,
  rows: readonly { readonly bus: string | null; readonly bytes: number | null }[],
): BaselineBus {
  const before = rows.filter((row) => row.bus === bus).map(({ bytes }) => bytes);
  const now = processes.flatMap(({ perBus }) => perBus.filter((each) => each.bus === bus).map(({ bytes }) => bytes));
  const [beforeBytes, bytes] = [sumOf(before), sumOf(now)];
  const changeBytes = beforeBytes === null || bytes === null ? null : bytes - beforeBytes;
  // Each row is rounded down to a whole MiB, so two sums may differ by one a row without any change.
  const noise = SMI_RESOLUTION * (before.length > now.length ? before.length : now.length);
  return { bus, beforeBytes, bytes, changeBytes, change: changeOf(changeBytes, noise) };
}

function sumOf(sizes: readonly (number | null)[]): number | null {
  return sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + Number(size), 0);
}

function changeOf(change: number | null, noise: number): BaselineBus['change'] {
  if (change === null) return 'unknown';
  if (Math.abs(change) <= noise) return 'stayed';
  return change < 0 ? 'freed' : 'grown';
}

function byName(one: string | null, other: string | null): number {
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** Engines of the baseline that are gone and were not said to be awake: they freed because they ended. */
function endedEngines(report: GateReport, baseline: SnapshotReport, request: BaselineRequest): Problem[] {
  const { selectors, expectAwake } = request;
  const living = new Set(
    report.engines.flatMap(({ processes }) => processes.map(({ pid, startTicks }) => `${pid} ${startTicks}`)),
  );
  return baseline.engines.flatMap((engine): Problem[] => {
    const { kind, rootPid, title, ports } = engine;
    const members = baseline.processes.filter(({ engineRootPid }) => engineRootPid === rootPid);
    const subject = { kind, rootPid, title, ports, members };
    const isMeant = (list: readonly Selector[]): boolean => list.some((selector) => selects(selector, subject));
    if ((selectors.length > 0 && !isMeant(selectors)) || isMeant(expectAwake)) return [];
    const root = members.find(({ pid }) => pid === rootPid);
    if (root !== undefined && living.has(`${rootPid} ${root.startTicks}`)) return [];
    const text = 'it was in the baseline and is gone: what it held is free because it ended, not because it slept';
    return [problem(`${kind} pid ${rootPid}`, text)];
  });
}
