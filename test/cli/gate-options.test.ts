// What a gate can be asked: who is judged, by which limit, on which cards. Each through the command line.
import { expect, it } from 'vitest';
import type { GateReport } from '../../shared/evidence/gate/gate-schema.ts';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import {
  ASLEEP_CLEAN,
  DP_CONTROLLER,
  EMPTY_NODE,
  FOREIGN_CONTEXT,
  MILES_SPAWN_STUB,
  TWO_ENGINES_ONE_LEAKS,
  VERL_HTTP_ACTOR,
  VLLM_SERVE_TP2,
} from '../kit/scenarios.ts';
import { gateJson } from './command.ts';

const MIB = 1024 * 1024;

async function on(text: string): Promise<{
  readonly node: FakeNode;
  readonly gate: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<GateReport>;
}> {
  const node = await startNode(text, { processes: 'foreign' });
  return { node, gate: (args, env = {}) => gateJson(['local', ...args], { env: { ...node.env, ...env } }) };
}

it.each([
  ['MILES and slime', MILES_SPAWN_STUB, 'stub', 1740],
  ['verl', VERL_HTTP_ACTOR, 'server', 1740],
  ['a data-parallel controller', DP_CONTROLLER, 'server', 1740],
  ['vllm serve', VLLM_SERVE_TP2, 'server', 2048],
  ['a foreign context', FOREIGN_CONTEXT, 'server', 2256],
] as const)('%s: the root, and the largest sum of a bus', async (_name, text, root, size) => {
  const { node, gate } = await on(text);
  const { exitCode, engines } = await gate([]);
  expect(exitCode).toBe(0);
  expect(engines.map((engine) => [engine.rootPid, engine.residualBytes])).toEqual([[node.pid(root), size * MIB]]);
});

it('--fail-open makes 2 a 0, leaves the verdict, and touches neither 1 nor 3', async () => {
  const empty = await on(EMPTY_NODE);
  expect(await empty.gate(['--fail-open'])).toMatchObject({ verdict: 'inconclusive', failOpen: true, exitCode: 0 });
  const leaks = await on(TWO_ENGINES_ONE_LEAKS);
  expect(await leaks.gate(['--fail-open'])).toMatchObject({ verdict: 'fail', failOpen: true, exitCode: 1 });
  expect(await leaks.gate(['--fail-open', '--max-residual-gib', 'nan'])).toMatchObject({ verdict: null, exitCode: 3 });
});

it('selectors: judged alone, exempt, not there', async () => {
  const { node, gate } = await on(TWO_ENGINES_ONE_LEAKS);
  const verdicts = async (...args: string[]): Promise<unknown> => {
    const { verdict, reasons, engines } = await gate(args);
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
  const typo = await gate(['--expect-awake', 'port:30002']);
  expect(typo).toMatchObject({ verdict: 'fail', problems: [{ code: 'selector-unmatched', where: 'port:30002' }] });
});

it('--policy whole-gpu, with and without --bus', async () => {
  const { gate } = await on(MILES_SPAWN_STUB);
  expect(await gate(['--policy', 'whole-gpu'])).toMatchObject({
    verdict: 'fail',
    policy: { kind: 'whole-gpu', limitBytes: 7 * 1024 * MIB, origin: 'default' },
    engines: [{ worstBus: '00000000:3B:00.0', residualBytes: 40661 * MIB, perBus: { length: 2 } }],
  });
  const args = ['--policy', 'whole-gpu', '--bus', '0000:41:00.0', '--max-residual-gib', '40'];
  expect(await gate(args)).toMatchObject({
    verdict: 'pass',
    engines: [{ worstBus: '00000000:41:00.0', residualBytes: 40615 * MIB, perBus: { length: 1 } }],
  });
});

const WITH_LIMIT = ASLEEP_CLEAN.replace('--port 30000"', '--port 30000" env "MILES_MAX_RESIDUAL_GPU_MEM_GB=1"');

it('the limit: default, this machine, flag, the run', async () => {
  const { node, gate } = await on(WITH_LIMIT);
  const policy = async (args: string[], env = {}): Promise<unknown> => {
    const { verdict, policy: used } = await gate(args, env);
    return [verdict, used];
  };
  const of = (gib: number, origin: string): unknown => ({ kind: 'engine-tree', limitBytes: gib * 1024 * MIB, origin });
  const here = { MILES_MAX_RESIDUAL_GPU_MEM_GB: '2' };
  expect(await policy([])).toEqual(['pass', of(3, 'default')]);
  expect(await policy([], here)).toEqual(['pass', of(2, 'environment')]);
  expect(await policy(['--max-residual-gib', '1.25'], here)).toEqual(['fail', of(1.25, 'flag')]);
  expect(await policy(['--limit-from-run'], here)).toEqual(['fail', of(1, 'run')]);
  // Without asking, the run's limit is shown and not used.
  const shown = await gate([]);
  expect(shown.engines[0]?.runLimitBytes).toBe(1024 * MIB);
  expect(shown.problems).toEqual([
    {
      code: 'limit-from-run',
      where: `pid ${node.pid('server')}`,
      text: "the run's own MILES_MAX_RESIDUAL_GPU_MEM_GB is 1 GiB; --limit-from-run judges by it",
    },
  ]);
});

it.each([
  ['no limit', ASLEEP_CLEAN, /^--limit-from-run: the environment of pid \d+ has no MILES_MAX_RESIDUAL_GPU_MEM_GB/],
  ['a bad limit', WITH_LIMIT.replace('GB=1', 'GB=nan'), /GB of pid \d+ must be a number of GiB, got "nan"/],
] as const)('--limit-from-run refuses a run with %s, by name', async (_what, text, sentence) => {
  const { gate } = await on(text);
  const { error, exitCode } = await gate(['--limit-from-run']);
  expect([error?.code, exitCode]).toEqual(['usage', 3]);
  expect(error?.text).toMatch(sentence);
});

it('--limit-from-run refuses two engines with different limits, and takes the one that is chosen', async () => {
  const text = TWO_ENGINES_ONE_LEAKS.replace(
    'port 30000"',
    'port 30000" env "MILES_MAX_RESIDUAL_GPU_MEM_GB=1"',
  ).replace('port 30001"', 'port 30001" env "MILES_MAX_RESIDUAL_GPU_MEM_GB=2"');
  const { gate } = await on(text);
  expect((await gate(['--limit-from-run'])).error?.text).toContain('different limits; choose one with --engine');
  const chosen = await gate(['--limit-from-run', '--engine', 'port:30001']);
  expect(chosen.policy).toEqual({ kind: 'engine-tree', limitBytes: 2048 * MIB, origin: 'run' });
});

it('a limit of the run that is no number is a finding where nobody asked for it', async () => {
  const { gate } = await on(WITH_LIMIT.replace('GB=1', 'GB=nan'));
  const report = await gate([]);
  expect(report).toMatchObject({ verdict: 'pass', problems: [{ code: 'limit-ignored' }] });
});
