// Our CSV and our recordings, read by pandas as docs/formats say: the same values, unknown ones missing and with a reason.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { tableCsv } from '../../shared/evidence/table/table-csv.ts';
import type { EvidenceTable } from '../../shared/evidence/table/table.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { inCsv, meantColumns, type Plain } from './meant-columns.ts';
import { asked, stranger } from './stranger.ts';
import { hostileTable, RECORDINGS, shipped, writtenTables } from './written-tables.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-pandas-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The code blocks of a document that are Python. */
async function pythonOf(document: string): Promise<string[]> {
  const text = await readFile(join(REPOSITORY, document), 'utf8');
  return [...text.matchAll(/^```python\n([^]*?)^```/gm)].map(([, code = '']) => code);
}

async function python(code: string, cwd: string): Promise<unknown> {
  const { out } = await asked(stranger('pandas for python3'), ['-'], { input: code, cwd });
  return JSON.parse(out);
}

/** The document's own line, for each file; missing values as null. */
async function readTables(tables: readonly EvidenceTable[]): Promise<unknown> {
  const cwd = await folder();
  const [code = ''] = await pythonOf('docs/formats/evidence.md');
  for (const [at, table] of tables.entries()) await writeFile(join(cwd, `${at}.csv`), tableCsv(table));
  const indented = code.replace('"table.csv"', 'f"{at}.csv"').trimEnd().replaceAll('\n', '\n    ');
  return await python(
    `import json
read = []
for at in range(${tables.length}):
    ${indented}
    read.append([[name, [None if pd.isna(each) else each for each in table[name].tolist()]] for name in table.columns])
print(json.dumps(read))`,
    cwd,
  );
}

/** pandas takes a column of nothing but whole numbers, such as pids, for numbers. */
function meant(table: EvidenceTable): [string, readonly Plain[]][] {
  return meantColumns(table).map((column) => {
    const { values } = inCsv(column);
    const isNumbers = values.every((value) => value === null || /^\d+$/.test(String(value)));
    return [column.name, isNumbers ? values.map((value) => (value === null ? null : Number(value))) : values];
  });
}

it.each(RECORDINGS)(
  'every table of %s',
  async (name) => {
    const tables = (await writtenTables(name)).map(({ table }) => table);
    expect(await readTables(tables)).toEqual(tables.map(meant));
  },
  120_000,
);

it('the worst names', async () => {
  expect(await readTables([hostileTable()])).toEqual([meant(hostileTable())]);
});

it('a recording, by the lines of its document: a row for each line, with its kind, node and time', async () => {
  const [code = ''] = await pythonOf('docs/formats/recording.md');
  const cwd = await folder();
  const text = gunzipSync(await readFile(shipped('clean-sleep'))).toString();
  await writeFile(join(cwd, 'run.residuum.jsonl'), text);
  const said = await python(
    `${code}
import json
print(json.dumps({"kinds": list(lines["kind"]), "nodes": [str(each) for each in lines["node"].dropna()]}))`,
    cwd,
  );
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; node?: string });
  expect(said).toEqual({
    kinds: rows.map(({ kind }) => kind),
    nodes: rows.flatMap(({ node }) => node ?? []),
  });
});
