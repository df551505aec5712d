// A comparison over several moments as a table: of each row the median at A, at B and of what differs, and its range.
import { REASONS } from '../../base/reason.ts';
import { noiseText, whoText, type NamedRow, type NamedSides } from './compare-lines.ts';
import {
  borrowedText,
  idleText,
  medianText,
  missingText,
  othersText,
  rangeText,
  unmeasuredText,
  type CyclesOfSides,
} from './compare-repeats-text.ts';
import type { CompareRepeats, Measured, RepeatsEngineSide, RepeatsRow, RepeatsSide } from './compare-repeats-schema.ts';
import { textCell, type EvidenceTable, type Provenance, type TableCell, type TableColumn } from '../table/table.ts';

/** Of a comparison that was made. `all`: rows within the noise as well. */
export function compareTable(report: CompareRepeats, all: boolean): EvidenceTable {
  const { a, b, engines, rows, noise, isPaired, overRanks } = report;
  const columns: TableColumn[] = [
    { id: 'who', title: 'Who', kind: 'text' },
    { id: 'bus', title: 'GPU', kind: 'text' },
    { id: 'a_bytes', title: 'A', kind: 'bytes' },
    { id: 'b_bytes', title: 'B', kind: 'bytes' },
    { id: 'change_bytes', title: 'B − A', kind: 'change' },
    { id: 'change', title: 'Change', kind: 'text' },
  ];
  if (a === null || b === null) throw new Error('a table is of a comparison that was made');
  const [fromA, fromB] = [
    provenanceOf(
      a,
      a.cycles.flatMap((each) => each.repeats),
    ),
    provenanceOf(
      b,
      b.cycles.flatMap((each) => each.repeats),
    ),
  ];
  const shown = tableRows(rows, all);
  const how = isPaired
    ? 'B − A is of each pair, the first with the first.'
    : 'B − A is the median of B minus that of A, and what any of B and any of A can differ by.';
  return {
    name: 'compare',
    title: 'Who holds what, A beside B',
    columns,
    rows: shown.map((row) => [
      ...whoCells(row, engines),
      sizeCell(row.a, fromA),
      sizeCell(row.b, fromB),
      deltaCell(row.delta, fromB),
      textCell(row.change),
    ]),
    notes: [
      ...[a, b].flatMap((side, at) => sideNotes('AB'.charAt(at), side)),
      ...engines.flatMap((each) => engineNotes(each, { a: a.cycles, b: b.cycles })),
      ...shown.flatMap((row) =>
        unmeasuredText(whoText(row, engines), row.buses, [
          ['A', row.a],
          ['B', row.b],
        ]),
      ),
      `${RANGE_NOTE} ${medianText}${overRanks ? ` ${RANKS_NOTE}` : ''} ${how}`,
      tableNoise(noise, rows, all),
    ],
    isDemo: a.isDemo || b.isDemo,
  };
}

export const RANGE_NOTE = 'A cell is the median, and in brackets the smallest and the largest.';
export const RANKS_NOTE = 'The ranks of an engine stand in one row.';

/** Without what nobody asks about: an engine that frees nothing, or holds the same in two runs, is no noise but a finding. */
export function tableRows<Row extends { readonly isNoise: boolean; readonly engine: number | null }>(
  rows: readonly Row[],
  all: boolean,
): Row[] {
  return rows.filter(({ isNoise, engine }) => all || !isNoise || engine !== null);
}

/** How large the noise is, and how many rows are left out for it. */
export function tableNoise(
  noise: CompareRepeats['noise'],
  rows: readonly { readonly isNoise: boolean; readonly engine: number | null }[],
  all: boolean,
): string {
  const counted = all ? rows : rows.filter(({ engine }) => engine === null);
  return noiseText(noise, idleText(noise), counted, all).replace('(--all shows them)', '(--preset raw shows them)');
}

/** Its name, as the first column of every comparison has it, and where. */
export function whoCells(row: NamedRow & { readonly buses: readonly string[] }, engines: NamedSides): TableCell[] {
  const { buses } = row;
  return [textCell(whoText(row, engines)), textCell(buses.length === 1 ? buses.join('') : `${buses.length} GPUs`)];
}

/** Several looks made it, so it is derived; it carries the time of the last of them. */
export function provenanceOf(
  { hostname, node }: { readonly hostname: string | null; readonly node: string },
  repeats: readonly { readonly atMs: number | null }[],
): Provenance | undefined {
  const times = repeats.flatMap(({ atMs }) => atMs ?? []);
  return times.length === 0 ? undefined : { node: hostname ?? node, atMs: Math.max(...times), source: 'derived' };
}

export function sizeCell(side: RepeatsRow['a'], from: Provenance | undefined): TableCell {
  const why = side.reasons.map((code) => REASONS[code]).join('; ');
  return measuredCell(side, why === '' ? 'no look shows it' : why, from);
}

export function deltaCell(delta: Measured, from: Provenance | undefined): TableCell {
  return measuredCell(delta, 'one of the two was not measured', from);
}

function measuredCell({ range, measured, of }: Measured, why: string, from: Provenance | undefined): TableCell {
  const base = from === undefined ? {} : { from };
  if (range === null) return { kind: 'unknown', why: of === 0 ? 'there is no such moment' : why, ...base };
  const { minBytes: min, medianBytes: median, maxBytes: max } = range;
  if (of === 1) return { kind: 'number', value: median, ...base };
  return { kind: 'spread', spread: { min, median, max, count: measured }, shows: 'median', ...base };
}

function sideNotes(name: string, side: RepeatsSide): string[] {
  const { text, cycles, others } = side;
  const counts = [...new Set(cycles.map(({ repeats }) => repeats.length))].join(', ');
  const many = counts === '1' ? '' : ` (n = ${counts})`;
  return [`${name}: ${text}${many}.`, ...missingText(cycles), ...othersText(cycles, others)];
}

/** What a gate would have said of an engine, over all moments. */
export function engineNotes(match: CompareRepeats['engines'][number], cycles: CyclesOfSides): string[] {
  const { a, b } = match;
  const isOneRun = cycles.b === undefined;
  const parts = [a, b].flatMap((side, at) =>
    side === null || side.verdicts.pass + side.verdicts.fail + side.verdicts.inconclusive === 0
      ? []
      : [`${isOneRun ? '' : `${'AB'.charAt(at)} `}${verdictText(side)}, residual ${rangeText(side.residual)}`],
  );
  const name = (b ?? a)?.name;
  if (parts.length === 0 || name === undefined) return [];
  const who = [name, borrowedText(match, cycles)].filter((text) => text !== '').join(', ');
  return [`${who}, if it is meant to be asleep: ${parts.join('; ')}.`];
}

function verdictText({ verdicts, reasons }: RepeatsEngineSide): string {
  const counted = (['pass', 'fail', 'inconclusive'] as const).flatMap((name) =>
    verdicts[name] === 0 ? [] : [`${name} ${verdicts[name]}×`],
  );
  return `${counted.join(', ')}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`;
}
