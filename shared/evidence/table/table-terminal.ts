// A table for a terminal, with its notes below.
import { printable } from '../../base/printable.ts';
import { cellText, headingOf, isNumeric, notesOf, type EvidenceTable, type NumberStyle } from './table.ts';
import { textTable } from '../text/text-table.ts';
import { wrap } from '../text/wrap.ts';

/** Ends with a line feed. Notes are broken at `width` columns. */
export function tableTerminal(table: EvidenceTable, style: NumberStyle, width: number): string {
  const columns = table.columns.map((column) => ({
    heading: printable(headingOf(column, style)),
    align: isNumeric(column.kind) ? ('right' as const) : ('left' as const),
  }));
  const rows = table.rows.map((row) =>
    table.columns.map(({ kind }, at) => printable(cellText(row[at] ?? { kind: 'none' }, kind, style))),
  );
  const notes = notesOf(table).flatMap((note) => wrap(printable(note), width, '', '  '));
  return `${[printable(table.title), '', ...textTable(columns, rows), '', ...notes].join('\n')}\n`;
}
