// The tables that one judged look gives: the gate, the ledger, the processes, and what was measured with what.
import { REASONS } from '../base/reason.ts';
import { inexactBecause } from '../gates/verdict.ts';
import { ACCOUNTING_REASONS } from '../model/accounting.ts';
import type { GateEngine, GateReport } from './gate/gate-schema.ts';
import { originText, type GateRule } from './gate/gate-sentences.ts';
import { mibAndGib } from './text/sizes.ts';
import { textCell, type EvidenceTable, type Provenance, type TableCell, type TableColumn } from './table/table.ts';

/** Engine × worst bus × resident, accounting, gap, limit, verdict: the table of the gate. */
export function gateTable(report: GateReport): EvidenceTable {
  const columns: TableColumn[] = [
    { id: 'engine', title: 'Engine', kind: 'text' },
    { id: 'state', title: 'State', kind: 'text' },
    { id: 'bus', title: 'GPU', kind: 'text' },
    { id: 'resident_bytes', title: 'Resident', kind: 'bytes' },
    { id: 'accounting_bytes', title: 'Engine says', kind: 'bytes' },
    { id: 'gap_bytes', title: 'Gap', kind: 'change' },
    { id: 'limit_bytes', title: 'Limit', kind: 'bytes' },
    { id: 'verdict', title: 'Verdict', kind: 'text' },
  ];
  const from = provenanceOf(report, 'nvidia-smi');
  const rows = report.engines.map((engine): TableCell[] => [
    textCell(engine.name),
    textCell(engine.state.source === 'none' ? 'unknown' : `${engine.state.value} (${engine.state.source})`),
    textCell(engine.worstBus ?? 'none'),
    residentCell(engine, from),
    sizeCell(engine.accounting?.maxSumBytes ?? null, accountingWhy(engine), agedProvenance(report, engine)),
    sizeCell(engine.gapBytes, 'resident or accounting is unknown', provenanceOf(report, 'derived')),
    report.policy === null ? { kind: 'none' } : { kind: 'number', value: report.policy.limitBytes },
    textCell(`${engine.verdict.toUpperCase()}${engine.exempt ? ' (exempt)' : ''}`),
  ]);
  return { ...frameOf(report, 'gate', 'What engines hold against the limit'), columns, rows };
}

/** Bus × class. Classes that hold nothing on any bus have no column. */
export function ledgerTable(report: GateReport): EvidenceTable {
  const classes = LEDGER_CLASSES.filter(([kind]) =>
    report.devices.some(({ ledger }) => ledger.some((entry) => entry.class === kind)),
  );
  const columns: TableColumn[] = [
    { id: 'bus', title: 'GPU', kind: 'text' },
    { id: 'used_bytes', title: 'Used', kind: 'bytes' },
    ...classes.map(([kind, title]): TableColumn => {
      const signed = kind === 'unattributed';
      return { id: `${kind}_bytes`, title, kind: signed ? 'change' : 'bytes' };
    }),
    { id: 'reserved_bytes', title: 'Reserved', kind: 'bytes' },
    { id: 'free_bytes', title: 'Free', kind: 'bytes' },
    { id: 'total_bytes', title: 'Total', kind: 'bytes' },
  ];
  const from = provenanceOf(report, 'nvidia-smi');
  const silent = 'the driver does not say';
  const rows = report.devices.map((device): TableCell[] => [
    textCell(device.bus),
    sizeCell(device.usedBytes, silent, from),
    ...classes.map(([kind]) =>
      classCell(
        device.ledger.filter((entry) => entry.class === kind),
        from,
      ),
    ),
    sizeCell(device.reservedBytes, silent, from),
    sizeCell(device.freeBytes, silent, from),
    sizeCell(device.totalBytes, silent, from),
  ]);
  const before510 = report.devices.some(({ usedIncludesReserved }) => usedIncludesReserved);
  const notes = before510 ? ['Used includes what the driver reserves: this driver does not report it apart.'] : [];
  return { ...frameOf(report, 'ledger', 'Who holds the memory of each GPU', notes), columns, rows };
}

/** Every process of the judged engines, with what it holds on each bus. */
export function processTable(report: GateReport): EvidenceTable {
  const columns: TableColumn[] = [
    { id: 'engine', title: 'Engine', kind: 'text' },
    { id: 'role', title: 'Role', kind: 'text' },
    { id: 'pid', title: 'pid', kind: 'text' },
    { id: 'bus', title: 'GPU', kind: 'text' },
    { id: 'resident_bytes', title: 'Resident', kind: 'bytes' },
    { id: 'title', title: 'Title', kind: 'text' },
  ];
  const from = provenanceOf(report, 'nvidia-smi');
  const rows = report.engines.flatMap((engine) =>
    engine.processes.flatMap((process) =>
      process.perBus.map(({ bus, bytes }): TableCell[] => [
        textCell(engine.name),
        textCell(process.alive === 'alive' ? process.role : `${process.role} (${process.alive})`),
        textCell(String(process.pid), provenanceOf(report, 'proc')),
        textCell(bus ?? 'all GPUs together'),
        sizeCell(bytes, REASONS['partial-row'], from),
        textCell(process.title),
      ]),
    ),
  );
  return { ...frameOf(report, 'processes', 'Processes of the engines'), columns, rows };
}

/** What was measured, with what: two columns, so that it can stand under any other table. */
export function environmentTable(report: GateReport, appVersion: string): EvidenceTable {
  const facts: [string, string | null][] = [
    ['Residuum', appVersion],
    ['probe (SHA-256)', report.probeSha256],
    ['node', report.node?.hostname ?? null],
    ['driver', report.node?.driver ?? null],
    ['GPUs', gpuNames(report)],
    ['sampled (UTC)', report.sample?.wallTime ?? null],
    ['frame (SHA-256)', report.sample?.rawSha256 ?? null],
    ['gate', report.policy === null ? null : ruleText(report.policy)],
  ];
  for (const engine of report.engines) {
    const version = engine.version === null ? 'version unknown' : `version ${engine.version}`;
    facts.push([engine.name, engine.model === null ? version : `${version}, model ${engine.model}`]);
    if (engine.rootPid !== null) facts.push([`${engine.name} started as`, engine.title]);
  }
  const rows = facts.map(([name, value]): TableCell[] => [
    textCell(name),
    value === null ? { kind: 'unknown', why: `${name} was not told` } : textCell(value),
  ]);
  const columns: TableColumn[] = [
    { id: 'what', title: 'What', kind: 'text' },
    { id: 'value', title: 'Value', kind: 'text' },
  ];
  return { ...frameOf(report, 'environment', 'Measured with'), notes: [], columns, rows };
}

const LEDGER_CLASSES = [
  ['engine', 'Engines'],
  ['orphan', 'Orphans'],
  ['trainer', 'Trainers'],
  ['process', 'Others'],
  ['gone', 'Gone'],
  ['unattributed', 'No process'],
] as const;

export function frameOf(
  report: GateReport,
  name: string,
  title: string,
  more: readonly string[] = [],
): Omit<EvidenceTable, 'columns' | 'rows'> {
  const { policy, sample, node, probeSha256 } = report;
  const notes = [
    ...more,
    ...(policy === null ? [] : [`Gate ${ruleText(policy)}.`]),
    ...(sample === null
      ? []
      : [
          `Sampled ${sample.wallTime ?? 'at a time that the node did not say'}, frame ${sample.rawSha256.slice(0, 12)}.`,
        ]),
    `Driver ${node?.driver ?? 'unknown'}, probe ${probeSha256.slice(0, 12)}.`,
  ];
  return { name, title, notes, isDemo: report.problems.some(({ code }) => code === 'demo') };
}

export function ruleText(policy: GateRule): string {
  return `${policy.kind}: at most ${mibAndGib(policy.limitBytes)} on any GPU, ${originText(policy.origin, 'terminal')}`;
}

export function provenanceOf(
  { node, target, sample }: GateReport,
  source: Provenance['source'],
): Provenance | undefined {
  const atMs = Date.parse(sample?.wallTime ?? '');
  if (Number.isNaN(atMs)) return undefined;
  return { node: node?.hostname ?? target, atMs, source, ...(sample === null ? {} : { frame: sample.rawSha256 }) };
}

/** Of an engine's own answer, which may be older than the look. */
export function agedProvenance(report: GateReport, { accounting }: GateEngine): Provenance | undefined {
  const from = provenanceOf(report, 'engine');
  const ageMs = accounting?.ageMs ?? null;
  return from === undefined || ageMs === null ? from : { ...from, ageMs };
}

/** A lower bound is no size: it is unknown, and the reason says how much was seen. */
function residentCell(engine: GateEngine, from: Provenance | undefined): TableCell {
  if (engine.residualBytes !== null) return sizeCell(engine.residualBytes, '', from);
  const why = inexactBecause(engine.reasons)
    .map((code) => REASONS[code])
    .join('; ');
  const seen = engine.atLeastBytes > 0 ? `at least ${mibAndGib(engine.atLeastBytes)} was seen: ` : '';
  return sizeCell(null, `${seen}${why}`, from);
}

export function accountingWhy({ accountingReason }: GateEngine): string {
  return accountingReason === null
    ? 'the engine was not asked'
    : `what the engine says (${ACCOUNTING_REASONS[accountingReason]})`;
}

export function sizeCell(size: number | null, why: string, from: Provenance | undefined): TableCell {
  const base = from === undefined ? {} : { from };
  return size === null ? { kind: 'unknown', why, ...base } : { kind: 'number', value: size, ...base };
}

/** The sum of the entries of one class; unknown as soon as one of them is. */
function classCell(entries: readonly { readonly bytes: number | null }[], from: Provenance | undefined): TableCell {
  if (entries.length === 0) return { kind: 'none' };
  let sum = 0;
  for (const { bytes } of entries) {
    if (bytes === null) return sizeCell(null, REASONS['partial-row'], from);
    sum += bytes;
  }
  return sizeCell(sum, '', from);
}

function gpuNames({ devices }: GateReport): string | null {
  const counts = new Map<string, number>();
  for (const { name } of devices) {
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts.size === 0 ? null : [...counts].map(([name, count]) => `${count} × ${name}`).join(', ');
}
