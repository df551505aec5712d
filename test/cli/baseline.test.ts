// `residuum snapshot` before a release and `residuum gate --baseline` after it: over ssh, and with every file that is none.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { snapshotReportSchema, type SnapshotReport } from '../../shared/evidence/gate/snapshot-schema.ts';
import type { GateReport } from '../../shared/evidence/gate/gate-schema.ts';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import { EMPTY_NODE } from '../kit/scenarios.ts';
import { startSshd } from '../kit/sshd.ts';
import { command, gateJson } from './command.ts';

const MIB = 1024 * 1024;
const GPU = '"NVIDIA H100 80GB HBM3" total 81559 reserved 479';

/** Two engines, with what each of their schedulers holds in MiB. */
function nodeWith(first: number | string, second: number | null = 1_500): string {
  const other =
    second === null
      ? ''
      : `process b "python -m sglang.launch_server --model-path m --port 30001"
  process b-tp0 "sglang::scheduler_TP0" on 41:00.0 ${second}
`;
  return `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${GPU} used ${typeof first === 'number' ? first + 9 : 40_000}
gpu 41:00.0 ${GPU} used sum+11
process a "python -m sglang.launch_server --model-path m --port 30000"
  process a-tp0 "sglang::scheduler_TP0" on 3B:00.0 ${first}
  process a-detok "sglang::detokenizer"
${other}`;
}

const QUIET = ['--no-accounting'];

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-baseline-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

interface Taken {
  readonly node: FakeNode;
  readonly file: string;
  readonly gate: (...args: string[]) => Promise<GateReport>;
}

/** A local node with a snapshot of it. */
async function taken(text: string): Promise<Taken> {
  const node = await startNode(text, { processes: 'foreign' });
  const file = join(await folder(), 'before.json');
  const { code, err } = await command(['snapshot', 'local', '--out', file, ...QUIET], { env: node.env });
  expect({ code, err: err.replace(file, 'FILE') }).toEqual({
    code: 0,
    err: expect.stringMatching(/^FILE: \d engines?\.\n$/),
  });
  const gate = (...args: string[]): Promise<GateReport> =>
    gateJson(['local', '--baseline', file, ...QUIET, ...args], { env: node.env });
  return { node, file, gate };
}

async function edited(file: string, edit: (snapshot: SnapshotReport) => unknown): Promise<void> {
  const snapshot = snapshotReportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(file, JSON.stringify(edit(snapshot)));
}

const changes = (report: GateReport): unknown[] =>
  report.engines.map(
    ({ baseline }) =>
      baseline?.map(({ bus, beforeBytes, bytes, change }) => [
        bus?.slice(9, 11),
        Number(beforeBytes) / MIB,
        Number(bytes) / MIB,
        change,
      ]) ?? baseline,
  );

it('says over ssh what each engine freed, beside the verdict of the limit, in words, JSON, and Markdown', async () => {
  const node = await startNode(nodeWith(61_440), { processes: 'foreign' });
  const sshd = await startSshd({ env: node.env });
  const path = await folder();
  const [file, summary] = [join(path, 'before.json'), join(path, 'summary.md')];
  const target = [sshd.alias, '--ssh-config', sshd.sshConfigFile, ...QUIET];
  expect((await command(['snapshot', ...target, '--out', file])).code).toBe(0);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await node.set(nodeWith(1_740));
  const report = await gateJson([...target, '--baseline', file]);
  expect(report).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [], problems: [] });
  expect(report.baseline?.ageMs).toBeGreaterThan(0);
  const before = JSON.parse(await readFile(file, 'utf8')) as SnapshotReport;
  expect(report.baseline).toMatchObject({ wallTime: before.sample?.wallTime, rawSha256: before.sample?.rawSha256 });
  expect(changes(report)).toEqual([[['3B', 61_440, 1_740, 'freed']], [['41', 1_500, 1_500, 'stayed']]]);
  const text = await command(['gate', ...target, '--baseline', file, '--markdown', summary]);
  expect(text.code).toBe(0);
  expect(text.out).toMatch(
    /Since the baseline \d+\.\d s before: GPU 00000000:3B:00\.0 freed 59,700 MiB of 61,440 MiB\./,
  );
  expect(text.out).toContain('Nothing was freed: was the baseline taken before the release?');
  const markdown = await readFile(summary, 'utf8');
  expect(markdown).toMatch(/\| sglang (?::|pid )\d+ \| 3B:00\.0 \| +61,440 \| +1,740 \| +-59,700 \| freed +\|/);
});

describe('the limit judges as it does without a baseline', () => {
  it('what was freed is no pass above it, and a growth below it no fail', async () => {
    const { node, gate } = await taken(nodeWith(61_440));
    await node.set(nodeWith(4_000, 2_000));
    const report = await gate();
    expect(report).toMatchObject({ verdict: 'fail', exitCode: 1, reasons: [] });
    expect(changes(report)).toEqual([[['3B', 61_440, 4_000, 'freed']], [['41', 1_500, 2_000, 'grown']]]);
    expect((await gate('--engine', 'port:30001')).verdict).toBe('pass');
  });

  it('a size that is unknown now stays unknown, and one that was unknown then compares with nothing', async () => {
    const { node, gate } = await taken(nodeWith(61_440));
    await node.set(nodeWith('[N/A]'));
    expect(changes(await gate())[0]).toEqual([['3B', 61_440, 0, 'unknown']]);
    const other = await taken(nodeWith('[N/A]'));
    await other.node.set(nodeWith(1_000));
    const report = await other.gate('--engine', 'port:30000');
    expect(report).toMatchObject({ verdict: 'inconclusive', reasons: ['no-baseline'], exitCode: 2 });
    expect(report.engines[0]?.baseline).toBeNull();
    expect(report.problems).toMatchObject([{ code: 'baseline', text: 'what it held was not known in the baseline' }]);
  });
});

describe('a pass is inconclusive where the baseline is of something else', () => {
  it.each<[string, string, (snapshot: SnapshotReport) => unknown]>([
    [
      'another boot',
      'the baseline is of another node, or of another boot of this one',
      (old) => ({ ...old, node: { ...old.node, bootId: '00000000-0000-4000-8000-000000000000' } }),
    ],
    [
      'a boot that is not known',
      'the node does not say which boot it runs in, so pids mean nothing',
      (old) => ({ ...old, node: { ...old.node, bootId: null } }),
    ],
    [
      'a time that is still to come',
      'the baseline was taken after this sample',
      (old) => ({ ...old, sample: { ...old.sample, monotonicMs: 10 ** 13 } }),
    ],
    [
      'another GPU',
      'GPU 00000000:3B:00.0 is not the one of the baseline',
      (old) => ({ ...old, devices: old.devices.map((device) => ({ ...device, uuid: 'GPU-other' })) }),
    ],
    [
      'a process that was started again under the same pid',
      'it is not in the baseline: it was started after it, or was no engine then',
      (old) => ({ ...old, processes: old.processes.map((each) => ({ ...each, startTicks: each.startTicks + 1 })) }),
    ],
  ])('%s', async (_what, sentence, edit) => {
    const { node, file, gate } = await taken(nodeWith(61_440));
    await edited(file, edit);
    await node.set(nodeWith(1_740));
    const report = await gate('--engine', 'port:30000');
    expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 2 });
    expect(report.reasons).toContain('no-baseline');
    expect(report.engines[0]).toMatchObject({ verdict: 'inconclusive', reasons: ['no-baseline'], baseline: null });
    expect(report.problems.filter(({ code }) => code === 'baseline').map(({ text }) => text)).toContain(sentence);
    await node.set(nodeWith(30_000));
    expect(await gate('--engine', 'port:30000')).toMatchObject({ verdict: 'fail', exitCode: 1 });
  });

  it('an engine that ended slept with nobody, unless others were meant or it was expected awake', async () => {
    const { node, gate } = await taken(nodeWith(61_440));
    await node.kill('b');
    await node.kill('b-tp0');
    await node.set(nodeWith(1_740, null));
    const report = await gate();
    expect(report).toMatchObject({ verdict: 'inconclusive', reasons: ['engine-not-found'] });
    expect(report.problems).toMatchObject([{ code: 'baseline', where: `sglang pid ${node.pid('b')}` }]);
    expect((await gate('--engine', 'port:30000')).verdict).toBe('pass');
    expect((await gate('--root-pid', String(node.pid('a')))).verdict).toBe('pass');
  });

  it('an engine that was started since', async () => {
    const { node, gate } = await taken(nodeWith(61_440, null));
    await node.set(nodeWith(1_740));
    const report = await gate();
    expect(report).toMatchObject({ verdict: 'inconclusive', reasons: ['no-baseline'] });
    expect(report.engines.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive']);
    expect((await gate('--fail-open')).exitCode).toBe(0);
  });
});

describe('a file that is no baseline ends with 3 and one sentence, before anything is connected', () => {
  it.each<[string, (text: string) => string, RegExp]>([
    ['cut in the middle', (text) => text.slice(0, text.length / 2), /is damaged: it is no JSON/],
    [
      'with a field that is no number',
      (text) => text.replace(/"startTicks":\d+/, '"startTicks":"x"'),
      /is damaged \(processes\./,
    ],
    [
      'of a newer version',
      (text) => text.replace('residuum.snapshot/1', 'residuum.snapshot/2'),
      /residuum\.snapshot\/2, of a newer/,
    ],
    ['of another kind', () => '{"schema":"residuum.gate/1"}', /is no snapshot: make one with residuum snapshot/],
    ['empty', () => '', /is damaged/],
  ])('%s', async (_what, edit, sentence) => {
    const { file } = await taken(nodeWith(61_440));
    await writeFile(file, edit(await readFile(file, 'utf8')));
    const ran = await command(['gate', 'no-such-host.invalid', '--baseline', file]);
    expect({ code: ran.code, lines: ran.err.trim().split('\n').length }).toEqual({ code: 3, lines: 1 });
    expect(ran.err).toMatch(sentence);
    const json = await command(['gate', 'no-such-host.invalid', '--baseline', file, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ exitCode: 3, error: { code: 'usage' } });
  });

  it('that is not there, and one beside --cycle', async () => {
    const none = await command(['gate', 'local', '--baseline', '/no/such/file.json']);
    expect([none.code, none.err]).toEqual([
      3,
      '--baseline: could not read /no/such/file.json (ENOENT): check the path.\n',
    ]);
    const both = await command(['gate', 'local', '--cycle', '--baseline', '/no/such/file.json']);
    expect([both.code, both.err.includes('leave --baseline out')]).toEqual([3, true]);
  });
});

it('replaces no file without --force, and looks for it before it connects', async () => {
  const { node, file } = await taken(nodeWith(61_440));
  const before = await readFile(file, 'utf8');
  const refused = await command(['snapshot', 'no-such-host.invalid', '--out', file]);
  expect([refused.code, refused.err]).toEqual([
    3,
    `There is a file of this name already; choose another, or say --force: ${file}\n`,
  ]);
  expect(await readFile(file, 'utf8')).toBe(before);
  const again = await command(['snapshot', 'local', '--out', file, '--force', '--quiet', ...QUIET], { env: node.env });
  expect([again.code, again.err]).toEqual([0, '']);
  expect(await readdir(join(file, '..'))).toEqual(['before.json']);
});

it('ends with 2 where a gate would have nothing to compare, and such a file is refused or says so', async () => {
  const node = await startNode(EMPTY_NODE, { processes: 'foreign' });
  const file = join(await folder(), 'before.json');
  const { code, err } = await command(['snapshot', 'local', '--out', file, ...QUIET], { env: node.env });
  expect([code, err]).toEqual([2, `${file} has no engine, so nothing can be compared with it.\n`]);
  await edited(file, (old) => ({ ...old, usage: null, driverReasons: ['smi-failed'] }));
  const gate = await command(['gate', 'local', '--baseline', file]);
  expect([gate.code, gate.err]).toEqual([
    3,
    `--baseline: ${file} has no list of processes on GPUs (smi-failed), so nothing can be compared with it.\n`,
  ]);
});

it('writes nothing where the node cannot be reached', async () => {
  const file = join(await folder(), 'before.json');
  const { code, err } = await command(['snapshot', '127.0.0.1:1', '--ssh-config', '/dev/null', '--out', file]);
  expect([code, err.trim().split('\n').length, await readdir(join(file, '..'))]).toEqual([3, 1, []]);
});
