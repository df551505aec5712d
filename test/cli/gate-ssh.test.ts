// From an ssh target to a verdict: a real sshd, the real probe, a stand-in nvidia-smi, exit codes 0, 1, 2.
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import {
  ASLEEP_CLEAN,
  EMPTY_NODE,
  GONE_ROWS,
  MILES_SPAWN_STUB,
  ORPHAN_BESIDE_SLEEPING,
  TWO_ENGINES_ONE_LEAKS,
  VLLM_SERVE_TP2,
} from '../kit/scenarios.ts';
import { startSshd, type Sshd } from '../kit/sshd.ts';
import { command, gateJson, probeJson } from './command.ts';

const MIB = 1024 * 1024;

interface Machine {
  readonly sshd: Sshd;
  /** Holds `bin` and `proc`, links to those of the node that the running test plays. */
  readonly folder: string;
}

const machine: { now?: Machine } = {};

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-gate-'));
  const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, RESIDUUM_PROC_ROOT: join(folder, 'proc') };
  const sshd = await startSshd({ env, stoppedBy: 'caller' }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true });
    throw error;
  });
  machine.now = { sshd, folder };
});

afterAll(async () => {
  await machine.now?.sshd.stop();
  if (machine.now !== undefined) await rm(machine.now.folder, { recursive: true });
});

/** One sshd serves all tests, as starting one takes long; each test plays a node of its own behind it. */
async function on(text: string): Promise<{ node: FakeNode; sshd: Sshd; target: readonly string[] }> {
  if (machine.now === undefined) throw new Error('the server did not start');
  const { sshd, folder } = machine.now;
  const node = await startNode(text, { processes: 'foreign' });
  const links = { bin: node.env['PATH']?.split(':')[0], proc: node.env['RESIDUUM_PROC_ROOT'] };
  for (const [name, path = ''] of Object.entries(links)) {
    await rm(join(folder, name), { force: true });
    await symlink(path, join(folder, name));
  }
  return { node, sshd, target: [sshd.alias, '--ssh-config', sshd.sshConfigFile] };
}

it('pass, exit code 0, with everything that the object promises', async () => {
  const { node, sshd, target } = await on(ASLEEP_CLEAN);
  const report = await gateJson(target);
  expect(report).toMatchObject({
    schema: 'residuum.gate/1',
    target: sshd.alias,
    node: { driver: '550.54.15' },
    policy: { kind: 'engine-tree', limitBytes: 3 * 1024 * MIB, origin: 'default' },
    verdict: 'pass',
    reasons: [],
    failOpen: false,
    exitCode: 0,
    problems: [],
  });
  expect(report.node?.hostname).not.toBeNull();
  expect(report.node?.bootId).toMatch(/^[0-9a-f-]{36}$/);
  expect(report.sample).toMatchObject({
    wallTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
    rawSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
  });
  const [engine] = report.engines;
  expect(engine).toMatchObject({
    kind: 'sglang',
    rootPid: node.pid('server'),
    title: 'python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000',
    residualBytes: 1536 * MIB,
    atLeastBytes: 1536 * MIB,
    worstBus: '00000000:3B:00.0',
    perBus: [{ bus: '00000000:3B:00.0', bytes: 1536 * MIB }],
    verdict: 'pass',
    exempt: false,
    reasons: [],
    seed: { residualBytes: 1536 * MIB, action: 'pass' },
  });
  const scheduler = engine?.processes.find((process) => process.pid === node.pid('tp0'));
  expect(scheduler).toMatchObject({
    startTicks: expect.any(Number) as unknown,
    ppid: node.pid('server'),
    role: 'scheduler',
    rank: { dp: null, tp: 0, pp: null, ep: null },
    title: 'sglang::scheduler_TP0',
    containerPid: null,
    alive: 'alive',
    perBus: [{ bus: '00000000:3B:00.0', bytes: 1536 * MIB }],
  });
  expect(report.devices).toEqual([
    {
      bus: '00000000:3B:00.0',
      uuid: expect.stringMatching(/^GPU-/) as unknown,
      name: 'NVIDIA H100 80GB HBM3',
      totalBytes: 81559 * MIB,
      reservedBytes: 479 * MIB,
      usedBytes: 1545 * MIB,
      usedIncludesReserved: false,
      freeBytes: 79535 * MIB,
      usedNextBytes: 1545 * MIB,
      moving: false,
      ledger: [
        { class: 'engine', label: engine?.title, pids: [node.pid('tp0')], bytes: 1536 * MIB },
        { class: 'unattributed', label: 'no process', pids: [], bytes: 9 * MIB },
      ],
    },
  ]);
});

it.each([
  ['MILES and slime', MILES_SPAWN_STUB, 0, 'stub', 1740],
  ['vllm serve', VLLM_SERVE_TP2, 0, 'server', 2048],
] as const)('%s: the root, and the largest sum of a bus', async (_name, text, code, root, size) => {
  const { node, target } = await on(text);
  const report = await gateJson(target);
  expect(report.exitCode).toBe(code);
  expect(report.engines.map((engine) => [engine.rootPid, engine.residualBytes])).toEqual([
    [node.pid(root), size * MIB],
  ]);
});

it('fail, exit code 1: two engines, one of which leaks', async () => {
  const { node, target } = await on(TWO_ENGINES_ONE_LEAKS);
  const report = await gateJson(target);
  expect(report).toMatchObject({ verdict: 'fail', exitCode: 1 });
  expect(report.engines.map((engine) => [engine.rootPid, engine.verdict])).toEqual([
    [node.pid('good'), 'pass'],
    [node.pid('leaky'), 'fail'],
  ]);
});

it('fail: an orphaned scheduler with 30 GiB beside a sleeping engine', async () => {
  const { node, target } = await on(ORPHAN_BESIDE_SLEEPING);
  const report = await gateJson(target);
  expect(report.exitCode).toBe(1);
  expect(report.engines).toMatchObject([
    { verdict: 'pass' },
    { verdict: 'fail', rootPid: null, residualBytes: 30720 * MIB, processes: [{ pid: node.pid('left') }] },
  ]);
  expect(report.devices[0]?.ledger.map((entry) => entry.class)).toEqual(['engine', 'orphan', 'unattributed']);
});

it.each([
  ['an empty node', EMPTY_NODE, ['engine-not-found']],
  ['a gone pid', GONE_ROWS, ['gone-rows']],
  ['memory that moves', ASLEEP_CLEAN.replace('sum+9', '1545 then 9545'), ['moving']],
] as const)('inconclusive, exit code 2: %s', async (_name, text, reasons) => {
  const { target } = await on(text);
  const report = await gateJson([...target, '--max-residual-gib', '2']);
  expect([report.verdict, report.exitCode, report.reasons]).toEqual(['inconclusive', 2, reasons]);
});

it('probe: what was seen, without a judgement', async () => {
  const { node, sshd, target } = await on(GONE_ROWS);
  const report = await probeJson(target);
  expect(report).toMatchObject({
    schema: 'residuum.snapshot/1',
    target: sshd.alias,
    driverReasons: [],
    scan: { complete: true },
    calls: [
      { name: 'devices', exitCode: 0 },
      { name: 'usage', exitCode: 0 },
    ],
  });
  expect(report.usage).toEqual([
    { bus: '00000000:3B:00.0', pid: node.pid('tp0'), bytes: 1536 * MIB, alive: 'alive', class: 'engine' },
    { bus: '00000000:3B:00.0', pid: node.pid('killed'), bytes: 20480 * MIB, alive: 'gone', class: 'gone' },
  ]);
  const server = report.processes.find((process) => process.pid === node.pid('server'));
  expect(server).toMatchObject({ role: 'server', engineRootPid: node.pid('server') });
  const text = await command(['probe', ...target]);
  expect(text.code).toBe(0);
  expect(text.out).toContain('scheduler');
});

/** A server of its own: the kit finds the calls of a node by the path of its nvidia-smi, and ends those that hang. */
async function alone(text: string): Promise<{ node: FakeNode; sshd: Sshd; target: readonly string[] }> {
  const node = await startNode(text, { processes: 'foreign' });
  const sshd = await startSshd({ env: node.env });
  return { node, sshd, target: [sshd.alias, '--ssh-config', sshd.sshConfigFile] };
}

it('a connection that is killed in the middle of a frame: exit code 3, nothing of the frame is used', async () => {
  const { node, sshd, target } = await alone(`${ASLEEP_CLEAN}smi hung usage`);
  const gate = gateJson(target);
  await expect.poll(() => node.isAskingUsage()).toBe(true);
  await sshd.killSessions();
  expect(await gate).toMatchObject({
    verdict: null,
    exitCode: 3,
    sample: null,
    error: { code: 'lost', text: expect.stringContaining(sshd.target) as unknown },
  });
  await expect.poll(() => node.runningSmiCalls()).toEqual([]);
});

it('leaves nothing behind on the node', async () => {
  const { node, sshd, target } = await alone(ASLEEP_CLEAN);
  await command(['gate', ...target]);
  await expect.poll(() => sshd.commandPids()).toEqual([]);
  expect(node.runningSmiCalls()).toEqual([]);
});
