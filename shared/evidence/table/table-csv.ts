// A table as CSV after RFC 4180: numbers in bytes and fractions, and no cell that a spreadsheet would run.
import { printable } from '../../base/printable.ts';
import type { EvidenceTable, TableCell } from './table.ts';

/**
 * CRLF line ends, a header with the columns' ids. An unknown is an empty cell, and its reason stands in the column
 * `ID_unknown` that such a column gets; a spread has the columns `ID_min`, `ID_median`, `ID_max` and `ID_count`.
 */
export function tableCsv(table: EvidenceTable): string {
  const parts = table.columns.flatMap((column, at) => {
    const cells = table.rows.map((row) => row[at] ?? { kind: 'none' as const });
    return partsOf(column.id, cells);
  });
  const lines = [parts.map(({ heading }) => field(heading))];
  for (let at = 0; at < table.rows.length; at += 1) lines.push(parts.map(({ cells }) => cells[at] ?? ''));
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

interface Part {
  readonly heading: string;
  readonly cells: readonly string[];
}

function partsOf(id: string, cells: readonly TableCell[]): Part[] {
  const parts: Part[] = [];
  if (cells.some(({ kind }) => kind === 'spread')) {
    for (const which of ['min', 'median', 'max', 'count'] as const) {
      const value = (cell: TableCell): string => {
        if (cell.kind === 'spread') return String(cell.spread[which]);
        if (cell.kind !== 'number') return '';
        return which === 'count' ? '1' : String(cell.value);
      };
      parts.push({ heading: `${id}_${which}`, cells: cells.map(value) });
    }
  } else {
    parts.push({ heading: id, cells: cells.map(plain) });
  }
  if (cells.some(({ kind }) => kind === 'unknown')) {
    const why = (cell: TableCell): string => (cell.kind === 'unknown' ? field(cell.why) : '');
    parts.push({ heading: `${id}_unknown`, cells: cells.map(why) });
  }
  return parts;
}

function plain(cell: TableCell): string {
  if (cell.kind === 'text') return field(cell.text);
  return cell.kind === 'number' ? String(cell.value) : '';
}

/** Spreadsheets run what begins like this; an apostrophe before it is shown by none of them and keeps it a text. */
const RUNS = /^[\s]*[=+\-@\t\r]/;

function field(text: string): string {
  const safe = printable(text);
  const tame = RUNS.test(safe) ? `'${safe}` : safe;
  return /[",\r\n]/.test(tame) || tame !== tame.trim() ? `"${tame.replace(/"/g, '""')}"` : tame;
}
