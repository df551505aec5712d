// Incidents that others reported, each as a node and what its engines answer, with what must be told, written by hand.
import { expect, it } from 'vitest';
import { holdersOn, play, sglang, vllm, type Moment, type Told } from './incident.ts';

const H100 = '"NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9';
const B200 = '"NVIDIA B200" total 183359 reserved 640 used sum+9';

const told = (
  state: string,
  resident: number,
  verdict: string,
  more: Partial<Pick<Told, 'accounting' | 'gap' | 'hints'>> = {},
): Told => ({ resident, verdict, state, accounting: 'not-offered', gap: null, hints: [], ...more });

/** `vllm serve` on two GPUs. */
const serve = (tp0: number, tp1: number): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${B200}
gpu 41:00.0 ${B200}
process server "/usr/bin/python3 /usr/local/bin/vllm serve m --tensor-parallel-size 2 --port $server" comm "vllm"
  process core "VLLM::EngineCore"
    process tp0 "VLLM::Worker_TP0" on 3B:00.0 ${tp0}
    process tp1 "VLLM::Worker_TP1" on 41:00.0 ${tp1}
`;

/** vLLM on one GPU, with what else is there. */
const one = (mib: number, beside = ''): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100}
process server "/usr/bin/python3 /usr/local/bin/vllm serve m --port $server" comm "vllm"
  process core "VLLM::EngineCore" on 3B:00.0 ${mib}
${beside}`;

/** SGLang on one GPU. */
const launched = (mib: number, env = ''): string => `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100}
process server "python -m sglang.launch_server --port $server"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${mib} ${env}
  process detok "sglang::detokenizer"
`;

const at = (node: string, server: Moment['http'][string]): Moment => ({ node, http: { server } });

it('vllm#47654: /sleep answers 200 and the worker keeps its memory; a good sleep leaves 7 GiB; GPU by GPU, state by state', async () => {
  const { told: seen, reports } = await play([
    at(serve(166_449, 166_197), vllm('awake')),
    at(serve(7121, 6962), vllm('discard_all')),
    at(serve(165_613, 165_454), vllm('awake')),
    at(serve(165_400, 165_310), vllm('discard_all')),
  ]);
  expect(seen.map(({ server }) => server)).toEqual([
    told('awake reported', 166_449, 'exempt fail'),
    told('asleep reported', 7121, 'fail'),
    told('awake reported', 165_613, 'exempt fail'),
    told('asleep reported', 165_400, 'fail'),
  ]);
  const MIB = 1024 * 1024;
  expect(reports.map(({ engines: [engine] }) => engine?.pairs.map(({ residentBytes }) => Number(residentBytes) / MIB)))
    // Each GPU by itself, as the table of the report.
    .toEqual([
      [166_449, 166_197],
      [7121, 6962],
      [165_613, 165_454],
      [165_400, 165_310],
    ]);
  // Beside each, what it held when it was awake.
  expect(reports[3]?.engines[0]?.pairs.map((pair) => Number(pair.residentAwakeBytes) / MIB)).toEqual([
    165_613, 165_454,
  ]);
  expect(reports[3]?.engines[0]?.pairs[0]?.residentAwakeAgeMs).toBeGreaterThan(0);
});

it('vllm#17117: 26.31 GiB "still in use" are of the whole GPU: the engine holds 1.4 of them, DeepSpeed the rest', async () => {
  const trainer = 'process trainer "ray::PolicyModelActor.fit" on 3B:00.0 25498';
  const { told: seen, reports } = await play([at(one(1434, trainer), vllm('weights_offloaded'))]);
  expect(seen).toEqual([{ server: told('asleep reported', 1434, 'pass', { hints: ['co-tenant'] }) }]);
  expect(holdersOn(reports[0], '3B:00.0')).toEqual(['trainer 25498', 'engine 1434']);
  expect(Number(reports[0]?.devices[0]?.usedBytes) / 1024 ** 3).toBeCloseTo(26.31, 2);
});

it('vllm PR #34600: a wake_up that ran out of memory leaves blocks mapped: partial, by its own two reports', async () => {
  const { told: seen } = await play([
    at(one(70_000), vllm('awake', false)),
    at(one(2214), vllm('weights_offloaded', true)),
    at(one(38_912), vllm('awake', true)),
  ]);
  expect(seen.map(({ server }) => server)).toEqual([
    told('awake reported', 70_000, 'exempt fail'),
    told('asleep reported', 2214, 'pass'),
    told('partial reported', 38_912, 'fail'),
  ]);
});

it('vllm PR #37533: the engine says that all is discarded, the driver says that it is there: the driver is judged', async () => {
  const { told: seen } = await play([at(one(61_000), vllm('discard_all', true))]);
  expect(seen).toEqual([{ server: told('asleep reported', 61_000, 'fail') }]);
});

it('vllm#36651: what each sleep leaves grows over the cycles', async () => {
  const awake = at(one(70_000), vllm('awake'));
  const asleep = (mib: number): Moment => at(one(mib), vllm('discard_all'));
  const { told: seen, reports } = await play([awake, asleep(2000), awake, asleep(2400), awake, asleep(2810)]);
  expect(seen.at(-2)).toEqual({ server: told('awake reported', 70_000, 'exempt fail') });
  expect(seen.at(-1)).toEqual({ server: told('asleep reported', 2810, 'pass', { hints: ['growing-over-cycles'] }) });
  expect(reports.at(-1)?.engines[0]?.hints[0]?.text).toBe(
    'resident memory grew over 3 sleeps, 2,000, 2,400, 2,810 MiB: +810 MiB, about 405 MiB a cycle',
  );
});

it('NeMo-RL#223: two ranks leave 7,392 MiB a GPU, one rank 774 MiB', async () => {
  const node = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100}
gpu 41:00.0 ${H100}
gpu 5E:00.0 ${H100}
process two "vllm serve m --tensor-parallel-size 2 --port $two"
  process two-core "VLLM::EngineCore"
    process two-tp0 "VLLM::Worker_TP0" on 3B:00.0 7392
    process two-tp1 "VLLM::Worker_TP1" on 41:00.0 7392
process one "vllm serve m --port $one"
  process one-core "VLLM::EngineCore" on 5E:00.0 774
`;
  const asleep = vllm('weights_offloaded');
  const { told: seen, reports } = await play([{ node, http: { two: asleep, one: asleep } }]);
  expect(seen).toEqual([{ two: told('asleep reported', 7392, 'fail'), one: told('asleep reported', 774, 'pass') }]);
  expect(['3B:00.0', '41:00.0', '5E:00.0'].map((bus) => holdersOn(reports[0], bus))).toEqual([
    ['engine 7392'],
    ['engine 7392'],
    ['engine 774'],
  ]);
});

it('verl#632: the trainer did not let go at the end of its step, and the next wake fails: the trainer is named', async () => {
  const trainer = 'process trainer "ray::WorkerDict.actor_rollout_update_actor" on 3B:00.0 61440';
  const { told: seen, reports } = await play([at(one(2214, trainer), vllm('weights_offloaded'))]);
  expect(seen).toEqual([{ server: told('asleep reported', 2214, 'pass', { hints: ['co-tenant'] }) }]);
  expect(reports[0]?.engines[0]?.hints[0]?.text).toMatch(
    /^of 63,663 MiB used on 00000000:3B:00\.0, this engine holds 2,214 MiB; 61,440 MiB are not the engine's: 61,440 MiB a trainer \(pid \d+, ray::WorkerDict\.actor_rollout_update_actor\)$/,
  );
});

it('verl#3902: memory usage increased after sleeping: more than when it was awake, and that is said', async () => {
  const { told: seen, reports } = await play([
    at(one(60_000), vllm('awake')),
    at(one(60_512), vllm('weights_offloaded')),
  ]);
  expect(seen[1]).toEqual({ server: told('asleep reported', 60_512, 'fail') });
  expect(reports[1]?.engines[0]?.pairs[0]?.text).toMatch(
    /^00000000:3B:00\.0: 60,512 MiB resident, 60,000 MiB when last awake; accounting is unknown \(vLLM: this engine offers no accounting/,
  );
});

// weight 14.27 + KV cache 43.45 + graph 0.58 = 58.30 GiB = 59,699.2 MiB
const QWEN_7B = { weight: 14.27, kvcache: 43.45, graph: 0.58 };

it('verl#2208: nothing was offloaded after the start: resident is what it accounts, and it looks awake', async () => {
  const { told: seen } = await play([at(launched(60_723), sglang(QWEN_7B, { enable_memory_saver: true }))]);
  expect(seen).toEqual([{ server: told('awake inferred', 60_723, 'fail', { accounting: 58.3, gap: 1024 }) }]);
});

it('sglang#4336: a release without the memory saver answers 200 and frees nothing', async () => {
  const answers = sglang(QWEN_7B, { enable_memory_saver: false });
  const { told: seen, reports } = await play([at(launched(60_723), answers), at(launched(60_721), answers)]);
  const stays = (mib: number, gap: number): Told =>
    told('awake inferred', mib, 'fail', { accounting: 58.3, gap, hints: ['release-freed-nothing'] });
  expect(seen).toEqual([{ server: stays(60_723, 1024) }, { server: stays(60_721, 1022) }]);
  expect(reports[1]?.engines[0]?.hints[0]?.text).toMatch(
    /^60,721 MiB are resident, 100\.0 % of the 60,723 MiB when last awake, and enable_memory_saver is false/,
  );
});

it('slime#579, miles#86: release returns before it is done: awake, partly released, asleep, told as it goes', async () => {
  // weight 7.14 + KV cache 53.21 + graph 0.66 = 61.01 GiB = 62,474.24 MiB
  const answers = sglang({ weight: 7.14, kvcache: 53.21, graph: 0.66 }, { enable_memory_saver: true });
  const on = 'env "SGLANG_MEMORY_SAVER_CUDA_GRAPH=true"';
  const { told: seen } = await play([64_210, 40_000, 1741].map((mib) => at(launched(mib, on), answers)));
  const accounted = (gap: number): Partial<Told> => ({ accounting: 61.01, gap });
  expect(seen.map(({ server }) => server)).toEqual([
    told('awake inferred', 64_210, 'fail', accounted(1736)),
    told('partial inferred', 40_000, 'fail', accounted(-22_474)),
    told('asleep inferred', 1741, 'pass', accounted(-60_733)),
  ]);
});

it('ms-swift#6636: the first sleep frees 0.00 GiB, 23.66 are still in use, and the engine reports asleep', async () => {
  const { told: seen } = await play([
    at(one(24_229), vllm('awake', false)),
    at(one(24_228), vllm('weights_offloaded', true)),
  ]);
  expect(seen.map(({ server }) => server)).toEqual([
    told('awake reported', 24_229, 'exempt fail'),
    told('asleep reported', 24_228, 'fail'),
  ]);
});

it('lmm-r1#43: out of memory at wake_up under OpenRLHF, where nothing listens: who holds the GPU is told all the same', async () => {
  const node = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 ${H100}
process server "ray::RolloutRayActor.wake_up"
  process core "VLLM::EngineCore" on 3B:00.0 1890
process policy "ray::PolicyModelActor.fit" on 3B:00.0 52000
process critic "ray::CriticModelActor.fit" on 3B:00.0 20480
`;
  const { told: seen, reports, node: played } = await play([at(node, {})]);
  // Under Ray its workers may be elsewhere, so what is seen of it is a lower bound and never a pass.
  expect(seen[0]?.['server']).toEqual({
    resident: null,
    verdict: 'inconclusive',
    state: 'unknown none',
    accounting: 'not-offered',
    gap: null,
    hints: ['workers-outside-tree', 'co-tenant'],
  });
  expect(reports[0]?.engines[0]).toMatchObject({ atLeastBytes: 1890 * 1024 * 1024, reasons: ['tree-incomplete'] });
  expect(holdersOn(reports[0], '3B:00.0')).toEqual(['trainer 52000', 'trainer 20480', 'engine 1890']);
  expect(reports[0]?.engines[0]?.endpoint).toBe(null);
  // Its actor listens for Ray, not for HTTP.
  expect(played.sockets('server')[0]?.requests()).toEqual([]);
});
