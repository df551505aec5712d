// Evidence is compared with its recording: a changed digit is found wherever it stands, and what cannot be told is said.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoRecording } from '../../node/demo/demo-recording.ts';
import { recordedTable } from '../../node/evidence/recorded-table.ts';
import { TABLE_NAMES } from '../../shared/evidence/evidence.ts';
import { evidenceText } from '../../shared/evidence/evidence-text.ts';
import { markdownEvidence } from '../../shared/evidence/read-markdown.ts';
import { tableSchema } from '../../shared/evidence/table/table-schema.ts';
import { verifyJson, verifyMarkdown } from '../../shared/evidence/verify.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { command } from './command.ts';

const demo = (name: string): string => join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
const files = { folder: '', small: '' };

beforeAll(async () => {
  files.folder = await mkdtemp(join(tmpdir(), 'residuum-verify-'));
  files.small = join(files.folder, 'small.jsonl');
  const incident = {
    name: 'x',
    story: ['', ''] as const,
    intervalMs: 1000,
    looks: [ASLEEP_CLEAN, ASLEEP_CLEAN],
    marks: [],
    told: [],
  };
  await writeFile(files.small, demoRecording(incident, '0.1.0'));
});

afterAll(() => rm(files.folder, { recursive: true, force: true }));

async function exported(file: string, ...args: string[]): Promise<string> {
  const { code, out } = await command(['export', file, ...args]);
  expect(code).toBe(0);
  return out;
}

async function verified(
  file: string,
  text: string,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const evidence = join(files.folder, 'evidence');
  await writeFile(evidence, text);
  return command(['verify', file, evidence, ...args]);
}

describe('what was exported agrees', () => {
  it.each(TABLE_NAMES)('%s', async (table) => {
    const file = demo('growth-per-step');
    const against = table === 'arms' ? ['--against', demo('clean-sleep')] : [];
    for (const format of ['json', 'md']) {
      for (const more of [[], ['--preset', 'paper'], ['--unit', 'GiB', '--identifying']]) {
        const text = await exported(file, '--table', table, '--format', format, ...more, ...against);
        const { code, out, err } = await verified(file, text, ...against);
        expect({ code, err, out }).toMatchObject({ code: 0, err: '' });
        expect(out).toMatch(new RegExp(`^${table}: \\d+ agree, 0 differ, 0 cannot be checked\\.\\n$`));
      }
    }
  });

  it('also inside a longer text, two of them, and with the line ends of Windows', async () => {
    const file = demo('settle-trap');
    const [gate, ledger] = [
      await exported(file, '--table', 'gate'),
      await exported(file, '--table', 'ledger', '--at', '#1'),
    ];
    const { code, out } = await verified(
      file,
      `# A change\n\nWords.\n\n${gate}\nMore.\n\n${ledger}`.replaceAll('\n', '\r\n'),
    );
    expect({ code, out: out.replace(/\d+ agree/g, 'N agree') }).toEqual({
      code: 0,
      out: 'gate: N agree, 0 differ, 0 cannot be checked.\nledger: N agree, 0 differ, 0 cannot be checked.\n',
    });
  });
});

describe('a changed digit is found', () => {
  const flipped = (text: string, at: number): string =>
    `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`;
  const around = (text: string, at: number): string => text.slice(Math.max(0, at - 40), at + 10);

  it('every one of a small table, as JSON and as Markdown', async () => {
    const choices = { table: 'gate', preset: 'pr-table', unit: 'MiB', redaction: 'names', at: '' } as const;
    const made = await recordedTable(files.small, {
      ...choices,
      node: undefined,
      against: undefined,
      appVersion: '9.8.7',
    });
    const json = evidenceText(made, 'json');
    const missed = [...json.matchAll(/\d/g)].flatMap(({ index }) => {
      const said = tableSchema.safeParse(parsed(flipped(json, index)));
      return said.success && verifyJson(said.data, made).differ.length === 0 ? [around(json, index)] : [];
    });
    const markdown = evidenceText(made, 'md');
    const digits = [...markdown.matchAll(/\d/g)];
    expect(digits.length).toBeGreaterThan(100);
    for (const { index } of digits) {
      const [said] = markdownEvidence(flipped(markdown, index));
      if (said !== undefined && verifyMarkdown(said, made).differ.length === 0) missed.push(around(markdown, index));
    }
    expect(missed).toEqual([]);
  });

  /** A number that begins with 0 is no JSON, which is found as well. */
  function parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  it.each(['json', 'md'])(
    'and its exit code says so: some of a small table as %s',
    async (format) => {
      const text = await exported(files.small, '--table', 'gate', '--format', format);
      const digits = [...text.matchAll(/\d/g)].map(({ index }) => index).filter((_index, at) => at % 13 === 0);
      const missed: string[] = [];
      for (const at of digits) {
        const { code, out } = await verified(files.small, flipped(text, at));
        if (code === 0 && !out.includes('It says that Residuum')) missed.push(around(text, at));
      }
      expect(missed).toEqual([]);
    },
    60_000,
  );

  it('and told where, with both values', async () => {
    const file = demo('graphs-and-nccl');
    const text = await exported(file, '--table', 'states', '--preset', 'min-max');
    const { code, out } = await verified(file, text.replace('6,962', '2,962'));
    expect(code).toBe(1);
    expect(out).toContain(
      'differs: vllm :8000, Resident (MiB) (row 2): the evidence says 2,962–7,121; the recording gives 6,962–7,121',
    );
  });

  it('and a row that was taken out or put in', async () => {
    const file = demo('graphs-and-nccl');
    const text = await exported(file, '--table', 'states');
    const lines = text.split('\n');
    const row = lines.findIndex((line) => line.includes('asleep'));
    expect((await verified(file, lines.toSpliced(row, 1).join('\n'))).code).toBe(1);
    expect((await verified(file, lines.toSpliced(row, 0, lines[row] ?? '').join('\n'))).code).toBe(1);
  });
});

describe('what cannot be checked is said', () => {
  it('of another file, also of the same recording unpacked', async () => {
    const text = await exported(demo('settle-trap'), '--table', 'gate');
    const { code, out } = await verified(demo('dead-pid'), text);
    expect(code).toBe(2);
    expect(out).toContain('made from another file');
    const plain = join(files.folder, 'plain.jsonl');
    await writeFile(plain, gunzipSync(readFileSync(demo('settle-trap'))));
    expect((await verified(plain, text)).code).toBe(2);
  });

  it('of arms without their other recording', async () => {
    const text = await exported(demo('settle-trap'), '--table', 'arms', '--against', demo('clean-sleep'));
    const { code, out } = await verified(demo('settle-trap'), text);
    expect(code).toBe(2);
    expect(out).toContain('--against');
  });
});

describe('could not run', () => {
  it.each([
    ['', 'has no table'],
    ['# Words', 'has no table'],
    ['{}', 'is no residuum.table/1'],
    ['[1]', 'is no residuum.table/1'],
  ])('on %j', async (text, says) => {
    const { code, out, err } = await verified(demo('settle-trap'), text);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(says);
  });

  it('without evidence or recording', async () => {
    expect((await command(['verify', demo('settle-trap'), join(files.folder, 'none')])).code).toBe(3);
    const text = await exported(demo('settle-trap'), '--table', 'gate');
    expect((await verified(join(files.folder, 'none'), text)).code).toBe(3);
  });
});
