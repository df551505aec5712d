// The program as users run it: the built file as a process, its exit code, signals, and a reader that goes away.
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { REPOSITORY } from '../architecture/source-file.ts';
import { startNode } from '../kit/fake-node.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { descendants } from '../kit/sshd-processes.ts';
import { startSshd } from '../kit/sshd.ts';
import { builtProgram, type BuiltProgram } from './built-program.ts';
import { oneGate } from './command.ts';
import { reportJson } from './recorded.ts';
import { startProgram, type RunningProgram } from './running-program.ts';

const built: BuiltProgram = { folder: '', file: '' };

beforeAll(async () => void Object.assign(built, await builtProgram()));

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program = built.file,
): RunningProgram {
  return startProgram([process.execPath, program, ...args], env);
}

it('prints one object, nothing else, and ends with the verdict', async () => {
  const node = await startNode(TWO_ENGINES_ONE_LEAKS, { processes: 'foreign' });
  const gate = start(['gate', 'local', '--json'], node.env);
  expect(await gate.ended).toEqual({ code: 1, signal: null });
  expect(oneGate(gate.out())).toMatchObject({ verdict: 'fail', target: 'local' });
  expect(gate.err()).toBe('');
});

it('ends with 3 and one sentence where it could not run', async () => {
  const gate = start(['gate', 'local', '--max-residual-gib', 'nan']);
  expect(await gate.ended).toEqual({ code: 3, signal: null });
  expect([gate.out(), gate.err()]).toEqual(['', '--max-residual-gib must be a number of GiB, got "nan".\n']);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a watch cleanly: code 0, nothing left on the node',
  async (signal) => {
    const node = await startNode(ASLEEP_CLEAN, { processes: 'foreign' });
    const sshd = await startSshd({ env: node.env });
    const watch = start(['watch', sshd.alias, '--ssh-config', sshd.sshConfigFile, '--interval', '60']);
    await watch.has('PASS: ');
    expect(await sshd.commandPids()).not.toEqual([]);
    watch.child.kill(signal);
    expect(await watch.ended).toEqual({ code: 0, signal: null });
    expect(watch.err()).toBe('');
    await expect.poll(() => sshd.commandPids()).toEqual([]);
  },
);

it('a signal during a hung driver call ends a gate with 3 and says so, and the call ends too', async () => {
  const node = await startNode(`${ASLEEP_CLEAN}smi hung usage`, { processes: 'foreign' });
  const gate = start(['gate', 'local', '--json'], node.env);
  await expect.poll(() => node.isAskingUsage()).toBe(true);
  const children = await descendants(gate.pid);
  expect(children).not.toEqual([]);
  gate.child.kill('SIGINT');
  expect(await gate.ended).toEqual({ code: 3, signal: null });
  expect(oneGate(gate.out()).error).toMatchObject({ code: 'cancelled' });
  await expect.poll(() => node.runningSmiCalls()).toEqual([]);
});

it('a reader that goes away stops the watch, without a stack', async () => {
  const node = await startNode(ASLEEP_CLEAN, { processes: 'foreign' });
  const watch = start(['watch', 'local', '--json', '--interval', '0.01'], node.env);
  await watch.has('\n');
  watch.child.stdout?.destroy();
  expect(await watch.ended).toEqual({ code: 0, signal: null });
  expect(watch.err()).toBe('');
});

it('record: Ctrl-C closes and compresses, a second one or kill -9 leaves a file that opens', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-program-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const begun = async (name: string): Promise<{ running: RunningProgram; file: string }> => {
    const file = join(folder, name);
    const running = start(['record', 'demo:cycle', '--out', file, '--interval', '0.1']);
    const bytes = async (): Promise<number> =>
      await stat(file)
        .then(({ size }) => size)
        .catch(() => 0);
    while ((await bytes()) < 12_000) await new Promise((resolve) => setTimeout(resolve, 20));
    return { running, file };
  };
  const clean = await begun('clean.jsonl');
  process.kill(clean.running.pid, 'SIGINT');
  expect(await clean.running.ended).toEqual({ code: 0, signal: null });
  expect(clean.running.out()).toMatch(/^Recorded \d+ looks at 1 node in .*clean\.jsonl\.gz\n$/);
  expect((await reportJson(`${clean.file}.gz`)).recording?.ended).toBe('stopped');
  const twice = await begun('twice.jsonl');
  process.kill(twice.running.pid, 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.kill(twice.running.pid, 'SIGINT');
  await twice.running.ended;
  const left = await stat(`${twice.file}.gz`).then(
    () => `${twice.file}.gz`,
    () => twice.file,
  );
  expect((await reportJson(left)).nodes).toMatchObject([{ hostname: 'demo-gpu-04' }]);
  const killed = await begun('killed.jsonl');
  process.kill(killed.running.pid, 'SIGKILL');
  await killed.running.ended;
  const report = await reportJson(killed.file);
  expect(report.recording?.ended).toBe(null);
  expect(report.nodes[0]?.looks).toBeGreaterThan(2);
});

it('draws a PNG with the font beside it, and without a renderer says what to do and does the rest', async () => {
  const recording = join(REPOSITORY, 'demos', 'dead-pid.residuum.jsonl.gz');
  const folder = await mkdtemp(join(tmpdir(), 'residuum-program-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const out = join(folder, 'a.png');
  const args = ['export', recording, '--figure', 'ledger'];
  expect(await start([...args, '--out', out]).ended).toEqual({ code: 0, signal: null });
  const png = await readFile(out);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.length).toBeGreaterThan(20_000);
  // Installed elsewhere, on a system for which there is no renderer.
  await cp(built.folder, join(folder, 'dist'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of Object.keys(packageJson.dependencies).filter((each) => each !== '@resvg/resvg-js')) {
    await mkdir(join(folder, 'node_modules', dirname(name)), { recursive: true });
    await symlink(join(REPOSITORY, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const elsewhere = join(folder, 'dist/cli/main.js');
  const png2 = start([...args, '--out', join(folder, 'b.png')], {}, elsewhere);
  expect(await png2.ended).toEqual({ code: 3, signal: null });
  expect(png2.err()).toBe(
    `PNG cannot be drawn on this system (${process.platform} ${process.arch}), as @resvg/resvg-js has no part for it here: run npm install once more with optional packages, or write SVG, which needs nothing.\n`,
  );
  const svg = start(args, {}, elsewhere);
  expect(await svg.ended).toEqual({ code: 0, signal: null });
  expect(svg.out()).toContain('<svg ');
});
