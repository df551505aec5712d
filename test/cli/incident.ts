// Plays an incident: a node as text and what its engines answer, moment by moment, watched through the command line.
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import type { PreparedAnswer } from '../kit/sockets.ts';
import { freePort } from '../kit/sshd-port.ts';
import type { GateReport } from '../../shared/evidence/gate/gate-schema.ts';
import { command, oneGate } from './command.ts';

const MIB = 1024 * 1024;

export type Answers = Readonly<Record<string, PreparedAnswer>>;

export interface Moment {
  /** `$LABEL` is the port of the engine with that label. */
  readonly node: string;
  /** What each engine answers from now on, by label. */
  readonly http: Readonly<Record<string, Answers>>;
}

/** One engine at one moment, in the words in which an expectation is written by hand. Sizes are MiB. */
export interface Told {
  readonly resident: number | null;
  readonly verdict: string;
  readonly state: string;
  /** The largest sum in GiB, or the reason why there is none. */
  readonly accounting: number | string | null;
  readonly gap: number | null;
  readonly hints: readonly string[];
}

export interface Played {
  readonly node: FakeNode;
  /** Of each moment, what was told of each engine. */
  readonly told: readonly Readonly<Record<string, Told>>[];
  readonly reports: readonly GateReport[];
}

/** Engines are the labels of the first moment's `http`. */
export async function play(moments: readonly Moment[]): Promise<Played> {
  const labels = Object.keys(moments[0]?.http ?? {});
  const ports = new Map<string, number>();
  for (const label of labels) ports.set(label, await freePort());
  const textOf = ({ node }: Moment): string =>
    node.replaceAll(/\$([a-z0-9]+)/g, (_all, label: string) => String(ports.get(label)));
  const [first] = moments;
  if (first === undefined) throw new Error('an incident has at least one moment');
  const sockets = Object.fromEntries(
    labels.map((label) => [label, [{ port: ports.get(label) ?? 0, http: first.http[label] ?? {} }]]),
  );
  const node = await startNode(textOf(first), { sockets });
  const stop = new AbortController();
  const rest = moments.slice(1);
  const engines = labels.flatMap((label) => ['--engine', `pid:${node.pid(label)}`]);
  const { out } = await command(['watch', 'local', '--json', '--interval', '60', ...engines], {
    env: node.env,
    signal: stop.signal,
    pause: async () => {
      const next = rest.shift();
      if (next === undefined) return stop.abort();
      await node.set(textOf(next));
      for (const [label, answers] of Object.entries(next.http)) {
        for (const [path, answer] of Object.entries(answers)) await node.sockets(label)[0]?.answer(path, answer);
      }
    },
  });
  const reports = out
    .trimEnd()
    .split('\n')
    .map((line) => oneGate(`${line}\n`));
  return { node, reports, told: reports.map((report) => toldOf(report, labels, node)) };
}

function toldOf(report: GateReport, labels: readonly string[], node: FakeNode): Readonly<Record<string, Told>> {
  const told = labels.map((label): readonly [string, Told] => {
    const engine = report.engines.find(({ rootPid }) => rootPid === node.pid(label));
    if (engine === undefined) throw new Error(`${label} is not the root of an engine`);
    const { accounting, accountingReason, state, gapBytes, residualBytes } = engine;
    const sum = accounting?.maxSumBytes ?? null;
    return [
      label,
      {
        resident: residualBytes === null ? null : residualBytes / MIB,
        verdict: engine.exempt ? `exempt ${engine.verdict}` : engine.verdict,
        state: `${state.value} ${state.source}`,
        accounting: sum === null ? accountingReason : Number((sum / MIB / 1024).toFixed(2)),
        gap: gapBytes === null ? null : Math.round(gapBytes / MIB),
        hints: engine.hints.map(({ code }) => code),
      },
    ];
  });
  return Object.fromEntries(told);
}

/** The parts of one GPU, largest first: `trainer 25508`. The rest that nobody holds is left out. */
export function holdersOn(report: GateReport | undefined, bus: string): string[] {
  const device = report?.devices.find((each) => each.bus === `00000000:${bus}`);
  return (device?.ledger ?? [])
    .filter((entry) => entry.class !== 'unattributed')
    .toSorted((one, other) => Number(other.bytes) - Number(one.bytes))
    .map((entry) => `${entry.class} ${Number(entry.bytes) / MIB}`);
}

type SleepState = 'awake' | 'weights_offloaded' | 'discard_all';

/** What vLLM answers; `sleeping` is /is_sleeping, which only a server in development mode has. */
export function vllm(state: SleepState, sleeping?: boolean): Answers {
  const lines = (['awake', 'weights_offloaded', 'discard_all'] as const).map(
    (each) => `vllm:engine_sleep_state{engine="0",model_name="m",sleep_state="${each}"} ${each === state ? 1 : 0}.0\n`,
  );
  return {
    '/metrics': { contentType: 'text/plain', body: lines.join('') },
    ...(sleeping === undefined ? {} : { '/is_sleeping': { body: JSON.stringify({ is_sleeping: sleeping }) } }),
  };
}

/** What SGLang answers: GiB as it recorded them when it started, and settings. */
export function sglang(
  memory: { readonly weight: number; readonly kvcache: number; readonly graph: number },
  settings: Readonly<Record<string, unknown>> = {},
): Answers {
  const { weight, kvcache, graph } = memory;
  const loads = [{ dp_rank: 0, memory: { weight_gb: weight, kv_cache_gb: kvcache, graph_gb: graph } }];
  return {
    '/v1/loads?include=core,memory': { body: JSON.stringify({ version: '0.5.12', loads }) },
    '/server_info': {
      body: JSON.stringify({ version: '0.5.12', internal_states: [{ memory_usage: memory }], ...settings }),
    },
  };
}
