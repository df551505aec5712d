// A table as JSON: sizes in bytes whatever the unit, every unknown with its reason, every number with its source.
import { printable } from '../../base/printable.ts';
import type { Evidence } from '../evidence.ts';
import { TABLE_SCHEMA } from '../schema-names.ts';
import { tableSchema, type CellJson, type TableJson } from './table-schema.ts';
import type { TableCell } from './table.ts';

export function evidenceJson({ table, ...evidence }: Evidence): TableJson {
  return tableSchema.parse({
    schema: TABLE_SCHEMA,
    ...evidence,
    table: { ...table, rows: table.rows.map((row) => row.map(cellJson)) },
  });
}

/** Ends with a line feed; one row a line, so that two of them can be compared line by line. */
export function evidenceJsonText(evidence: Evidence): string {
  const { table, ...facts } = evidenceJson(evidence);
  const { rows, ...frame } = table;
  const lines = rows.map((row) => `\n      ${JSON.stringify(row)}`).join(',');
  const head = JSON.stringify({ ...facts, table: frame }, null, 2);
  // The head ends with the closing brackets of the table and of the whole.
  return `${head.slice(0, -'\n  }\n}'.length)},\n    "rows": [${lines}${rows.length === 0 ? '' : '\n    '}]\n  }\n}\n`;
}

function cellJson(cell: TableCell): CellJson {
  if (cell.kind === 'none') return null;
  const from = cell.from === undefined ? {} : { from: cell.from };
  switch (cell.kind) {
    case 'text':
      return { text: printable(cell.text), ...from };
    case 'number':
      return { value: cell.value, ...from };
    case 'spread':
      return { ...cell.spread, ...from };
    case 'unknown':
      return { unknown: cell.why, ...from };
  }
}
