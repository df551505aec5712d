// Byte by byte: no name of a recording is in anything that is written from it, in any form, unless names were asked for.
import { unzipSync } from 'fflate';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoRecording } from '../../node/demo/demo-recording.ts';
import { TABLE_NAMES } from '../../shared/evidence/evidence.ts';
import { command } from './command.ts';

const NAMES = [
  'zeta-17.corp.example',
  'corp',
  'alicesmith',
  '10.20.30.40',
  '281E140A',
  'acme',
  'secret-70b',
  'mallory',
  'GPU-7f3a',
];

const NODE = `
node zeta-17.corp.example driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9 uuid GPU-7f3a0000-0000-4000-8000-000000003b00
process engine "/data/alicesmith/venv/bin/python3 -m sglang.launch_server --model-path acme/secret-70b --host 10.20.30.40 --tp 1 --port 30000 --mallory mallory" listen 10.20.30.40:30000 uid 1234 cgroup "0::/user.slice/alicesmith.scope"
  http sglang weight 7.14 kvcache 53.21 graph 0.66 tokens 1992704
  process tp0 "sglang::scheduler_TP0_alicesmith" on 3B:00.0 SIZE
process trainer "ray::MalloryMegatronActor.alicesmith" on 3B:00.0 500
process odd "/home/alicesmith/tool --log=/data/alicesmith" comm mallory on 3B:00.0 600
`;

const made = { folder: '', file: '' };

beforeAll(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-redacted-'));
  made.file = join(made.folder, 'named.jsonl');
  const sizes = [
    ...Array.from({ length: 12 }, () => 64_000),
    ...Array.from({ length: 12 }, () => 1_741),
    ...Array.from({ length: 8 }, () => 64_000),
  ];
  const incident = {
    name: 'alicesmith',
    story: ['mallory was here', 'at acme'] as const,
    intervalMs: 1000,
    looks: sizes.map((size) => NODE.replace('SIZE', String(size))),
    marks: [{ look: 3, text: 'mallory starts acme/secret-70b', source: 'hand' as const }],
    told: [],
  };
  await writeFile(made.file, demoRecording(incident, '0.1.0'));
});

afterAll(() => rm(made.folder, { recursive: true, force: true }));

function leaked(bytes: Uint8Array | string): string[] {
  const text = Buffer.from(bytes).toString('latin1').toLowerCase();
  return NAMES.filter((name) => text.includes(name.toLowerCase()));
}

it('the names are in the recording, and in what was asked for with them', async () => {
  expect(leaked(await readFile(made.file))).toEqual(NAMES);
  const { out } = await command(['export', made.file, '--table', 'environment', '--identifying']);
  expect(leaked(out)).toContain('acme');
});

describe.each(TABLE_NAMES)('no name in the table %s', (table) => {
  it.each(['md', 'csv', 'json', 'tex', 'html', 'text', 'parquet'])('as %s', async (format) => {
    const out = join(made.folder, `${table}.${format}`);
    const against = table === 'arms' ? ['--against', made.file] : [];
    const mark = ['gate', 'processes'].includes(table) ? ['--at', 'mallory starts acme/secret-70b'] : [];
    const args = [
      'export',
      made.file,
      '--table',
      table,
      '--format',
      format,
      '--out',
      out,
      '--preset',
      'raw',
      ...against,
      ...mark,
    ];
    const { code, err } = await command(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(leaked(await readFile(out))).toEqual([]);
  });
});

it('no name in the redacted recording, in what is said about it, or in a bundle', async () => {
  const redacted = join(made.folder, 'redacted.jsonl');
  const { code, err, out } = await command(['redact', made.file, '--out', redacted]);
  expect(code).toBe(0);
  expect(leaked(await readFile(redacted))).toEqual([]);
  expect(leaked(`${out}${err}`.replaceAll(made.folder, ''))).toEqual([]);
  for (const words of [['report'], ['report', '--json']]) {
    expect(leaked((await command([...words, redacted])).out)).toEqual([]);
  }
  const zip = join(made.folder, 'bundle.zip');
  expect((await command(['bundle', made.file, '--out', zip, '--at', 'mallory starts acme/secret-70b'])).code).toBe(0);
  for (const [path, bytes] of Object.entries(unzipSync(new Uint8Array(await readFile(zip))))) {
    expect({ path, leaked: leaked(path.endsWith('.gz') ? gunzipSync(bytes) : bytes) }).toEqual({ path, leaked: [] });
  }
});

it('and the redacted recording says the same numbers by every command', async () => {
  const redacted = join(made.folder, 'again.jsonl');
  expect((await command(['redact', made.file, '--out', redacted])).code).toBe(0);
  for (const table of ['gate', 'ledger', 'processes', 'states', 'cycles']) {
    const of = async (file: string): Promise<string> =>
      (await command(['export', file, '--table', table, '--format', 'csv'])).out;
    expect(await of(redacted)).toBe(await of(made.file));
  }
});
