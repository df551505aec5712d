// What a table is as columns of plain values, worked out apart from the writers: what a reader of CSV and Parquet must find.
import { printable } from '../../shared/base/printable.ts';
import type { EvidenceTable, TableCell } from '../../shared/evidence/table/table.ts';

export type Plain = string | number | null;

export interface MeantColumn {
  readonly name: string;
  readonly isText: boolean;
  readonly values: readonly Plain[];
}

/** A reason stands beside the column whose number is unknown; a range has four columns. */
export function meantColumns({ columns, rows }: EvidenceTable): MeantColumn[] {
  return columns.flatMap(({ id, kind }, at) => {
    const cells = rows.map((row) => row[at] ?? ({ kind: 'none' } as const));
    const made: MeantColumn[] = [];
    const add = (name: string, isText: boolean, value: (cell: TableCell) => Plain): void =>
      void made.push({ name, isText, values: cells.map(value) });
    if (cells.some((cell) => cell.kind === 'spread')) {
      for (const part of ['min', 'median', 'max'] as const) {
        add(`${id}_${part}`, false, (cell) => (cell.kind === 'spread' ? cell.spread[part] : numberIn(cell)));
      }
      add(`${id}_count`, false, (cell) =>
        cell.kind === 'spread' ? cell.spread.count : cell.kind === 'number' ? 1 : null,
      );
    } else {
      add(id, kind === 'text', (cell) => (cell.kind === 'text' ? printable(cell.text) : numberIn(cell)));
    }
    if (cells.some((cell) => cell.kind === 'unknown')) {
      add(`${id}_unknown`, true, (cell) => (cell.kind === 'unknown' ? printable(cell.why) : null));
    }
    return made;
  });
}

function numberIn(cell: TableCell): number | null {
  return cell.kind === 'number' ? cell.value : null;
}

/** In a CSV what a spreadsheet would run has an apostrophe before it, and an empty text is nothing. */
export function inCsv({ values, ...column }: MeantColumn): MeantColumn {
  const tame = (value: Plain): Plain => {
    if (typeof value !== 'string') return value;
    return value === '' ? null : /^ *[=+@-]/.test(value) ? `'${value}` : value;
  };
  return { ...column, values: values.map(tame) };
}
