// Tables of the shipped recordings through the command line: every table in every format, the same numbers in each, and
// nothing half-written.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoRecording } from '../../node/demo/demo-recording.ts';
import { isCompared, TABLE_NAMES } from '../../shared/evidence/evidence.ts';
import { publishedSchemas } from '../../shared/evidence/published-schemas.ts';
import { tableSchema, type CellJson, type TableJson } from '../../shared/evidence/table/table-schema.ts';
import { DEMO_INCIDENTS } from '../../shared/source/demo-incidents.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { command } from './command.ts';

const MIB = 1024 * 1024;
const demo = (name: string): string => join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
const made: { folder: string } = { folder: '' };

beforeEach(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-export-'));
});

afterEach(async () => {
  await rm(made.folder, { recursive: true, force: true });
});

async function tableOf(...args: string[]): Promise<TableJson> {
  const { code, out, err } = await command(['export', ...args, '--format', 'json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return tableSchema.parse(JSON.parse(out));
}

/** Rows as records of what a cell says: a number, a range, a text, or `unknown`. */
function rowsOf({ table }: TableJson): Record<string, unknown>[] {
  const said = (cell: CellJson | undefined): unknown => {
    if (cell === null || cell === undefined) return null;
    if ('text' in cell) return cell.text;
    if ('unknown' in cell) return 'unknown';
    return 'value' in cell ? cell.value : [cell.min, cell.max];
  };
  return table.rows.map((row) => Object.fromEntries(table.columns.map(({ id }, at) => [id, said(row[at])])));
}

describe('every table of every shipped recording', () => {
  const schemas = publishedSchemas();

  it.each(DEMO_INCIDENTS.map(({ name }) => name))(
    '%s',
    async (name) => {
      const ajv = new Ajv2020({ strict: true, allErrors: true });
      for (const text of schemas.values()) ajv.addSchema(JSON.parse(text) as object);
      const hasCycles = (await tableOf(demo(name), '--table', 'cycles')).table.rows.length > 0;
      for (const table of TABLE_NAMES.filter((each) => hasCycles || !isCompared(each))) {
        const against = table === 'arms' ? ['--against', demo('clean-sleep')] : [];
        const json = await tableOf(demo(name), '--table', table, ...against);
        expect(ajv.validate('table.schema.json', json) || ajv.errorsText()).toBe(true);
        expect(json.table.isDemo).toBe(true);
        expect(json.table.rows.every((row) => row.length === json.table.columns.length)).toBe(true);
        expect(json.recordings).toHaveLength(table === 'arms' ? 2 : 1);
      }
    },
    60_000,
  );

  it.each(TABLE_NAMES.filter(isCompared))('says that there is no cycle for %s', async (table) => {
    const { code, err } = await command(['export', demo('dead-pid'), '--table', table]);
    expect([code, err]).toEqual([3, `${demo('dead-pid')}: no cycle was seen, so there are none to compare.\n`]);
  });
});

it('shows the states of a sleep that kept graphs and NCCL, on one line a state', async () => {
  const file = demo('graphs-and-nccl');
  const rows = rowsOf(await tableOf(file, '--table', 'states', '--preset', 'min-max'));
  expect(rows.map(({ state, resident_bytes, tracked_bytes }) => [state, resident_bytes, tracked_bytes])).toEqual([
    ['awake', [166_197 * MIB, 166_449 * MIB], 'unknown'],
    ['asleep', [6_962 * MIB, 7_121 * MIB], 'unknown'],
    ['woken', [165_452 * MIB, 165_611 * MIB], 'unknown'],
  ]);
  const { out } = await command(['export', file, '--table', 'states', '--preset', 'paper', '--format', 'md']);
  expect(out).toContain('| asleep | 2 GPUs |      6.80–6.95 |');
});

it('shows what SGLang tracks beside what is resident: the sleep does not change the former', async () => {
  const rows = rowsOf(await tableOf(demo('clean-sleep'), '--table', 'states', '--preset', 'min-max', '--at', '#3'));
  expect(rows.map(({ state }) => state)).toEqual(['awake', 'asleep', 'woken']);
  const [awake, asleep, woken] = rows;
  expect(asleep?.['tracked_bytes']).toBe(awake?.['tracked_bytes']);
  expect(woken?.['tracked_bytes']).toBe(awake?.['tracked_bytes']);
  expect(Number(asleep?.['gap_bytes'])).toBeLessThan(-50 * 1024 * MIB);
});

it('shows a row for each step and a column for each GPU', async () => {
  const rows = rowsOf(await tableOf(demo('growth-per-step'), '--table', 'cycles', '--preset', 'step-ledger'));
  expect(rows.map(({ cycle, residual_bytes }) => [cycle, Math.round(Number(residual_bytes) / MIB)])).toEqual([
    [1, 4_209],
    [2, 11_848],
    [3, 25_600],
  ]);
});

it('puts two runs beside each other, state by state', async () => {
  const rows = rowsOf(await tableOf(demo('clean-sleep'), '--table', 'arms', '--against', demo('growth-per-step')));
  expect(rows.map(({ state }) => state)).toEqual(['awake', 'asleep', 'woken']);
  const asleep = rows[1];
  const [a, b] = [asleep?.['resident_a_bytes'], asleep?.['resident_b_bytes']] as [number[], number[]];
  expect(asleep?.['change_bytes']).toBe((b[1] ?? 0) - (a[1] ?? 0));
});

it('takes the look that was asked for, and says which in each cell', async () => {
  const settled = await tableOf(demo('graphs-and-nccl'), '--table', 'gate', '--at', '#1');
  const [look] = settled.looks;
  expect(settled.choices.at).toBe(new Date(look?.atMs ?? 0).toISOString());
  const cells = settled.table.rows
    .flat()
    .flatMap((cell) => (cell !== null && cell.from !== undefined ? [cell.from] : []));
  expect(cells.length).toBeGreaterThan(0);
  for (const from of cells) expect(from).toMatchObject({ atMs: look?.atMs, frame: look?.frame });
});

it('takes the default said outright, and not beside its opposite', async () => {
  const args = ['export', demo('clean-sleep'), '--table', 'environment', '--format', 'md'];
  expect((await command([...args, '--redact'])).out).toBe((await command(args)).out);
  const both = await command([...args, '--redact', '--identifying']);
  expect([both.code, both.out]).toEqual([3, '']);
  expect(both.err).toContain("option '--redact' cannot be used with option '--identifying'");
});

it('has stand-ins unless it is told otherwise, and the same numbers either way', async () => {
  const names = ['Qwen', 'demo-b200', '/opt/'];
  for (const table of ['gate', 'ledger', 'processes', 'environment', 'states', 'cycles']) {
    const args = [demo('graphs-and-nccl'), '--table', table];
    const [plain, named] = [await tableOf(...args), await tableOf(...args, '--identifying')];
    for (const name of names) expect(JSON.stringify(plain)).not.toContain(name);
    const numbers = (json: TableJson): unknown =>
      json.table.rows.map((row) =>
        row.filter((cell) => cell === null || !('text' in cell)).map((cell) => ({ ...cell, from: undefined })),
      );
    expect(numbers(plain)).toEqual(numbers(named));
  }
  const named = JSON.stringify(await tableOf(demo('clean-sleep'), '--table', 'environment', '--identifying'));
  expect(named).toContain('demo-clean');
  expect(named).toContain('Qwen/Qwen2.5-7B-Instruct');
});

it('says the same in every format, and picks the format by the name of the file', async () => {
  for (const format of ['md', 'csv', 'json', 'tex', 'html']) {
    const out = join(made.folder, `gate.${format}`);
    const args = ['export', demo('settle-trap'), '--table', 'ledger'];
    expect((await command([...args, '--out', out])).code).toBe(0);
    expect(await readFile(out, 'utf8')).toBe((await command([...args, '--format', format])).out);
  }
  expect((await readdir(made.folder)).length).toBe(5);
});

describe('leaves nothing half-written', () => {
  it('where a file is there, unless it may be replaced', async () => {
    const out = join(made.folder, 'a.md');
    await writeFile(out, 'mine');
    const args = ['export', demo('settle-trap'), '--table', 'gate', '--out', out];
    const refused = await command(args);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('--force');
    expect(await readFile(out, 'utf8')).toBe('mine');
    expect((await command([...args, '--force'])).code).toBe(0);
    expect(await readFile(out, 'utf8')).toContain('Verdict');
  });

  it('where the folder is missing, is a file, or may not be written', async () => {
    await writeFile(join(made.folder, 'file'), '');
    await mkdir(join(made.folder, 'closed'));
    await chmod(join(made.folder, 'closed'), 0o500);
    for (const place of ['nowhere/a.md', 'file/a.md', ...(process.getuid?.() === 0 ? [] : ['closed/a.md'])]) {
      const { code, err } = await command([
        'export',
        demo('settle-trap'),
        '--table',
        'gate',
        '--out',
        join(made.folder, place),
      ]);
      expect(code).toBe(3);
      expect(err).toMatch(/^Could not write: .*a\.md\n$/);
    }
    await chmod(join(made.folder, 'closed'), 0o700);
    expect(await readdir(join(made.folder, 'closed'))).toEqual([]);
    expect((await readdir(made.folder)).toSorted()).toEqual(['closed', 'file']);
  });
});

describe('unknown everywhere', () => {
  it('is said with its reason in every table, and is 0 in none', async () => {
    const incident = {
      name: 'x',
      story: ['', ''] as const,
      intervalMs: 1000,
      looks: [ASLEEP_CLEAN, ASLEEP_CLEAN],
      marks: [],
      told: [],
    };
    const text = demoRecording(incident, '0.1.0');
    // Every number that nvidia-smi prints of memory.
    const unknown = text.replace(
      /(\\nout\\t0{8}:3B:00\.0, (?:4\d{3}|GPU-[^,]+, [^,]+))((?:, \d+)+)/g,
      (_all, head: string, sizes: string) => head + sizes.replace(/\d+/g, '[N/A]'),
    );
    expect(unknown).not.toBe(text);
    const file = join(made.folder, 'unknown.jsonl');
    await writeFile(file, unknown);
    for (const table of ['gate', 'ledger', 'processes', 'states'] as const) {
      for (const preset of ['pr-table', 'min-max']) {
        const { table: found } = await tableOf(file, '--table', table, '--preset', preset);
        const cells = found.rows.flatMap((row) =>
          row.filter((_cell, at) => /^(?:resident|used|free|total|gap)_bytes$/.test(found.columns[at]?.id ?? '')),
        );
        expect(cells.length).toBeGreaterThan(0);
        for (const cell of cells) expect(cell).toMatchObject({ unknown: expect.stringMatching(/.{10}/) as string });
      }
      const { out } = await command(['export', file, '--table', table, '--format', 'md']);
      expect(out).toContain('Unknown: ');
    }
  });
});

it('reads recordings of every version that there was', async () => {
  const folder = join(REPOSITORY, 'test/kit/recordings');
  for (const name of await readdir(folder)) {
    const [gate] = rowsOf(await tableOf(join(folder, name), '--table', 'gate'));
    expect(gate).toMatchObject({ resident_bytes: 1_741 * MIB, verdict: 'PASS' });
  }
});

describe('says what to do when it cannot', () => {
  it.each([
    [['--table', 'arms'], '--against'],
    [['--table', 'gate', '--preset', 'step-ledger'], '--table cycles'],
    [['--table', 'cycles', '--at', '#1'], 'leave --at out'],
    [['--table', 'states', '--at', 'last'], "--at '#3'"],
    [['--table', 'states', '--at', '#99'], 'no engine has a cycle 99'],
    [['--table', 'gate', '--at', 'nonsense'], 'no mark'],
    [['--table', 'gate', '--node', 'other'], 'has no node'],
    [['--table', 'gate', '--out', 'table.pdf'], 'add --format'],
  ])('%j', async (args, text) => {
    const { code, out, err } = await command(['export', demo('clean-sleep'), ...args]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(text);
  });

  it('for a file that is none', async () => {
    const { code, err } = await command(['export', join(made.folder, 'none'), '--table', 'gate']);
    expect(code).toBe(3);
    expect(err).toContain('check the path');
  });
});

it('is safe whatever a process calls itself, in every format, with names shown', async () => {
  const hostile = '=HYPERLINK(1)|x `y` <script>alert(1)</script> @octocat \\input{x} $^_%&#';
  const node = `
node evil driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process engine "python -m sglang.launch_server --model-path ${hostile.replaceAll('\\', '\\\\')} --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1741
`;
  const file = join(made.folder, 'a.jsonl');
  await writeFile(
    file,
    demoRecording({ name: 'x', story: ['', ''], intervalMs: 1000, looks: [node, node], marks: [], told: [] }, '0.1.0'),
  );
  const said = async (format: string): Promise<string> =>
    (await command(['export', file, '--table', 'environment', '--identifying', '--format', format])).out;
  expect(await said('html')).not.toContain('<script');
  expect(await said('md')).not.toMatch(/<script|[^\u200D]@octocat|[^\\]\|x/);
  expect(await said('tex')).not.toMatch(/\\input\{/);
  expect(await said('csv')).not.toMatch(/(?:^|,)=/m);
});
