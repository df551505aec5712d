// Parquet, read as a stranger would: whole bytes, null for unknown with its reason beside it, and where it comes from.
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableSchema } from '../../shared/evidence/table/table-schema.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { command } from './command.ts';

const FILE = join(REPOSITORY, 'demos/graphs-and-nccl.residuum.jsonl.gz');
const MIB = 1024n * 1024n;
const made = { folder: '' };

beforeAll(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-parquet-'));
});

afterAll(() => rm(made.folder, { recursive: true, force: true }));

async function read(...args: string[]): Promise<{ rows: Record<string, unknown>[]; about: unknown }> {
  const out = join(made.folder, 'table.parquet');
  const { code, err } = await command(['export', FILE, ...args, '--out', out, '--force']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const bytes = await readFile(out);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const about = parquetMetadata(file).key_value_metadata?.find(({ key }) => key === 'residuum.table/1')?.value;
  return { rows: await parquetReadObjects({ file }), about: JSON.parse(about ?? 'null') };
}

it('has numbers, ranges, unknowns and texts', async () => {
  const { rows, about } = await read('--table', 'states', '--preset', 'min-max');
  expect(rows.map((row) => [row['state'], row['resident_bytes_min'], row['resident_bytes_max']])).toEqual([
    ['awake', 166_197n * MIB, 166_449n * MIB],
    ['asleep', 6_962n * MIB, 7_121n * MIB],
    ['woken', 165_452n * MIB, 165_611n * MIB],
  ]);
  expect(rows.map((row) => row['tracked_bytes'])).toEqual([null, null, null]);
  for (const row of rows) expect(row['tracked_bytes_unknown']).toMatch(/^what the engine says \(.+\)$/);
  expect(tableSchema.parse(about).choices.table).toBe('states');
});

it('has signed changes and seconds', async () => {
  const { rows } = await read('--table', 'cycles');
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ cycle: 1n, residual_bytes: 7_121n * MIB, settle_seconds: 4, change_bytes: null });
  const { rows: ledger } = await read('--table', 'ledger');
  expect(ledger.map((row) => row['unattributed_bytes'])).toEqual([21n * MIB, 17n * MIB]);
});

it('is refused on standard output', async () => {
  const { code, out, err } = await command(['export', FILE, '--table', 'gate', '--format', 'parquet']);
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toContain('--out');
});
