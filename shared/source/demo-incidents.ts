// The incidents of the demo recordings, with the figures that were reported. They are played; nothing of them was measured.
import { beginOf, played, type DemoIncident, type Stretch } from './demo-incident.ts';

const H100 = '"NVIDIA H100 80GB HBM3" total 81559 reserved 479';
const B200 = '"NVIDIA B200" total 183359 reserved 1077';

const SGLANG = 'python -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct';
const RAYLET = 'process raylet "/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5" rss 210';

/** An SGLang with two ranks, and a Megatron trainer with two actors under Ray on the same GPUs. */
function sglangAndTrainer(host: string, options: string, engine: [number, number], trainer: [number, number]): string {
  return `
node ${host} driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9
gpu 41:00.0 ${H100} used sum+11

process engine "${SGLANG} --tp 2 --port 30000${options}" rss 1450 listen 30000
  http sglang weight 7.14 kvcache 53.21 graph 0.66 tokens 1992704
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${engine[0]} rss 5210
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${engine[1]} rss 5198
  process detok "sglang::detokenizer" rss 690

${RAYLET}
  process actor0 "ray::MegatronTrainRayActor.train" on 3B:00.0 ${trainer[0]} rss 12288
  process actor1 "ray::MegatronTrainRayActor.train" on 41:00.0 ${trainer[1]} rss 12290
`;
}

interface Sizes {
  /** Of each rank of the engine, MiB. */
  readonly engine: number;
  readonly trainer: number;
}

const AWAKE: Sizes = { engine: 64_210, trainer: 2_148 };
const SAVER = ' --enable-memory-saver';

function rounds(count: number, asleep: (round: number) => Stretch<Sizes>[]): Stretch<Sizes>[] {
  return Array.from({ length: count }, (_, round): Stretch<Sizes>[] => [[12, AWAKE], ...asleep(round)]).flat();
}

function pairOf(size: number, jitter: (size: number) => number): [number, number] {
  return [jitter(size), jitter(size) - 20];
}

const CLEAN = [
  ...rounds(6, () => [
    [1, { engine: 21_504, trainer: 2_148 }],
    [11, { engine: 1_741, trainer: 38_912 }],
  ]),
  [10, AWAKE],
] as const satisfies readonly Stretch<Sizes>[];

const cleanSleep: DemoIncident = {
  name: 'clean-sleep',
  story: [
    'An SGLang engine sleeps and wakes six times beside a Megatron trainer, and leaves 1.7 GiB on each GPU each time.',
    'This is what a good run looks like: within 3.0 GiB, settled in seconds, steady from cycle to cycle.',
  ],
  intervalMs: 2_000,
  looks: played(CLEAN, ({ engine, trainer }, jitter) =>
    sglangAndTrainer('demo-clean', SAVER, pairOf(engine, jitter), pairOf(trainer, jitter)),
  ),
  marks: [0, 1, 2, 3, 4, 5].map((round) => ({
    look: beginOf(CLEAN, round * 3 + 1),
    text: `step ${round + 1}: release_memory_occupation`,
    source: 'log' as const,
  })),
  told: [],
};

const SAVER_OFF: readonly Stretch<Sizes>[] = [
  [30, AWAKE],
  [45, { engine: 64_210, trainer: 2_148 }],
  [15, { engine: 64_210, trainer: 12_288 }],
];

const saverOff: DemoIncident = {
  name: 'release-frees-nothing',
  story: [
    'The engine runs without --enable-memory-saver: release_memory_occupation answers 200 and frees nothing.',
    'At the mark all 64,210 MiB stay, and the trainer that wakes up next runs out of memory (as in sglang issue 4336).',
  ],
  intervalMs: 2_000,
  looks: played(SAVER_OFF, ({ engine, trainer }, jitter) =>
    sglangAndTrainer('demo-saver-off', '', pairOf(engine, jitter), pairOf(trainer, jitter)),
  ),
  marks: [
    { look: 30, text: 'release_memory_occupation: 200 OK', source: 'log' },
    { look: 75, text: 'trainer wakes up', source: 'log' },
    { look: 88, text: 'CUDA out of memory in actor 0', source: 'log' },
  ],
  told: [{ look: 30, label: 'engine', state: 'asleep' }],
};

/** Per GPU what was reported: awake, asleep, awake again. */
const VLLM: readonly Stretch<{ readonly sizes: readonly [number, number]; readonly asleep: boolean }>[] = [
  [30, { sizes: [166_197, 166_449], asleep: false }],
  [1, { sizes: [88_120, 91_344], asleep: true }],
  [44, { sizes: [6_962, 7_121], asleep: true }],
  [30, { sizes: [165_454, 165_613], asleep: false }],
];

const graphsAndNccl: DemoIncident = {
  name: 'graphs-and-nccl',
  story: [
    'A vLLM engine reports that it sleeps at level 1 and still holds 7 GiB on each GPU: CUDA graphs, NCCL, contexts.',
    'Sleep mode covers weights and KV cache only; at the mark the gate says FAIL (sizes as in vllm issue 47654).',
  ],
  intervalMs: 2_000,
  looks: played(
    VLLM,
    ({ sizes: [one, two], asleep }, jitter) => `
node demo-vllm driver 570.86.15
gpu 3B:00.0 ${B200} used sum+21
gpu 41:00.0 ${B200} used sum+17

process server "/usr/bin/python3 /usr/local/bin/vllm serve Qwen/Qwen2.5-VL-72B-Instruct --tensor-parallel-size 2 --port 8000 --enable-sleep-mode" comm "vllm" rss 1320 listen 0.0.0.0:8000
  http vllm${asleep ? ' asleep 1' : ''}
  process core "VLLM::EngineCore" rss 1810
    process tp0 "VLLM::Worker_TP0" on 3B:00.0 ${jitter(one)} rss ${asleep ? 88_840 : 12_840}
    process tp1 "VLLM::Worker_TP1" on 41:00.0 ${jitter(two)} rss ${asleep ? 88_836 : 12_836}
`,
  ),
  marks: [
    { look: 30, text: 'POST /sleep?level=1: 200 OK', source: 'log' },
    { look: 40, text: 'asleep and settled: 7 GiB stay', source: 'hand' },
    { look: 75, text: 'POST /wake_up', source: 'log' },
  ],
  told: [],
};

const FOREIGN: readonly Stretch<{ readonly own: number; readonly foreign: number }>[] = [
  [25, { own: 58_604, foreign: 518 }],
  [1, { own: 20_480, foreign: 518 }],
  [44, { own: 1_741, foreign: 518 }],
  [20, { own: 58_604, foreign: 518 }],
];

const FOUR = ['3B:00.0', '41:00.0', 'AF:00.0', 'D8:00.0'];

const foreignContexts: DemoIncident = {
  name: 'foreign-contexts',
  story: [
    'Each rank of an SGLang with TP4 also opened a CUDA context on the first GPU, 518 MiB each, before it chose its own.',
    'Asleep, three GPUs hold 1.7 GiB and the first holds 3.2 GiB: the gate fails on that bus alone.',
  ],
  intervalMs: 2_000,
  looks: played(
    FOREIGN,
    ({ own, foreign }, jitter) => `
node demo-foreign driver 550.54.15
${FOUR.map((bus, at) => `gpu ${bus} ${H100} used sum+${9 + at}`).join('\n')}

process engine "${SGLANG} --tp 4 --port 30000${SAVER}" rss 1450 listen 30000
  http sglang weight 3.6 kvcache 51.2 graph 0.5 tokens 1890304
${FOUR.map((bus, rank) => {
  const first = rank === 0 ? '' : ` on ${FOUR[0]} ${foreign}`;
  return `  process tp${rank} "sglang::scheduler_TP${rank}" on ${bus} ${jitter(own)}${first} rss 5200`;
}).join('\n')}
  process detok "sglang::detokenizer" rss 690
`,
  ),
  marks: [
    { look: 25, text: 'release_memory_occupation', source: 'log' },
    { look: 35, text: 'three foreign contexts on GPU 0', source: 'hand' },
  ],
  told: [],
};

const DEAD: readonly Stretch<'alive' | 'killed'>[] = [
  [30, 'alive'],
  [40, 'killed'],
];

const deadPid: DemoIncident = {
  name: 'dead-pid',
  story: [
    'A scheduler of an earlier run was killed, and the driver goes on listing its pid with 20,480 MiB.',
    'No process has that pid any more: from the mark on the memory belongs to nobody who could release it.',
  ],
  intervalMs: 2_000,
  looks: played(
    DEAD,
    (state, jitter) => `
node demo-dead-pid driver 550.54.15
gpu 3B:00.0 ${H100} used sum+9

process server "${SGLANG} --port 30000${SAVER}" pid 5001 start 25100000 rss 1450 listen 30000
  http sglang weight 14.27 kvcache 43.45 graph 0.58 tokens 813591
  process tp0 "sglang::scheduler_TP0" pid 5010 start 25100400 on 3B:00.0 ${jitter(1_741)} rss 5210
  process detok "sglang::detokenizer" pid 5011 start 25100410 rss 690

${
  state === 'alive'
    ? 'orphan left "sglang::scheduler_TP0" pid 4210 start 24000400 on 3B:00.0 20480 rss 6100'
    : 'gone 4210 on 3B:00.0 20480'
}
`,
  ),
  marks: [{ look: 30, text: 'kill -9 4210', source: 'script' }],
  told: [],
};

const TRAP: readonly Stretch<Sizes>[] = [
  [30, AWAKE],
  [8, { engine: 21_504, trainer: 2_148 }],
  [42, { engine: 1_741, trainer: 38_912 }],
  [20, AWAKE],
];

const settleTrap: DemoIncident = {
  name: 'settle-trap',
  story: [
    'The release returned early: memory stood at 21,504 MiB for 8 s before the last step down to 1,741 MiB.',
    'A look at the mark says FAIL and one ten seconds later PASS; a trainer that wakes between them runs out of memory.',
  ],
  intervalMs: 1_000,
  looks: played(TRAP, ({ engine, trainer }, jitter) =>
    sglangAndTrainer('demo-settle', SAVER, [engine, engine - 20], pairOf(trainer, jitter)),
  ),
  marks: [
    { look: 30, text: 'release_memory_occupation: 200 OK', source: 'log' },
    { look: 34, text: 'flat, and not settled', source: 'hand' },
  ],
  told: [],
};

/** 4.11, 11.57 and 25.0 GiB. */
const LEFT = [4_209, 11_848, 25_600];

const GROWTH: readonly Stretch<Sizes>[] = [
  ...rounds(3, (round) => [
    [1, { engine: 40_960, trainer: 2_148 }],
    [14, { engine: LEFT[round] ?? 0, trainer: 38_912 }],
  ]),
  [10, AWAKE],
];

const growth: DemoIncident = {
  name: 'growth-per-step',
  story: [
    'What stays after each sleep grows with every training step: 4.11, 11.57, then 25.0 GiB.',
    'The first step still fits beside the trainer; compare cycle 1 with cycle 3 to see which rank and GPU grew.',
  ],
  intervalMs: 2_000,
  looks: played(GROWTH, ({ engine, trainer }, jitter) =>
    // The second rank stays as it is: what grows is in one process.
    sglangAndTrainer(
      'demo-growth',
      SAVER,
      [engine, engine > 60_000 ? engine - 20 : Math.min(engine, 4_180)],
      pairOf(trainer, jitter),
    ),
  ),
  marks: [0, 1, 2].map((round) => ({
    look: beginOf(GROWTH, round * 3 + 1),
    text: `step ${round + 1}: release_memory_occupation`,
    source: 'log' as const,
  })),
  told: [],
};

export const DEMO_INCIDENTS: readonly DemoIncident[] = [
  cleanSleep,
  saverOff,
  graphsAndNccl,
  foreignContexts,
  deadPid,
  settleTrap,
  growth,
];
