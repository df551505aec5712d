// What the evidence screen gives away: the exact text of a table or of a figure, its name as a file, and as rich text.
import type { FigureTheme } from '../../shared/evidence/figures/figure-colours.ts';
import { DEFAULT_FIGURE_STYLE, type FigureStyle } from '../../shared/evidence/figures/figure.ts';
import { lookFigure, type FigureName } from '../../shared/evidence/figures/look-figure.ts';
import type { GateReport } from '../../shared/evidence/gate-schema.ts';
import { momentReport, type MomentFacts } from '../../shared/evidence/moment-report.ts';
import { overGpus } from '../../shared/evidence/over-gpus.ts';
import { environmentTable, gateTable, ledgerTable, processTable } from '../../shared/evidence/report-tables.ts';
import type { EvidenceTable, NumberStyle } from '../../shared/evidence/table.ts';
import { tableCsv } from '../../shared/evidence/table-csv.ts';
import { tableHtml, tablesHtml } from '../../shared/evidence/table-html.ts';
import { tableLatex } from '../../shared/evidence/table-latex.ts';
import { tableMarkdown } from '../../shared/evidence/table-markdown.ts';
import type { Bytes } from '../../shared/base/units.ts';
import { historySeries } from '../../shared/session/history-series.ts';
import type { Moment } from '../../shared/session/moment.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';

export const PRESETS = ['pr-table', 'min-max', 'paper', 'figure'] as const;
export type EvidencePreset = (typeof PRESETS)[number];
export const TABLES = ['gate', 'ledger', 'processes', 'environment'] as const;
export type TableChoice = (typeof TABLES)[number];
export const FORMATS = ['md', 'csv', 'tex', 'html'] as const;
export type TableFormat = (typeof FORMATS)[number];

export interface EvidenceChoice extends NumberStyle {
  readonly preset: EvidencePreset;
  readonly table: TableChoice;
  readonly format: TableFormat;
  readonly figure: FigureName;
  readonly theme: FigureTheme;
}

const FIRST: EvidenceChoice = {
  preset: 'pr-table',
  table: 'gate',
  format: 'md',
  figure: 'ledger',
  unit: 'MiB',
  digits: 2,
  theme: 'light',
};

/** What a preset begins with; everything but a figure's colours is set back. */
export function choiceOf(preset: EvidencePreset, before: EvidenceChoice = FIRST): EvidenceChoice {
  const base = { ...FIRST, preset, figure: before.figure, theme: before.theme };
  switch (preset) {
    case 'min-max':
      return { ...base, table: 'processes' };
    case 'paper':
      return { ...base, format: 'tex', unit: 'GiB' };
    case 'pr-table':
    case 'figure':
      return base;
  }
}

/** Tables that a range over GPUs makes sense of. */
export const RANGED: readonly TableChoice[] = ['processes', 'ledger'];

export interface EvidenceInput {
  readonly moment: Moment;
  readonly node: NodeSession;
  readonly facts: MomentFacts;
  readonly appVersion: string;
  /** Two kept moments; undefined without them. */
  readonly kept: { readonly a: Moment; readonly b: Moment; readonly noise: Bytes } | undefined;
}

export interface EvidenceOutput {
  readonly kind: 'table' | 'figure';
  readonly text: string;
  /** Of a table, as rich text. */
  readonly html: string;
  /** Of a table, for a pull request, whatever the format is. */
  readonly markdown: string;
  readonly fileName: string;
  readonly mime: string;
}

export function evidenceOutput(input: EvidenceInput, choice: EvidenceChoice): EvidenceOutput {
  const report = momentReport(input.moment, input.facts);
  return choice.preset === 'figure' ? figureOutput(input, report, choice) : tableOutput(input, report, choice);
}

const MIMES: Readonly<Record<TableFormat, string>> = {
  md: 'text/markdown',
  csv: 'text/csv',
  tex: 'application/x-tex',
  html: 'text/html',
};

function tableOutput(input: EvidenceInput, report: GateReport, choice: EvidenceChoice): EvidenceOutput {
  const table = tableOf(input, report, choice);
  const texts: Readonly<Record<TableFormat, () => string>> = {
    md: () => tableMarkdown(table, choice),
    csv: () => tableCsv(table),
    tex: () => tableLatex(table, choice),
    html: () => tablesHtml([table], [], choice),
  };
  return {
    kind: 'table',
    text: texts[choice.format](),
    html: tableHtml(table, choice),
    markdown: tableMarkdown(table, choice),
    fileName: fileName(table.name, input.moment, report, choice.format),
    mime: MIMES[choice.format],
  };
}

function tableOf({ appVersion }: EvidenceInput, report: GateReport, { table, preset }: EvidenceChoice): EvidenceTable {
  const isRange = preset === 'min-max';
  switch (table) {
    case 'gate':
      return gateTable(report);
    case 'ledger':
      return isRange ? overGpus(ledgerTable(report), []) : ledgerTable(report);
    case 'processes':
      return isRange ? overGpus(processTable(report), ['engine', 'role']) : processTable(report);
    case 'environment':
      return environmentTable(report, appVersion);
  }
}

function figureOutput(input: EvidenceInput, report: GateReport, choice: EvidenceChoice): EvidenceOutput {
  const { moment, node, facts, kept } = input;
  const { figure, theme, unit, digits } = choice;
  const { policy, isDemo } = facts;
  const engines = historySeries(node.history);
  const style: FigureStyle = { ...DEFAULT_FIGURE_STYLE, theme, unit, digits };
  return {
    kind: 'figure',
    text: lookFigure(figure, { moment, report, policy, isDemo, node, engines, kept }, style),
    html: '',
    markdown: '',
    fileName: fileName(`figure-${figure}`, moment, report, 'svg'),
    mime: 'image/svg+xml',
  };
}

/** `residuum-gate-gpu-01-20260131T120002Z.md`: what, where and when, and nothing that a file system minds. */
function fileName(what: string, { atMs }: Moment, { node, target }: GateReport, ending: string): string {
  const host = (node?.hostname ?? target).replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 40);
  const time = new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `residuum-${what}-${host}-${time}.${ending}`;
}
