// What a long recording meets, with the real program: a laptop that sleeps for an hour, and a disk that is full for a while.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openRecording } from '../../node/recording/recording-reader.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { startNode } from '../kit/fake-node.ts';
import { runCommand } from '../kit/run-command.ts';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { startSshd } from '../kit/sshd.ts';
import { builtProgram } from './built-program.ts';
import { reportJson } from './recorded.ts';
import { startProgram } from './running-program.ts';

const SLEEPING_CLOCK = join(REPOSITORY, 'test/kit/sleeping-clock.mjs');
const HOUR_MS = 3_600_000;
const LIMIT_MS = 120_000;

const built = { program: '' };

beforeAll(async () => {
  built.program = (await builtProgram()).file;
}, LIMIT_MS);

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-troubles-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function framesIn(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('{"kind":"frame').length - 1;
}

async function seenIn(file: string): Promise<{ seen: Observation[]; problems: number }> {
  const recording = await openRecording(file);
  const seen: Observation[] = [];
  for await (const each of recording.observations()) seen.push(each);
  return { seen, problems: recording.problems().count };
}

it.each([
  ['and its connection is there when it wakes', false],
  ['and the node has given its connection up', true],
])(
  'a laptop that sleeps for an hour, %s, goes on, and the hour is a gap',
  async (_what, isLost) => {
    const file = join(await folder(), 'run.residuum.jsonl');
    const node = await startNode(ASLEEP_CLEAN, { processes: 'foreign' });
    const sshd = await startSshd({ env: node.env });
    const args = ['record', sshd.alias, '--ssh-config', sshd.sshConfigFile, '--out', file, '--interval', '0.2'];
    const laptop = startProgram([process.execPath, '--import', SLEEPING_CLOCK, built.program, ...args]);
    const more = async (count: number): Promise<void> => {
      const until = (await framesIn(file)) + count;
      await expect.poll(async () => await framesIn(file), { timeout: LIMIT_MS }).toBeGreaterThanOrEqual(until);
    };
    await more(8);
    laptop.child.kill('SIGSTOP');
    if (isLost) await sshd.killSessions();
    laptop.child.kill('SIGUSR2');
    laptop.child.kill('SIGCONT');
    await more(8);
    laptop.child.kill('SIGINT');
    expect(await laptop.ended).toEqual({ code: 0, signal: null });

    const { seen, problems } = await seenIn(`${file}.gz`);
    expect(problems).toBe(0);
    const times = seen.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    const report = await reportJson(`${file}.gz`);
    expect(report.recording?.ended).toBe('stopped');
    const gaps = report.nodes[0]?.gaps ?? [];
    const long = gaps.filter(({ fromMs, toMs }) => (toMs ?? 0) - fromMs > HOUR_MS / 2);
    expect(long).toHaveLength(1);
    const [gap] = long;
    const gapMs = (gap?.toMs ?? 0) - (gap?.fromMs ?? 0);
    expect(gapMs).toBeGreaterThanOrEqual(HOUR_MS);
    expect(gapMs).toBeLessThan(HOUR_MS + LIMIT_MS);
    expect(gap?.cause).toBe(isLost ? 'link' : 'no-look');
    expect(gap?.text).toContain(isLost ? 'No connection for 60' : 'No look for 60');
  },
  2 * LIMIT_MS,
);

/** A disk of 64 KiB that only the program sees, with another file on it. What is recorded is copied from it at the end. */
const SMALL_DISK = `
mount -t tmpfs -o size=64k tmpfs "$0" || exit 9
head -c 40960 /dev/zero > "$0/other"
to=$1; shift
"$@" &
echo "pid $!"
wait "$!"
echo "code $?"
cp "$0"/run* "$to"
`;

async function isPermitted(): Promise<boolean> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-mount-'));
  const script = 'mount -t tmpfs -o size=64k tmpfs "$0"';
  const { code } = await runCommand('unshare', ['-rm', 'sh', '-c', script, path], { PATH: process.env['PATH'] ?? '' });
  await rm(path, { recursive: true, force: true });
  return code === 0;
}

it.runIf(await isPermitted())(
  'a disk that is full stops a recording, and it goes on when there is room [needs mount namespaces]',
  async () => {
    const [disk, out] = [await folder(), await folder()];
    const file = join(disk, 'run.residuum.jsonl');
    const onDisk = ['unshare', '-rm', 'sh', '-c', SMALL_DISK, disk, out];
    const program = [process.execPath, built.program];
    const args = ['record', 'demo:cycle', '--out', file, '--interval', '0.1', '--no-gzip'];
    const running = startProgram([...onDisk, ...program, ...args]);
    await running.has('the disk is full: make room', 'err');
    const pid = Number(/pid (\d+)/.exec(running.out())?.[1]);
    const size = async (): Promise<number> => (await readFile(`/proc/${pid}/root${file}`)).length;
    const full = await size();
    expect(full).toBeGreaterThan(16_000);
    await rm(`/proc/${pid}/root${disk}/other`);
    await running.has('The recording goes on; ', 'err');
    await expect.poll(size, { timeout: LIMIT_MS }).toBeGreaterThan(full + 4_000);
    process.kill(pid, 'SIGINT');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    expect(running.out()).toContain('code 0');
    expect(running.err().match(/disk is full/g)).toHaveLength(1);

    expect(await readdir(out)).toEqual(['run.residuum.jsonl']);
    const recorded = join(out, 'run.residuum.jsonl');
    const { seen, problems } = await seenIn(recorded);
    expect(problems).toBe(0);
    const skipped = seen.filter((each) => each.kind === 'frame' && each.skipped > 0);
    expect(skipped).toHaveLength(1);
    const report = await reportJson(recorded);
    expect(report.recording?.ended).toBe('stopped');
    expect(report.nodes[0]?.gaps.filter(({ cause }) => cause === 'skipped')).toMatchObject([
      { text: expect.stringContaining('The recording could not be written for') as unknown },
    ]);
  },
  2 * LIMIT_MS,
);
