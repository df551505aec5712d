// From an ssh target to a verdict: a real sshd, real process trees, a stand-in nvidia-smi, exit codes 0, 1, 2.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import {
  ASLEEP_CLEAN,
  DP_CONTROLLER,
  EMPTY_NODE,
  FOREIGN_CONTEXT,
  GONE_ROWS,
  MILES_SPAWN_STUB,
  ORPHAN_BESIDE_SLEEPING,
  TWO_ENGINES_ONE_LEAKS,
  VERL_HTTP_ACTOR,
  VLLM_ON_RAY,
  VLLM_SERVE_TP2,
} from '../kit/scenarios.ts';
import { startSshd, type Sshd } from '../kit/sshd.ts';
import { command, gateJson, probeJson } from './command.ts';

const MIB = 1024 * 1024;

interface Machine {
  readonly node: FakeNode;
  readonly sshd: Sshd;
  readonly target: readonly string[];
}

const machine: { now?: Machine } = {};

beforeAll(async () => {
  const node = await startNode(ASLEEP_CLEAN, { cleanup: 'manual' });
  machine.now = await startSshd({ env: node.env, stoppedBy: 'caller' }).then(
    (sshd) => ({ node, sshd, target: [sshd.alias, '--ssh-config', sshd.sshConfigFile] }),
    async (error: unknown) => {
      await node.stop();
      throw error;
    },
  );
});

afterAll(async () => {
  await machine.now?.sshd.stop();
  await machine.now?.node.stop();
});

async function on(text: string): Promise<Machine> {
  if (machine.now === undefined) throw new Error('the node did not start');
  // Labels keep their processes from one scenario to the next: end them all first.
  await machine.now.node.set(EMPTY_NODE);
  await machine.now.node.set(text);
  return machine.now;
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
    startTicks: node.process('tp0').startTicks,
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
  ['verl', VERL_HTTP_ACTOR, 0, 'server', 1740],
  ['a data-parallel controller', DP_CONTROLLER, 0, 'server', 1740],
  ['vllm serve', VLLM_SERVE_TP2, 0, 'server', 2048],
  ['a foreign context', FOREIGN_CONTEXT, 0, 'server', 2256],
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
  ['vLLM on Ray', VLLM_ON_RAY, ['no-tree-row', 'tree-incomplete']],
  ['a gone pid', GONE_ROWS, ['gone-rows']],
  ['memory that moves', ASLEEP_CLEAN.replace('sum+9', '1545 then 9545'), ['moving']],
] as const)('inconclusive, exit code 2: %s', async (_name, text, reasons) => {
  const { target } = await on(text);
  const report = await gateJson([...target, '--max-residual-gib', '2']);
  expect([report.verdict, report.exitCode, report.reasons]).toEqual(['inconclusive', 2, reasons]);
});

it('--fail-open makes 2 a 0, leaves the verdict, and touches nothing else', async () => {
  const { target } = await on(EMPTY_NODE);
  expect(await gateJson([...target, '--fail-open'])).toMatchObject({
    verdict: 'inconclusive',
    failOpen: true,
    exitCode: 0,
  });
  await on(TWO_ENGINES_ONE_LEAKS);
  expect(await gateJson([...target, '--fail-open'])).toMatchObject({ verdict: 'fail', exitCode: 1 });
  expect(await gateJson(['no-such-alias.invalid', ...target.slice(1), '--fail-open'])).toMatchObject({ exitCode: 3 });
});

it('selectors: judged alone, exempt, not there', async () => {
  const { node, target } = await on(TWO_ENGINES_ONE_LEAKS);
  const verdicts = async (...args: string[]): Promise<unknown> => {
    const { verdict, reasons, engines } = await gateJson([...target, ...args]);
    return [verdict, reasons, engines.map((engine) => [engine.rootPid, engine.exempt])];
  };
  const good = node.pid('good');
  const leaky = node.pid('leaky');
  expect(await verdicts('--engine', 'port:30000')).toEqual(['pass', [], [[good, false]]]);
  expect(await verdicts('--engine', `pid:${node.pid('leaky-tp0')}`)).toEqual(['fail', [], [[leaky, false]]]);
  expect(await verdicts('--engine', 'kind:vllm')).toEqual(['inconclusive', ['engine-not-found'], []]);
  expect(await verdicts('--engine', 'title:0.5B', '--engine', 'title:7B')).toMatchObject(['fail', [], { length: 2 }]);
  expect(await verdicts('--expect-awake', 'port:30001')).toEqual([
    'pass',
    [],
    [
      [good, false],
      [leaky, true],
    ],
  ]);
  expect(await verdicts('--expect-awake', 'kind:sglang')).toMatchObject([
    'inconclusive',
    ['nothing-judged'],
    { length: 2 },
  ]);
  const typo = await gateJson([...target, '--expect-awake', 'port:30002']);
  expect(typo).toMatchObject({ verdict: 'fail', problems: [{ code: 'selector-unmatched', where: 'port:30002' }] });
});

it('--policy whole-gpu, with and without --bus', async () => {
  const { target } = await on(MILES_SPAWN_STUB);
  expect(await gateJson([...target, '--policy', 'whole-gpu'])).toMatchObject({
    verdict: 'fail',
    policy: { kind: 'whole-gpu', limitBytes: 7 * 1024 * MIB, origin: 'default' },
    engines: [{ worstBus: '00000000:3B:00.0', residualBytes: 40661 * MIB, perBus: { length: 2 } }],
  });
  const args = [...target, '--policy', 'whole-gpu', '--bus', '0000:41:00.0', '--max-residual-gib', '40'];
  expect(await gateJson(args)).toMatchObject({
    verdict: 'pass',
    engines: [{ worstBus: '00000000:41:00.0', residualBytes: 40615 * MIB, perBus: { length: 1 } }],
  });
});

const WITH_LIMIT = ASLEEP_CLEAN.replace('--port 30000"', '--port 30000" env "MILES_MAX_RESIDUAL_GPU_MEM_GB=1"');

it('the limit: default, this machine, flag, the run', async () => {
  const { target, node } = await on(WITH_LIMIT);
  const policy = async (args: string[], env = {}): Promise<unknown> => {
    const { verdict, policy: used } = await gateJson([...target, ...args], { env });
    return [verdict, used];
  };
  const of = (gib: number, origin: string): unknown => ({ kind: 'engine-tree', limitBytes: gib * 1024 * MIB, origin });
  const here = { MILES_MAX_RESIDUAL_GPU_MEM_GB: '2' };
  expect(await policy([])).toEqual(['pass', of(3, 'default')]);
  expect(await policy([], here)).toEqual(['pass', of(2, 'environment')]);
  expect(await policy(['--max-residual-gib', '1.25'], here)).toEqual(['fail', of(1.25, 'flag')]);
  expect(await policy(['--limit-from-run'], here)).toEqual(['fail', of(1, 'run')]);
  // Without asking, the run's limit is shown and not used.
  const shown = await gateJson(target);
  expect(shown.engines[0]?.runLimitBytes).toBe(1024 * MIB);
  expect(shown.problems).toEqual([
    {
      code: 'limit-from-run',
      where: `pid ${node.pid('server')}`,
      text: "the run's own MILES_MAX_RESIDUAL_GPU_MEM_GB is 1 GiB; --limit-from-run judges by it",
    },
  ]);
});

it('--limit-from-run refuses a run without a limit, and one with a bad limit, by name', async () => {
  const { target } = await on(ASLEEP_CLEAN);
  const error = async (): Promise<unknown> => (await gateJson([...target, '--limit-from-run'])).error;
  expect(await error()).toMatchObject({
    code: 'usage',
    text: expect.stringMatching(/the environment of pid \d+ has no MILES_MAX_RESIDUAL_GPU_MEM_GB/) as unknown,
  });
  await on(WITH_LIMIT.replace('GB=1', 'GB=nan'));
  expect(await error()).toMatchObject({
    text: expect.stringMatching(/GB of pid \d+ must be a number of GiB, got "nan"/) as unknown,
  });
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

it('leaves nothing behind on the node', async () => {
  const { node, sshd, target } = await on(ASLEEP_CLEAN);
  await command(['gate', ...target]);
  const until = performance.now() + 2000;
  while ((await sshd.commandPids()).length > 0 && performance.now() < until) await new Promise(setImmediate);
  expect(await sshd.commandPids()).toEqual([]);
  expect(node.runningSmiCalls()).toEqual([]);
});
