// A gate report as text for a terminal: who is judged, what was seen, what it means, what to do.
import { clip } from '../base/printable.ts';
import { REASONS } from '../base/reason.ts';
import { deviceTable } from './device-table.ts';
import type { GateEngine, GateProcess, GateReport } from './gate-schema.ts';
import { paintVerdict, type Paint } from './paint.ts';
import { seedSentence } from './seed-difference.ts';
import { mibAndGib, mibCell } from './sizes.ts';
import { textTable } from './text-table.ts';

export interface TextOptions {
  readonly paint: Paint;
  /** Columns that titles may fill. */
  readonly width: number;
}

const ORIGINS = {
  flag: 'from --max-residual-gib',
  environment: "from MILES_MAX_RESIDUAL_GPU_MEM_GB of this machine's environment",
  run: "from the run's own environment",
  default: 'the default',
} as const;

/** Lines without line feeds. The report must be of a gate that ran. */
export function gateText(report: GateReport, options: TextOptions): string[] {
  const blocks = [
    heading(report, options),
    ...report.engines.map((engine) => engineLines(engine, report, options)),
    deviceTable(report.devices, options),
    noteLines(report, options),
    [conclusion(report, options)],
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function heading({ target, node, sample, policy, problems }: GateReport, { paint }: TextOptions): string[] {
  const demo = problems.some((problem) => problem.code === 'demo') ? ` ${paint.inconclusive('DEMO DATA')}` : '';
  const driver = node?.driver === null || node?.driver === undefined ? 'driver unknown' : `driver ${node.driver}`;
  const took = sample?.durationMs === null || sample === null ? '' : ` in ${sample.durationMs} ms`;
  const lines = [
    `${paint.bold(node?.hostname ?? 'unknown host')} (${target}), ${driver}, sampled ${sample?.wallTime ?? 'at an unknown time'}${took}${demo}`,
  ];
  if (policy !== null)
    lines.push(`Gate ${policy.kind}: at most ${mibAndGib(policy.limitBytes)}, ${ORIGINS[policy.origin]}`);
  return lines;
}

function engineLines(engine: GateEngine, report: GateReport, options: TextOptions): string[] {
  const { paint, width } = options;
  const name = engineName(engine);
  const verdict = engine.exempt
    ? `${paint.faint('EXEMPT')} (would be ${engine.verdict})`
    : paintVerdict(paint, engine.verdict);
  const lines = [`${verdict}  ${paint.bold(name)}  ${clip(engine.title, Math.max(width - name.length - 20, 20))}`];
  lines.push(`  ${heldSentence(engine, report)}`);
  for (const code of engine.reasons) lines.push(`  ${code}: ${REASONS[code]}.`);
  lines.push(`  ${paint.faint(seedSentence(engine))}`);
  if (!engine.exempt && engine.verdict === 'fail' && engine.rootPid !== null) {
    lines.push(
      `  ${paint.faint(`If this engine is meant to be awake, exempt it: --expect-awake pid:${engine.rootPid}`)}`,
    );
  }
  const rows = engine.processes.flatMap((process) => processRows(process));
  if (rows.length > 0) lines.push(...processTable(rows, options).map((line) => `  ${line}`));
  return lines;
}

export function engineName({ kind, rootPid }: GateEngine): string {
  return rootPid === null ? `${kind} orphan` : `${kind} pid ${rootPid}`;
}

function heldSentence(engine: GateEngine, { policy }: GateReport): string {
  const limit = policy === null ? '' : `; the limit is ${mibAndGib(policy.limitBytes)}`;
  const what = policy?.kind === 'whole-gpu' ? 'The fullest of its GPUs uses' : 'It holds';
  if (engine.residualBytes !== null) {
    const where = engine.worstBus === null ? 'over all GPUs' : `on ${engine.worstBus}`;
    return `${what} ${mibAndGib(engine.residualBytes)} ${where}${limit}.`;
  }
  if (engine.atLeastBytes === 0 && engine.perBus.length === 0) return `What it holds is unknown${limit}.`;
  const where = engine.worstBus === null ? '' : ` on ${engine.worstBus}`;
  return `${what} at least ${mibAndGib(engine.atLeastBytes)}${where}; how much exactly is unknown${limit}.`;
}

function processRows(process: GateProcess): string[][] {
  const rank = rankText(process.rank);
  const role = rank === '' ? process.role : `${process.role} ${rank}`;
  const pid = process.containerPid === null ? `${process.pid}` : `${process.pid} (${process.containerPid} inside)`;
  const who = process.alive === 'alive' ? pid : `${pid} ${process.alive}`;
  if (process.perBus.length === 0) return [];
  return process.perBus.map(({ bus, bytes }) => [bus ?? 'all GPUs', mibCell(bytes), who, role, process.title]);
}

function rankText(rank: GateProcess['rank']): string {
  if (rank === null) return '';
  const parts = Object.entries(rank).flatMap(([name, value]) =>
    value === null ? [] : [`${name.toUpperCase()}${value}`],
  );
  return parts.join(' ');
}

function processTable(rows: string[][], { width }: TextOptions): string[] {
  const columns = [
    { heading: 'GPU', align: 'left' },
    { heading: 'MiB', align: 'right' },
    { heading: 'pid', align: 'left' },
    { heading: 'role', align: 'left' },
    { heading: 'title', align: 'left' },
  ] as const;
  return textTable(columns, rows).map((line) => clip(line, Math.max(width - 2, 40)));
}

function noteLines({ problems }: GateReport, { paint }: TextOptions): string[] {
  const notes = problems.filter((problem) => problem.code !== 'demo' && problem.code !== 'duplicate-row');
  return notes.length === 0 ? [] : [paint.bold('Notes'), ...notes.map(({ where, text }) => `  ${where}: ${text}`)];
}

function conclusion(report: GateReport, { paint }: TextOptions): string {
  const { verdict, engines, reasons, failOpen, exitCode } = report;
  if (verdict === null) return '';
  const judged = engines.filter((engine) => !engine.exempt);
  const count = (wanted: string): number => judged.filter((engine) => engine.verdict === wanted).length;
  const open = failOpen && verdict === 'inconclusive' ? ' Exit code 0 because of --fail-open.' : '';
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  if (engines.length === 0) {
    return `${paintVerdict(paint, verdict)}${why}: no engine was found to judge.${open}`;
  }
  const summary = `${judged.length} judged: ${count('pass')} pass, ${count('fail')} fail, ${count('inconclusive')} inconclusive`;
  return `${paintVerdict(paint, verdict)}${why}: ${summary}; exit code ${exitCode}.${open}`;
}
