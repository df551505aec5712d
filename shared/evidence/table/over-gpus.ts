// Rows of single GPUs as one row of a range: the smallest and the largest of them.
import type { EvidenceTable, TableCell } from './table.ts';

/**
 * Rows with the same texts in the columns `keys` become one. The column `bus` says how many there were; other texts must
 * be the same in all of them, or the cell is left empty. A number that is unknown in one of them is unknown in the range.
 */
export function overGpus(table: EvidenceTable, keys: readonly string[]): EvidenceTable {
  const groups = new Map<string, (readonly TableCell[])[]>();
  for (const row of table.rows) {
    const key = JSON.stringify(table.columns.flatMap(({ id }, at) => (keys.includes(id) ? [textOf(row[at])] : [])));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const rows = [...groups.values()].map((group) =>
    table.columns.map(({ id, kind }, at): TableCell => {
      const cells = group.map((row) => row[at] ?? { kind: 'none' as const });
      if (id === 'bus') return { kind: 'text', text: countText(new Set(cells.map(textOf)).size) };
      return kind === 'text' ? sameText(cells) : rangeOf(cells);
    }),
  );
  return { ...table, rows, notes: ['A range is the smallest and the largest of the GPUs.', ...table.notes] };
}

function countText(count: number): string {
  return `${count} ${count === 1 ? 'GPU' : 'GPUs'}`;
}

function textOf(cell: TableCell | undefined): string {
  return cell?.kind === 'text' ? cell.text : '';
}

function sameText(cells: readonly TableCell[]): TableCell {
  const [first] = cells;
  return first !== undefined && cells.every((cell) => textOf(cell) === textOf(first)) ? first : { kind: 'none' };
}

/** Where a row has nothing, as a GPU without orphans, its part of the range is nothing and not 0. */
function rangeOf(cells: readonly TableCell[]): TableCell {
  const values: number[] = [];
  for (const cell of cells) {
    if (cell.kind === 'unknown') return cell;
    if (cell.kind === 'number') values.push(cell.value);
  }
  values.sort((one, other) => one - other);
  const [min] = values;
  const max = values.at(-1);
  const median = values[Math.floor((values.length - 1) / 2)];
  if (min === undefined || max === undefined || median === undefined) return { kind: 'none' };
  const from = cells.find((cell) => cell.kind === 'number')?.from;
  return {
    kind: 'spread',
    spread: { min, median, max, count: values.length },
    ...(from === undefined ? {} : { from }),
  };
}
