// What a sample costs the node: the probe's CPU and wall time, against the two bare nvidia-smi calls that it makes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probePatterns } from '../shared/engines/patterns.ts';
import { sampleLine } from '../shared/probe/request.ts';
import { probeScript } from '../shared/probe/script.ts';
import { WireReader } from '../shared/probe/wire.ts';
import { startNode, type FakeNode } from '../test/kit/fake-node.ts';
import { eightGpuNode } from './eight-gpu-node.ts';
import type { Progress } from './progress.ts';
import { openShell, type ShellSession } from './shell-session.ts';
import { ratiosOf, spreadOf, type Spread } from './spread.ts';
import { environmentOf, TOOL_SETS, type ToolSet } from './tool-set.ts';

export interface ProbeCost {
  readonly tools: string;
  /** What the probe itself counted in its process table. */
  readonly processes: number;
  /** `files`: a folder in the shape of /proc. `kernel`: the real one. */
  readonly table: 'files' | 'kernel';
  readonly samples: number;
  readonly wallRatio: Spread;
  readonly cpuRatio: Spread;
  /** What the probe adds to the two calls, a sample. */
  readonly addedWallMs: Spread;
  readonly addedCpuMs: Spread;
  readonly bareCpuMs: Spread;
}

/** CPU time is told in steps of 10 ms, so it is read over so many samples at once. */
const BATCH = 8;
/** One of those that take longer is a batch. */
const SLOW_MS = 500;
const BATCHES = 5;
/** Then no further batch begins, so that the whole stays within minutes. */
const LIMIT_MS = 8_000;
/** Processes of the scenario itself: 59, init and a kernel thread. */
const OWN_PROCESSES = 61;
const FIRST_EXTRA_PID = 100_000;

const CROWD = 'i=0; while [ $i -lt 1900 ]; do sleep 600 & i=$((i + 1)); done; echo; read -r end; kill -KILL 0';

const DEVICES = '--query-gpu=pci.bus_id,uuid,name,memory.total,memory.reserved,memory.used,memory.free';
const USAGE = '--query-compute-apps=gpu_bus_id,pid,used_memory';
const FORMAT = '--format=csv,noheader,nounits';

export async function measureProbe({ say, signal }: Progress): Promise<ProbeCost[]> {
  const costs: ProbeCost[] = [];
  for (const processes of [100, 2000]) {
    const node = await startNode(eightGpuNode(), {
      processes: 'foreign',
      extra: processes - OWN_PROCESSES,
      namespace: 'host',
      cleanup: 'manual',
    });
    try {
      await makeOrdinary(node);
      for (const tools of TOOL_SETS) {
        say(`probe: ${tools.name}, ${processes} processes`);
        costs.push(await measureOne(tools, node.env, 'files', signal));
      }
    } finally {
      await node.stop();
    }
  }
  return [...costs, ...(await measureRealTable({ say, signal }))];
}

/** The kit makes its crowd kernel threads, whose command lines the probe need not read. Here they shall be read. */
async function makeOrdinary(node: FakeNode): Promise<void> {
  const pids = readdirSync(node.tree.root).map(Number);
  for (const pid of pids) if (pid > FIRST_EXTRA_PID) await node.tree.setParent(pid, 1);
}

/** The kernel's own /proc with as many idle processes, to see what the tree of files leaves out. */
async function measureRealTable({ say, signal }: Progress): Promise<ProbeCost[]> {
  const node = await startNode(eightGpuNode(), { cleanup: 'manual' });
  // A session of its own, which ends itself when its input ends: at our end, whatever ends us.
  const crowd = spawn('dash', ['-c', CROWD], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => crowd.once('close', resolve));
  try {
    await new Promise((resolve) => crowd.stdout.once('data', resolve));
    const costs: ProbeCost[] = [];
    for (const tools of TOOL_SETS) {
      say(`probe: ${tools.name}, 2,000 real processes`);
      costs.push(await measureOne(tools, node.env, 'kernel', signal));
    }
    return costs;
  } finally {
    crowd.stdin.end();
    await ended;
    await node.stop();
  }
}

async function measureOne(
  tools: ToolSet,
  nodeEnv: Readonly<Record<string, string>>,
  table: ProbeCost['table'],
  signal: AbortSignal,
): Promise<ProbeCost> {
  const folder = mkdtempSync(join(tmpdir(), 'residuum-bench-'));
  const env = environmentOf(tools, folder, nodeEnv);
  const probe = await openProbe(env);
  const bare = await openBare(env);
  try {
    const rounds: Round[] = [];
    await bare.batch(1);
    const { wallMs } = await probe.batch(1);
    const size = wallMs > SLOW_MS ? 1 : BATCH;
    const begin = performance.now();
    for (let at = 0; at < BATCHES && (at < 2 || performance.now() - begin < LIMIT_MS); at += 1) {
      signal.throwIfAborted();
      // Taking turns in who goes first, so that a machine that slows down treats both alike.
      const early = at % 2 === 0 ? undefined : await bare.batch(BATCH);
      const ours = await probe.batch(size);
      rounds.push({ probe: ours, bare: early ?? (await bare.batch(BATCH)) });
    }
    return {
      tools: tools.name,
      processes: probe.listed(),
      table,
      samples: size * rounds.length,
      wallRatio: ratiosOf(...columns(rounds, 'wallMs')),
      cpuRatio: ratiosOf(...columns(rounds, 'cpuMs')),
      addedWallMs: spreadOf(rounds.map((each) => each.probe.wallMs - each.bare.wallMs)),
      addedCpuMs: spreadOf(rounds.map((each) => each.probe.cpuMs - each.bare.cpuMs)),
      bareCpuMs: spreadOf(rounds.map((each) => each.bare.cpuMs)),
    };
  } finally {
    await probe.end();
    await bare.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Means over one batch, for one sample. */
interface Mean {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Round {
  readonly probe: Mean;
  readonly bare: Mean;
}

interface Measured {
  batch(count: number): Promise<Mean>;
  end(): Promise<void>;
}

function columns(rounds: readonly Round[], key: keyof Mean): [number[], number[]] {
  return [rounds.map((each) => each.probe[key]), rounds.map((each) => each.bare[key])];
}

async function openProbe(env: Readonly<Record<string, string>>): Promise<Measured & { listed(): number }> {
  const token = 'be'.repeat(16);
  const reader = new WireReader(token);
  const seen = { listed: Number.NaN };
  const session = await openShell({
    args: ['-s', token],
    env,
    script: probeScript(),
    isAnswer: (chunk) =>
      reader.push(chunk).some((event) => {
        if (event.kind === 'hello') return true;
        if (event.kind === 'cut' || event.kind === 'busy') throw new Error(`the probe answered ${event.kind}`);
        if (event.kind !== 'frame') return false;
        const scan = event.frame.lines.at(-1)?.split('\t') ?? [];
        if (scan[0] === 'scan') seen.listed = Number(scan[1]);
        return true;
      }),
  });
  const patterns = probePatterns();
  const requests = { count: 0 };
  const request = (): string => {
    requests.count += 1;
    return sampleLine({ id: `bench${requests.count}`, full: false, roots: [], patterns, want: [] });
  };
  return { batch: batchOf(session, request), end: () => session.end(), listed: () => seen.listed };
}

/** The same two calls by the same shell, and nothing else. */
async function openBare(env: Readonly<Record<string, string>>): Promise<Measured> {
  const script = 'echo; while read -r line; do two_calls </dev/null >/dev/null; echo; done\n';
  const calls = `two_calls() { nvidia-smi ${DEVICES} ${FORMAT}; nvidia-smi ${USAGE} ${FORMAT}; }\n`;
  const session = await openShell({ args: ['-c', calls + script], env, script: '', isAnswer: () => true });
  return { batch: batchOf(session, () => 'go\n'), end: () => session.end() };
}

function batchOf(session: ShellSession, request: () => string): (count: number) => Promise<Mean> {
  return async (count) => {
    const before = session.cpuMs();
    let wallMs = 0;
    for (let at = 0; at < count; at += 1) wallMs += await session.ask(request());
    return { wallMs: wallMs / count, cpuMs: (session.cpuMs() - before) / count };
  };
}
