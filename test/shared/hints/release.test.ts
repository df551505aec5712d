// Hints about a release that did too little: nothing freed, weights only, graphs kept, what no sleep releases.
import { describe, expect, it } from 'vitest';
import { contextAndNccl } from '../../../shared/hints/context-and-nccl.ts';
import { graphNotReleased } from '../../../shared/hints/graph-not-released.ts';
import { releaseFreedNothing } from '../../../shared/hints/release-freed-nothing.ts';
import { weightsOnly } from '../../../shared/hints/weights-only.ts';
import { gpu, hints, oneRank, says } from './hint-scene.ts';

const RESIDENT = "resident: nvidia-smi --query-compute-apps, summed over the engine's processes on 00000000:3B:00.0";
const ACCOUNTING = 'accounting: /server_info, recorded by the engine at start-up';
const RESIDUE = [
  'context 774 MiB: NeMo-RL#223; 1.6 GiB: sglang PR #7873',
  'NCCL 958 MiB to 1 GiB a rank: vllm PR #46234, sglang PR #7873',
];

describe('release-freed-nothing', () => {
  const memory = { weight: 15, kvcache: 44, graph: 1 };
  const unsaved = says(memory, { enable_memory_saver: false });
  const saved = says(memory, { enable_memory_saver: true });

  it('compares with its own level when awake', () => {
    expect(hints(releaseFreedNothing, oneRank(62_000), { statement: unsaved, awake: oneRank(62_500) })).toEqual([
      {
        code: 'release-freed-nothing',
        text: '62,000 MiB are resident, 99.2 % of the 62,500 MiB when last awake, and enable_memory_saver is false: a release answers 200 and frees nothing; start the engine with --enable-memory-saver',
        confidence: 'medium',
        evidence: [
          RESIDENT,
          'awake level: nvidia-smi, when this engine was last seen awake',
          'enable_memory_saver: /server_info of the engine',
        ],
      },
    ]);
  });

  it('compares with accounting where it was not seen awake, and is sure when the user says asleep', () => {
    const [hint] = hints(releaseFreedNothing, oneRank(62_000), { statement: unsaved, told: 'asleep' });
    expect(hint).toMatchObject({
      text: '62,000 MiB are resident, 100.9 % of the 61,440 MiB (60.00 GiB) accounted, and enable_memory_saver is false: a release answers 200 and frees nothing; start the engine with --enable-memory-saver',
      confidence: 'high',
    });
  });

  it.each([
    ['the memory saver is on', oneRank(62_000), { statement: saved }],
    ['nobody told whether it is on', oneRank(62_000), { statement: says(memory) }],
    ['the engine was not asked', oneRank(62_000), {}],
    ['resident is below the level', oneRank(1740), { statement: unsaved }],
    ['the user says awake', oneRank(62_000), { statement: unsaved, told: 'awake' as const }],
    ['resident is unknown', oneRank('[N/A]'), { statement: unsaved }],
    [
      'accounting has a negative part',
      oneRank(62_000),
      { statement: says({ ...memory, weight: -1 }, { enable_memory_saver: false }) },
    ],
  ])('is silent where %s', (_why, text, told) => {
    expect(hints(releaseFreedNothing, text, told)).toEqual([]);
  });
});

describe('weights-only', () => {
  const statement = says({ weight: 15, kvcache: 31.5, graph: 0.5 });

  it('sees the KV cache and the graphs in what is resident', () => {
    expect(hints(weightsOnly, oneRank(34_468), { statement })).toEqual([
      {
        code: 'weights-only',
        text: '34,468 MiB are resident, about kvcache + graph (32,256 MiB + 512 MiB) and 1,700 MiB more: the weights (15,360 MiB) look released, the KV cache and graphs do not',
        confidence: 'medium',
        evidence: [RESIDENT, ACCOUNTING, ...RESIDUE],
      },
    ]);
  });

  it('is less sure where the weights alone would fit as well', () => {
    const [hint] = hints(weightsOnly, oneRank(17_000), { statement: says({ weight: 15, kvcache: 15, graph: 0 }) });
    expect(hint?.confidence).toBe('low');
    expect(hint?.text).toMatch(/; the weights alone \(15,360 MiB\) would fit as well$/);
  });

  it.each([
    ['everything left', 1740],
    ['everything is there', 50_000],
    ['too much is beside them', 32_768 + 2663],
    ['there is less than both', 32_760],
    ['resident is unknown', '[N/A]'],
  ])('is silent where %s', (_why, mib) => {
    expect(hints(weightsOnly, oneRank(mib), { statement })).toEqual([]);
  });

  it('is silent where the parts are too small to be told from the usual rest, or one is unknown', () => {
    expect(
      hints(weightsOnly, oneRank(9000), { statement: says({ weight: 0.98, kvcache: 7.73, graph: 0.61 }) }),
    ).toEqual([]);
    expect(hints(weightsOnly, oneRank(34_468), { statement: says({ weight: 15, kvcache: 31.5 }) })).toEqual([]);
  });
});

describe('graph-not-released', () => {
  const statement = says({ weight: 15, kvcache: 30, graph: { prefill: 0, decode: 2.5 } });
  const off = 'env "SGLANG_MEMORY_SAVER_CUDA_GRAPH=false"';
  const on = 'env "SGLANG_MEMORY_SAVER_CUDA_GRAPH=true"';
  const other = 'env "RANK=0"';

  it('says that the variable is off, and how much the graphs explain', () => {
    expect(hints(graphNotReleased, oneRank(4060, off), { statement })).toEqual([
      {
        code: 'graph-not-released',
        text: "4,060 MiB are resident, and 2,560 MiB of graphs with 1,500 MiB beside them explain it: cuda_graph seems never released (SGLANG_MEMORY_SAVER_CUDA_GRAPH is 'false' in pid 4008)",
        confidence: 'medium',
        evidence: [
          RESIDENT,
          ACCOUNTING,
          "SGLANG_MEMORY_SAVER_CUDA_GRAPH: environment of the engine's processes",
          ...RESIDUE,
        ],
      },
    ]);
    expect(hints(graphNotReleased, oneRank(4060, other), { statement })[0]?.text).toMatch(
      /\(SGLANG_MEMORY_SAVER_CUDA_GRAPH is not set\)$/,
    );
  });

  it('does not say that graphs explain what is mostly something else', () => {
    const [hint] = hints(graphNotReleased, oneRank(30_000, off), { statement });
    expect(hint?.text).toBe(
      "30,000 MiB are resident, and 2,560 MiB of graphs are likely a part of it: cuda_graph seems never released (SGLANG_MEMORY_SAVER_CUDA_GRAPH is 'false' in pid 4008)",
    );
  });

  it('rests on the size alone, and less sure, where the variable is on', () => {
    const [hint] = hints(graphNotReleased, oneRank(4060, on), { statement });
    expect(hint).toMatchObject({ confidence: 'low' });
    expect(hints(graphNotReleased, oneRank(2000, on), { statement })).toEqual([]);
  });

  it.each([
    ['there are no graphs', oneRank(4060, off), says({ weight: 15, kvcache: 30, graph: 0 })],
    ['less is resident than the graphs and a context', oneRank(1740, off), statement],
    ['less than any context is beside the graphs', oneRank(2560 + 773, off), statement],
    ['nearly everything is there', oneRank(48_000, off), statement],
    ['resident is unknown', oneRank('[N/A]', off), statement],
    ['the graphs are unknown', oneRank(4060, off), says({ weight: 15, kvcache: 30 })],
  ])('is silent where %s', (_why, text, told) => {
    expect(hints(graphNotReleased, text, { statement: told })).toEqual([]);
  });
});

describe('context-and-nccl', () => {
  const statement = says({ weight: 15, kvcache: 30, graph: 0 }, { tp_size: 2 });
  const two = (mib: number): string => `${gpu()}${gpu('41:00.0')}process server "sglang serve --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib}
  process tp1 "sglang::scheduler_TP1" on 41:00.0 1700`;

  it('names the figures that it rests on', () => {
    expect(hints(contextAndNccl, two(2440), { statement })).toEqual([
      {
        code: 'context-and-nccl',
        text: '2,440 MiB are resident on the worst GPU of 2 tensor-parallel ranks, within the 1,732 to 2,662.40 MiB that a CUDA context (774 to 1,638.40 MiB) and NCCL (958 to 1,024 MiB a rank) were seen to keep; no sleep releases them',
        confidence: 'low',
        evidence: [RESIDENT, 'tp_size: /server_info of the engine', ...RESIDUE],
      },
    ]);
  });

  it('counts the ranks in the titles where the engine was not asked', () => {
    expect(hints(contextAndNccl, two(2440))[0]?.evidence[1]).toBe('tensor-parallel ranks: titles of the processes');
  });

  it('is silent outside the figures, for one rank, and for a small engine that is awake', () => {
    expect(hints(contextAndNccl, two(1731), { statement })).toEqual([]);
    expect(hints(contextAndNccl, two(2663), { statement })).toEqual([]);
    expect(hints(contextAndNccl, oneRank(2440), { statement: says({ weight: 15, kvcache: 30, graph: 0 }) })).toEqual(
      [],
    );
    const small = says({ weight: 1, kvcache: 1, graph: 0 }, { tp_size: 2 });
    expect(hints(contextAndNccl, two(2440), { statement: small })).toEqual([]);
    expect(hints(contextAndNccl, two(2440), { statement, told: 'awake' })).toEqual([]);
    expect(hints(contextAndNccl, two(2440), { awake: two(2440) })).toEqual([]);
  });
});
