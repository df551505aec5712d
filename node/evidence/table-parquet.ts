// A table as Parquet, for pandas and DuckDB: sizes are whole bytes, an unknown is null with its reason in a column beside it.
import { parquetWriteBuffer } from 'hyparquet-writer';
import { printable } from '../../shared/base/printable.ts';
import type { Evidence } from '../../shared/evidence/evidence.ts';
import { evidenceJson } from '../../shared/evidence/table/table-json.ts';
import type { ColumnKind, TableCell } from '../../shared/evidence/table/table.ts';

interface Column {
  readonly name: string;
  readonly data: (string | bigint | number | null)[];
  readonly type: 'STRING' | 'INT64' | 'DOUBLE';
  readonly nullable: true;
}

/** Where it comes from is in the file's metadata, under the key `residuum.table/1`, as the JSON has it without its rows. */
export function evidenceParquet(evidence: Evidence): Uint8Array {
  const { columns, rows } = evidence.table;
  const columnData = columns.flatMap(({ id, kind }, at) =>
    columnsOf(
      id,
      kind,
      rows.map((row) => row[at] ?? { kind: 'none' }),
    ),
  );
  const { schema, table, ...facts } = evidenceJson(evidence);
  const about = { schema, ...facts, table: { ...table, rows: [] } };
  const kvMetadata = [{ key: schema, value: JSON.stringify(about) }];
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }));
}

function columnsOf(id: string, kind: ColumnKind, cells: readonly TableCell[]): Column[] {
  const made: Column[] = [];
  if (kind === 'text') {
    const data = cells.map((cell) => (cell.kind === 'text' ? printable(cell.text) : null));
    made.push({ name: id, data, type: 'STRING', nullable: true });
  } else if (cells.some((cell) => cell.kind === 'spread')) {
    for (const which of ['min', 'median', 'max', 'count'] as const) {
      const type = which === 'count' ? 'INT64' : typeOf(kind);
      const data = cells.map((cell) => {
        if (cell.kind === 'spread') return numberOf(cell.spread[which], type);
        if (cell.kind !== 'number') return null;
        return numberOf(which === 'count' ? 1 : cell.value, type);
      });
      made.push({ name: `${id}_${which}`, data, type, nullable: true });
    }
  } else {
    const type = typeOf(kind);
    const data = cells.map((cell) => (cell.kind === 'number' ? numberOf(cell.value, type) : null));
    made.push({ name: id, data, type, nullable: true });
  }
  if (cells.some((cell) => cell.kind === 'unknown')) {
    const data = cells.map((cell) => (cell.kind === 'unknown' ? printable(cell.why) : null));
    made.push({ name: `${id}_unknown`, data, type: 'STRING', nullable: true });
  }
  return made;
}

function typeOf(kind: ColumnKind): 'INT64' | 'DOUBLE' {
  return kind === 'seconds' || kind === 'share' ? 'DOUBLE' : 'INT64';
}

function numberOf(value: number, type: Column['type']): bigint | number {
  return type === 'INT64' ? BigInt(Math.round(value)) : value;
}
