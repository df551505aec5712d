// Text for people: widths, colour only on a terminal, watch on a terminal and off it.
import { expect, it } from 'vitest';
import { startNode } from '../kit/fake-node.ts';
import { ASLEEP_CLEAN, EMPTY_NODE, GONE_ROWS, MILES_SPAWN_STUB, TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { command, oneGate, type CommandOptions } from './command.ts';

const ESC = '\u001B';
const EIGHT_GPUS = ['1A', '3B', '5E', '86', 'AF', 'D8', 'E1', 'F0']
  .map((bus) => `gpu ${bus}:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9`)
  .join('\n').concat(`
orphan lost "sglang::scheduler_TP3" on F0:00.0 30720
process server "python -m sglang.launch_server --model-path ${'long/'.repeat(60)} --port 30000"
  process tp0 "sglang::scheduler_DP0_TP0_PP0_EP0" nspid "4021" on 1A:00.0 1740
process train0 "ray::MegatronTrainRayActor.train" on 1A:00.0 38912
process other "python job.py" on 3B:00.0 500
gone 4242 on 3B:00.0 20480`);

const on = async (text: string, args: readonly string[], options: CommandOptions = {}): ReturnType<typeof command> => {
  const node = await startNode(text, { processes: 'foreign' });
  return await command(args, { ...options, env: { ...node.env, ...options.env } });
};

it.each([80, 100, 120, 200])('no line is wider than %i columns, for gate, watch and probe', async (width) => {
  for (const args of [
    ['gate', 'local'],
    ['watch', 'local', '--once'],
    ['probe', 'local'],
  ]) {
    const { out } = await on(EIGHT_GPUS, args, { width });
    expect(out.split('\n').filter((line) => line.length > width)).toEqual([]);
  }
});

it('is a table that a researcher can read at 80 columns', async () => {
  const { out } = await on(MILES_SPAWN_STUB, ['gate', 'local'], { width: 80 });
  const [, ...text] = out
    .replace(/^.*sampled .*$/m, '')
    .replace(/^Notes\n(?: .*\n)+\n?/m, '')
    .split('\n');
  expect(text.join('\n')).toBe(`Gate engine-tree: at most 3,072 MiB (3.00 GiB) on any GPU, the default.

PASS  sglang pid 4022  python -c from multiprocessing.spawn import spawn_main; …
  It holds 1,740 MiB (1.70 GiB) on GPU 00000000:3B:00.0; the limit is 3,072 MiB.
  State: unknown.
  No accounting: no address of this engine was found; give its host and port
  (--endpoint pid:4022=HOST:PORT).
  The run's own gate reads 1,740 MiB (1.70 GiB) and would pass.
  GPU                 MiB  pid   role           title
  00000000:3B:00.0  1,740  4029  scheduler TP0  sglang::scheduler_TP0
  00000000:41:00.0  1,700  4036  scheduler TP1  sglang::scheduler_TP1

GPU (MiB)    used  engines  trainers  no process  reserved    free   total
3B:00.0    40,661    1,740    38,912           9       479  40,419  81,559
41:00.0    40,615    1,700    38,904          11       479  40,465  81,559
2 × NVIDIA H100 80GB HBM3

PASS: the engine is within the limit; exit code 0.
`);
});

it('says that the processes are not those of /proc, for gate and probe, with the folder and the variable', async () => {
  for (const name of ['gate', 'probe']) {
    const { out } = await on(MILES_SPAWN_STUB, [name, 'local'], { width: 200 });
    expect(out).toMatch(
      /Notes\n +node: the processes were read from \S+\/proc and not from \/proc, because RESIDUUM_PROC_ROOT is/,
    );
  }
});

it('shows who is exempt with the verdict that it would have', async () => {
  const { out } = await on(TWO_ENGINES_ONE_LEAKS, ['gate', 'local', '--expect-awake', 'port:30001']);
  expect(out).toContain('EXEMPT, would be fail  sglang :30001, pid 4022');
  expect(out).toContain('PASS: the engine is within the limit, 1 exempt; exit code 0.');
});

it('says how the seed differs and why, what to do, and that the exit code was opened', async () => {
  const { out, code } = await on(GONE_ROWS, ['gate', 'local', '--fail-open']);
  expect(code).toBe(0);
  expect(out).toContain(
    "The run's own gate reads 1,536 MiB (1.50 GiB) and would pass: it looks at living processes alone.",
  );
  expect(out).toContain(
    'could not be judged; exit code 0, because of --fail-open.\n  Next: Find who keeps the memory of gone pids',
  );
});

it.each([
  ['default', [], {}, 'the default.'],
  ['flag', ['--max-residual-gib', '2'], {}, 'at most 2,048 MiB (2.00 GiB) on any GPU, from --max-residual-gib.'],
  ['environment', [], { MILES_MAX_RESIDUAL_GPU_MEM_GB: '2' }, 'from MILES_MAX_RESIDUAL_GPU_MEM_GB of this machine.'],
] as const)('says where the limit comes from: %s', async (_origin, args, env, sentence) => {
  const { out } = await on(ASLEEP_CLEAN, ['gate', 'local', ...args], { env });
  expect(out).toContain(sentence);
});

it('has colour on a terminal, and none off it, with NO_COLOR, or in JSON', async () => {
  const gate = ['gate', 'local'];
  expect((await on(ASLEEP_CLEAN, gate, { isTerminal: true })).out).toContain(`${ESC}[32mPASS`);
  expect((await on(ASLEEP_CLEAN, gate)).out).not.toContain(ESC);
  expect((await on(ASLEEP_CLEAN, gate, { isTerminal: true, env: { NO_COLOR: '1' } })).out).not.toContain(ESC);
  expect((await on(ASLEEP_CLEAN, [...gate, '--json'], { isTerminal: true })).out).not.toContain(ESC);
  expect((await on(ASLEEP_CLEAN, ['probe', 'local'], { isTerminal: true })).out).toContain(ESC);
});

it('the demo says that it is one, everywhere', async () => {
  for (const args of [
    ['gate', 'demo'],
    ['probe', 'demo'],
    ['watch', 'demo', '--once'],
  ]) {
    const text = await command(args, { width: 80 });
    expect(text.out).toContain('DEMO DATA: nothing here was measured.');
    const json = await command([...args, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ problems: [{ code: 'demo' }, ...([] as unknown[])] });
  }
});

/** Stops the watch after so many samples, as a user would. */
const after = (samples: number): CommandOptions => {
  const stop = new AbortController();
  const seen = { count: 0 };
  return {
    signal: stop.signal,
    pause: () => {
      seen.count += 1;
      if (seen.count === samples) stop.abort();
      return Promise.resolve();
    },
  };
};

it('watch --once prints one table and ends with 0, whatever the verdict', async () => {
  for (const text of [ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS, EMPTY_NODE]) {
    const { code, out } = await on(text, ['watch', 'local', '--once']);
    expect(code).toBe(0);
    expect(out.match(/^(?:PASS|FAIL|INCONCLUSIVE)\b.*[.]$/gm)).toHaveLength(1);
    expect(out).not.toContain('exit code');
  }
});

it('watch --json prints one gate object a line', async () => {
  const { code, out } = await on(TWO_ENGINES_ONE_LEAKS, ['watch', 'local', '--json'], after(3));
  expect(code).toBe(0);
  const reports = out
    .trimEnd()
    .split('\n')
    .map((line) => oneGate(`${line}\n`));
  expect(reports.map((report) => [report.verdict, report.exitCode])).toEqual([
    ['fail', 1],
    ['fail', 1],
    ['fail', 1],
  ]);
  const clocks = reports.map((report) => Number(report.sample?.monotonicMs));
  expect(clocks.toSorted((left, right) => left - right)).toEqual(clocks);
});

it('watch remembers: what a scheduler held stays with its engine when it ends', async () => {
  const text = ASLEEP_CLEAN.concat('  process tp1 "sglang::scheduler_TP1" on 3B:00.0 512\n');
  const node = await startNode(text, { processes: 'foreign' });
  const watched = after(2);
  const { out } = await command(['watch', 'local', '--json'], {
    ...watched,
    env: node.env,
    pause: async (sofar) => {
      await node.kill('tp1');
      await watched.pause?.(sofar);
    },
  });
  const [first, second] = out
    .trimEnd()
    .split('\n')
    .map((line) => oneGate(`${line}\n`));
  expect(first?.engines[0]?.residualBytes).toBe(2048 * 1024 * 1024);
  expect(second?.engines[0]?.residualBytes).toBe(2048 * 1024 * 1024);
  expect(second?.engines[0]?.processes.at(-1)).toMatchObject({ pid: node.pid('tp1'), alive: 'gone', startTicks: null });
});

it('watch shows what came to the host since the engine was awake, and takes its sleep for no waking', async () => {
  const engine = (mib: number, rss: number): string => `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000" rss 1000
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib} rss ${rss}
`;
  const node = await startNode(engine(64_210, 2000), { processes: 'foreign' });
  const watched = after(3);
  const later = [engine(1741, 16_000), engine(1741, 16_000)];
  const { out } = await command(['watch', 'local', '--no-accounting', '--expect-awake', 'port:30000'], {
    ...watched,
    env: node.env,
    pause: async (sofar) => {
      await node.set(later.shift() ?? engine(1741, 16_000));
      await watched.pause?.(sofar);
    },
  });
  const text = out.replaceAll(/\s+/g, ' ');
  // After two samples asleep the level is still the one of the first.
  expect(text.match(/inferred alone: 1,741 MiB resident is 2\.7 % of the 64,210 MiB when last awake/g)).toHaveLength(2);
  expect(text.match(/Host memory of its processes changed by 14,000 MiB since it was awake/g)).toHaveLength(2);
  expect(text).toContain('moved to host?');
});

it('watch redraws on a terminal, and goes on line by line off it', async () => {
  const redrawn = await on(ASLEEP_CLEAN, ['watch', 'local'], { ...after(2), isTerminal: true });
  expect(redrawn.out.split(`${ESC}[H`)).toHaveLength(3);
  const plain = await on(ASLEEP_CLEAN, ['watch', 'local'], after(2));
  expect(plain.out).not.toContain(ESC);
  expect(plain.out.match(/^PASS: /gm)).toHaveLength(2);
});
