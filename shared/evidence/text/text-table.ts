// A table for a terminal: columns padded with blanks, numbers to the right.

export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

/** Cells must be printable and on one line. The last column is not padded. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, at) =>
    rows.reduce((widest, row) => Math.max(widest, (row[at] ?? '').length), column.heading.length),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, at) => {
        const cell = cells[at] ?? '';
        const width = widths[at] ?? cell.length;
        if (column.align === 'right') return cell.padStart(width);
        return at === columns.length - 1 ? cell : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.heading)), ...rows.map(line)];
}
