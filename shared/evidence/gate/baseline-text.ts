// What was freed since a baseline, as sentences under an engine, and as a table for a summary.
import { shortBus } from '../../ledger/short-bus.ts';
import { parseBusId } from '../../model/ids.ts';
import type { BaselineBus, GateEngine, GateReport } from './gate-schema.ts';
import { mib } from '../text/sizes.ts';
import { textCell, type EvidenceTable, type TableCell } from '../table/table.ts';

/** A sentence for each GPU; empty without a baseline, and where problems say why nothing can be compared. */
export function baselineSentences({ baseline }: Pick<GateEngine, 'baseline'>, report: GateReport): string[] {
  if (baseline === undefined || baseline === null) return [];
  const since = `Since the baseline${ageText(report)}`;
  if (baseline.length === 0) return [`${since}: it held nothing then and holds nothing now.`];
  const isFreed = baseline.some(({ change }) => change === 'freed' || change === 'unknown');
  const held = baseline.some(({ beforeBytes }) => beforeBytes !== 0);
  return [
    `${since}: ${baseline.map(changeText).join('; ')}.`,
    ...(isFreed || !held ? [] : ['Nothing was freed: was the baseline taken before the release?']),
  ];
}

function ageText({ baseline }: GateReport): string {
  const ageMs = baseline?.ageMs ?? null;
  return ageMs === null ? '' : ` ${(ageMs / 1000).toFixed(1)} s before`;
}

function changeText({ bus, beforeBytes, bytes, changeBytes, change }: BaselineBus): string {
  const where = bus === null ? 'all GPUs together' : `GPU ${bus}`;
  switch (change) {
    case 'freed':
      return `${where} freed ${mib(Math.abs(changeBytes ?? Number.NaN))} of ${mib(beforeBytes)}`;
    case 'grown':
      return `${where} grew by ${mib(changeBytes)}, from ${mib(beforeBytes)}`;
    case 'stayed':
      return `${where} stayed at ${mib(bytes)}`;
    case 'unknown':
      return `${where} held ${mib(beforeBytes)}, and what it holds now is unknown`;
  }
}

/** undefined without a baseline. */
export function baselineTable(report: GateReport): EvidenceTable | undefined {
  if (report.baseline === undefined) return undefined;
  return {
    name: 'baseline',
    title: 'Since the baseline',
    columns: [
      { id: 'engine', title: 'Engine', kind: 'text' },
      { id: 'bus', title: 'GPU', kind: 'text' },
      { id: 'before_bytes', title: 'Before', kind: 'bytes' },
      { id: 'now_bytes', title: 'Now', kind: 'bytes' },
      { id: 'change_bytes', title: 'Change', kind: 'change' },
      { id: 'change', title: '', kind: 'text' },
    ],
    rows: report.engines.flatMap((engine) => rowsOf(engine)),
    notes: [
      `Baseline: sampled ${report.baseline.wallTime ?? 'at an unknown time'}${ageText(report)}, frame ${report.baseline.rawSha256?.slice(0, 12) ?? 'unknown'}.`,
      ...report.problems.flatMap(({ code, where, text }) => (code === 'baseline' ? [`${where}: ${text}.`] : [])),
    ],
    isDemo: false,
  };
}

function rowsOf(engine: GateEngine): TableCell[][] {
  const name = textCell(engine.name);
  const { baseline } = engine;
  if (baseline === undefined || baseline === null) {
    const unknown: TableCell = { kind: 'unknown', why: 'it cannot be compared with the baseline' };
    return [[name, textCell(''), unknown, unknown, unknown, textCell('')]];
  }
  return baseline.map(({ bus, beforeBytes, bytes, changeBytes, change }) => [
    name,
    textCell(busText(bus)),
    sizeOf(beforeBytes),
    sizeOf(bytes),
    sizeOf(changeBytes),
    textCell(change),
  ]);
}

function busText(bus: string | null): string {
  const parsed = bus === null ? undefined : parseBusId(bus);
  return parsed === undefined ? 'all GPUs together' : shortBus(parsed);
}

function sizeOf(size: number | null): TableCell {
  return size === null ? { kind: 'unknown', why: 'a row of it has no number' } : { kind: 'number', value: size };
}
