// `residuum gate --cycle`: waits for a release, judges what stays when it holds still, and says when it cannot.
import { expect, it } from 'vitest';
import { startNode } from '../kit/fake-node.ts';
import { startSshd } from '../kit/sshd.ts';
import { command, oneGate, type CommandOptions } from './command.ts';

const MIB = 1024 * 1024;

function nodeWith(size: number): string {
  return `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${size}
`;
}

const soon = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

/** Time passes really: how long a size must hold still is what this is about. */
const TIMEOUT = { timeout: 240_000 };

it('passes over ssh with the settle time and the curve, and shows each phase', TIMEOUT, async () => {
  const sizes = [20_000, 20_000, 9_000, 1_536];
  const node = await startNode(nodeWith(sizes.shift() ?? 0), { processes: 'foreign' });
  const sshd = await startSshd({ env: node.env });
  const options: CommandOptions = {
    pause: async () => {
      const next = sizes.shift();
      if (next !== undefined) await node.set(nodeWith(next));
      await soon(150);
    },
  };
  const target = [sshd.alias, '--ssh-config', sshd.sshConfigFile, '--no-accounting'];
  const ran = await command(['gate', ...target, '--cycle', '--interval', '5', '--json'], options);
  const report = oneGate(ran.out);
  expect(report).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] });
  const [engine] = report.engines;
  expect(engine).toMatchObject({ verdict: 'pass', residualBytes: 1_536 * MIB, cycle: { baselineBytes: 20_000 * MIB } });
  const looks = engine?.cycle?.looks ?? [];
  expect([...new Set(looks.map(({ bytes }) => Number(bytes) / MIB))]).toEqual([20_000, 9_000, 1_536]);
  expect(looks[0]?.atMs).toBe(0);
  expect(engine?.cycle?.settleTimeMs).toBeGreaterThan(0);
  // 3 s of stillness are no part of it.
  const lastMs = looks.at(-1)?.atMs ?? 0;
  expect(engine?.cycle?.settleTimeMs).toBeLessThan(lastMs - 2_900);
  const phases = ran.err.split('\n').flatMap((line) => /: (armed|releasing|settling|done)/.exec(line)?.[1] ?? []);
  // A node that is looked at twice before its next size was seen to settle there, too.
  expect([...new Set(phases)]).toEqual(['armed', 'releasing', 'settling', 'done']);
  expect(phases.at(-1)).toBe('done');
});

it('fails where one rank keeps everything while the other lets go', TIMEOUT, async () => {
  const two = (size: number): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --model-path m --tp 2 --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 20000
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${size}
`;
  const node = await startNode(two(20_000), { processes: 'foreign' });
  let isReleased = false;
  const options: CommandOptions = {
    env: node.env,
    pause: async () => {
      if (!isReleased) await node.set(two(1_536));
      isReleased = true;
      await soon(150);
    },
  };
  const args = ['gate', 'local', '--cycle', '--interval', '5', '--no-accounting', '--json'];
  const report = oneGate((await command(args, options)).out);
  expect(report).toMatchObject({ verdict: 'fail', exitCode: 1 });
  expect(report.engines).toMatchObject([{ residualBytes: 20_000 * MIB, worstBus: '00000000:3B:00.0' }]);
});

it('is inconclusive when nothing changed, with its own words, and never a pass', TIMEOUT, async () => {
  const node = await startNode(nodeWith(1_536), { processes: 'foreign' });
  const flat = ['gate', 'local', '--cycle', '--interval', '5', '--timeout', '0.8', '--no-accounting'];
  const options: CommandOptions = { env: node.env, pause: async () => await soon(150) };
  const report = oneGate((await command([...flat, '--json'], options)).out);
  expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 2, reasons: ['no-baseline'] });
  const text = await command(flat, options);
  expect(text.code).toBe(2);
  expect(text.out).toContain('It did not settle within 0.8 s; the level at the first look was 1,536 MiB.');
});

it('is inconclusive when the engine ends while it is waited for', TIMEOUT, async () => {
  const node = await startNode(nodeWith(20_000), { processes: 'foreign' });
  const ends = { isEnded: false };
  const options: CommandOptions = {
    env: node.env,
    pause: async () => {
      if (!ends.isEnded) await node.set(nodeWith(20_000).split('\n').slice(0, 3).join('\n'));
      ends.isEnded = true;
      await soon(150);
    },
  };
  const args = ['gate', 'local', '--cycle', '--interval', '5', '--timeout', '1', '--no-accounting', '--json'];
  const report = oneGate((await command(args, options)).out);
  expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 2 });
  expect(report.reasons).toContain('engine-not-found');
});

it('exempts nobody for saying that it is awake, as the gate begins before the release', TIMEOUT, async () => {
  const args = ['gate', 'demo:vllm', '--cycle', '--interval', '5', '--timeout', '0.6', '--json'];
  const report = oneGate((await command(args, { pause: async () => await soon(100) })).out);
  expect(report.engines.map(({ exempt, verdict, reasons }) => [exempt, verdict, reasons])).toEqual([
    [false, 'inconclusive', ['no-baseline']],
    [false, 'inconclusive', ['no-baseline']],
  ]);
});

it('keeps what is in doubt of the node, such as a selector that names nobody', TIMEOUT, async () => {
  const args = ['gate', 'demo:leak', '--cycle', '--engine', 'port:1', '--json'];
  expect(oneGate((await command(args)).out)).toMatchObject({ verdict: 'inconclusive', reasons: ['engine-not-found'] });
});

it.each([
  [['--timeout', '5'], '--timeout and --interval belong to --cycle'],
  [['--cycle', '--interval', '6'], '--interval must be at most 5 with --cycle'],
  [['--cycle', '--timeout', 'soon'], '--timeout must be a number of seconds'],
])('refuses %j', async (options, why) => {
  const { code, err } = await command(['gate', 'demo', ...options]);
  expect([code, err]).toEqual([3, expect.stringContaining(why)]);
});

it('ends with 3 when it is stopped, and judges nothing', TIMEOUT, async () => {
  const stop = new AbortController();
  const { code, out } = await command(['gate', 'demo', '--cycle', '--json'], {
    signal: stop.signal,
    pause: async () => stop.abort(),
  });
  expect(code).toBe(3);
  expect(oneGate(out)).toMatchObject({ verdict: null, error: { code: 'cancelled' } });
});
