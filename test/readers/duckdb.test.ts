// Our CSV and Parquet, read by DuckDB: every value with its type, unknown ones missing and with their reason.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { evidenceParquet } from '../../node/evidence/table-parquet.ts';
import type { Evidence } from '../../shared/evidence/evidence.ts';
import { tableCsv } from '../../shared/evidence/table/table-csv.ts';
import { inCsv, meantColumns, type MeantColumn } from './meant-columns.ts';
import { hostileEvidence, RECORDINGS, writtenTables } from './written-tables.ts';

const database: { instance?: DuckDBInstance; connection?: DuckDBConnection } = {};

beforeAll(async () => {
  database.instance = await DuckDBInstance.create(':memory:');
  database.connection = await database.instance.connect();
});

afterAll(() => {
  database.connection?.closeSync();
  database.instance?.closeSync();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-duckdb-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Name and values of each column; whole numbers as numbers, as all of them are below 2 to the 53rd. */
async function columnsOf(sql: string): Promise<[string, unknown[]][]> {
  if (database.connection === undefined) throw new Error('DuckDB did not start');
  const reader = await database.connection.runAndReadAll(sql);
  const columns = reader.getColumnsJS();
  return reader
    .columnNames()
    .map((name, at) => [name, (columns[at] ?? []).map((value) => (typeof value === 'bigint' ? Number(value) : value))]);
}

const plain = (columns: readonly MeantColumn[]): unknown[] => columns.map(({ name, values }) => [name, values]);

/** As docs/formats/evidence.md says: columns of text are named, everything else DuckDB finds out. */
async function fromCsv(path: string, columns: readonly MeantColumn[]): Promise<unknown> {
  const types = columns.map(({ name, isText }) => `'${name}': '${isText ? 'VARCHAR' : 'DOUBLE'}'`).join(', ');
  return await columnsOf(`SELECT * FROM read_csv('${path}', header = true, types = {${types}})`);
}

/** What DuckDB finds in the files of each table, and what was meant. */
async function readBack(tables: readonly Evidence[]): Promise<{ found: unknown[]; meant: unknown[] }> {
  const path = await folder();
  const [found, meant]: [unknown[], unknown[]] = [[], []];
  for (const [at, evidence] of tables.entries()) {
    const columns = meantColumns(evidence.table);
    const [csv, parquet] = [join(path, `${at}.csv`), join(path, `${at}.parquet`)];
    await writeFile(parquet, evidenceParquet(evidence));
    await writeFile(csv, tableCsv(evidence.table));
    found.push(await columnsOf(`SELECT * FROM read_parquet('${parquet}')`), await fromCsv(csv, columns));
    meant.push(plain(columns), plain(columns.map(inCsv)));
  }
  return { found, meant };
}

it.each(RECORDINGS)(
  'every table of %s',
  async (name) => {
    const { found, meant } = await readBack(await writtenTables(name));
    expect(found).toEqual(meant);
  },
  120_000,
);

it('the worst names', async () => {
  const [like] = await writtenTables('foreign-contexts');
  if (like === undefined) throw new Error('there is no table');
  const { found, meant } = await readBack([hostileEvidence(like)]);
  expect(found).toEqual(meant);
});

it('sizes are whole numbers in Parquet, and where they come from is in its metadata', async () => {
  const [evidence] = await writtenTables('foreign-contexts');
  if (evidence === undefined) throw new Error('there is no table');
  const file = join(await folder(), 'a.parquet');
  await writeFile(file, evidenceParquet(evidence));
  const types = await columnsOf(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('${file}'))`,
  );
  expect(types[1]?.[1]).toContain('BIGINT');
  const keys = await columnsOf(
    `SELECT CAST(key AS VARCHAR) AS key, CAST(value AS VARCHAR) AS value FROM parquet_kv_metadata('${file}')`,
  );
  expect(keys[0]?.[1]).toEqual(['residuum.table/1']);
  expect(String(keys[1]?.[1][0])).toContain(evidence.recordings[0]?.sha256);
});
