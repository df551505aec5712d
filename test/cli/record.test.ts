// `residuum record`: several nodes in one file, a link that is lost and comes back, Ctrl-C, and files that are there.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openRecording } from '../../node/recording/recording-reader.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { startNode } from '../kit/fake-node.ts';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { startSshd } from '../kit/sshd.ts';
import { command, type CommandOptions, type Ran } from './command.ts';
import { reportJson } from './recorded.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-record-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const soon = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 20));

async function record(args: readonly string[], options: CommandOptions = {}): Promise<Ran> {
  return await command(['record', ...args], { pause: soon, ...options });
}

/** Stopped as by Ctrl-C as soon as the file has so many of these lines: however slow the machine, that much is in it. */
async function recordUntil(args: readonly string[], file: string, line: RegExp, count: number): Promise<Ran> {
  const stop = new AbortController();
  const pause = async (): Promise<void> => {
    await soon();
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    if (lines.filter((each) => line.test(each)).length >= count) stop.abort();
  };
  return await record([...args, '--out', file], { signal: stop.signal, pause });
}

async function seenIn(file: string): Promise<{ seen: Observation[]; why: string | undefined }> {
  const recording = await openRecording(file);
  const seen: Observation[] = [];
  for await (const each of recording.observations()) seen.push(each);
  expect(recording.problems().lines).toEqual([]);
  return { seen, why: recording.footer()?.why };
}

it('records two nodes until its time is over, compresses, and reports on both', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const both = (seconds: string): Promise<Ran> =>
    record(['demo:cycle', 'demo:vllm', '--out', file, '--duration', seconds, '--interval', '0.1', '--force']);
  const hasBoth = async (): Promise<boolean> => {
    if (!existsSync(`${file}.gz`)) return false;
    return (await reportJson(`${file}.gz`)).nodes.every(({ looks }) => looks > 0);
  };
  let seconds = '2';
  let ran = await both(seconds);
  // On a busy machine two seconds are over before both nodes were looked at.
  if (!(await hasBoth())) ran = await both((seconds = '20'));
  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(/^Recorded \d+ looks at 2 nodes in [\d.]+ s \([\d.]+ KiB\)\. .*run\.residuum\.jsonl\.gz\n$/);
  expect(ran.err).toContain(`Recording demo:cycle, demo:vllm every 0.1 s for ${seconds} s`);
  expect((await stat(`${file}.gz`)).mode & 0o777).toBe(0o600);
  const { seen, why } = await seenIn(`${file}.gz`);
  expect(why).toBe('its duration was over');
  expect(new Set(seen.map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
  const report = await reportJson(`${file}.gz`);
  expect(report.recording).toMatchObject({ isDemo: true, policy: { kind: 'engine-tree', origin: 'default' } });
  expect(report.nodes.map(({ target, hostname, gaps }) => [target, hostname, gaps])).toEqual([
    ['demo:cycle', 'demo-gpu-04', []],
    ['demo:vllm', 'demo-gpu-06', []],
  ]);
  for (const { looks } of report.nodes) expect(looks).toBeGreaterThan(0);
});

it('sends nothing to the engines where it is told not to, and says so of each', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const ran = await recordUntil(['demo:vllm', '--no-accounting', '--interval', '0.2'], file, /"kind":"accounting/, 2);
  expect(ran.code).toBe(0);
  const { seen } = await seenIn(`${file}.gz`);
  expect(seen.flatMap((each) => (each.kind === 'accounting' ? [each.answer.seen] : []))).toEqual([
    expect.objectContaining({ kind: 'failure', why: { code: 'asking-off', where: '' } }) as unknown,
    expect.objectContaining({ kind: 'failure', why: { code: 'asking-off', where: '' } }) as unknown,
  ]);
});

it('goes on through a lost link, says so, and keeps the loss as a gap with its cause', async () => {
  const file = join(await folder(), 'run.residuum.jsonl');
  const node = await startNode(ASLEEP_CLEAN, { processes: 'foreign' });
  const sshd = await startSshd({ env: node.env });
  const stop = new AbortController();
  const looks = async (): Promise<number> => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.split('\n').filter((line) => /"kind":"frame/.test(line)).length;
  };
  const progress = { killedAt: 0 };
  const ran = await record(
    [sshd.alias, '--ssh-config', sshd.sshConfigFile, '--out', file, '--interval', '0.1', '--no-gzip'],
    {
      signal: stop.signal,
      pause: async () => {
        await soon();
        const count = await looks();
        if (progress.killedAt === 0 && count >= 6) {
          progress.killedAt = count;
          await sshd.killSessions();
        } else if (progress.killedAt > 0 && count >= progress.killedAt + 6) stop.abort();
      },
    },
  );
  expect(ran.code).toBe(0);
  expect(ran.err).toMatch(/(?:was lost|is cut)\b.* Tried again in 1 s\.\n/);
  const { seen, why } = await seenIn(file);
  expect(why).toBe('stopped');
  const states = seen.flatMap((each) => (each.kind === 'link' ? [each.state] : []));
  expect(states).toEqual(['connecting', 'connected', 'lost', 'connecting', 'connected', 'closed']);
  const [about] = (await reportJson(file)).nodes;
  expect(about?.gaps).toMatchObject([{ cause: 'link', text: expect.stringMatching(/was lost|is cut/) as unknown }]);
  expect(about?.autoMarks).toMatchObject([{ kind: 'link-lost' }]);
  const text = await command(['report', file]);
  expect(text.out).toContain('One gap:');
});

it('replaces no file unless it is told to, and leaves none when nothing could be looked at', async () => {
  const path = await folder();
  const file = join(path, 'run.residuum.jsonl');
  await writeFile(`${file}.gz`, 'mine');
  const refused = await record(['demo', '--out', file, '--duration', '0.2']);
  expect([refused.code, refused.out]).toEqual([3, '']);
  expect(refused.err).toBe(`There is a file already: ${file}.gz. Name another, or replace it with --force.\n`);
  expect(await readFile(`${file}.gz`, 'utf8')).toBe('mine');
  const forced = await recordUntil(['demo', '--interval', '0.1', '--force'], file, /"kind":"frame/, 2);
  expect(forced.code).toBe(0);
  expect((await reportJson(`${file}.gz`)).nodes).toMatchObject([{ hostname: 'demo-gpu-01' }]);
  const sshd = await startSshd();
  const knownHosts = join(await folder(), 'known_hosts');
  await writeFile(knownHosts, '');
  const stranger = [sshd.alias, '--ssh-config', sshd.sshConfigFile, '--known-hosts', knownHosts];
  const none = await record([...stranger, '--out', join(path, 'none.jsonl')]);
  expect(none.code).toBe(3);
  expect(none.err).toContain('It is not tried again.');
  expect(none.err).toContain('Nothing was recorded: no node could be looked at. No file was left.');
  expect(await readdir(path)).toEqual(['run.residuum.jsonl.gz']);
  const before = await readFile(`${file}.gz`);
  const instead = await record([...stranger, '--out', file, '--force']);
  expect([instead.code, instead.err]).toEqual([3, expect.stringContaining('The file that was there is as it was.')]);
  expect((await record(['demo:none', '--out', file, '--force'])).code).toBe(3);
  expect(await readFile(`${file}.gz`)).toEqual(before);
  expect(await readdir(path)).toEqual(['run.residuum.jsonl.gz']);
});

it.each([
  [['demo:none'], 'demo:none'],
  [['demo', '--interval', '0'], '--interval must be a number of seconds'],
  [['demo', '--max-residual-gib', 'nan'], '--max-residual-gib must be a number of GiB'],
])('says what is wrong with %j before anything is written', async (args, why) => {
  const path = await folder();
  const ran = await record([...args, '--out', join(path, 'run.jsonl')]);
  expect([ran.code, ran.out]).toEqual([3, '']);
  expect(ran.err).toContain(why);
  expect(await readdir(path)).toEqual([]);
});
