// Every generation of SGLang's memory numbers, from the body of the answer to bytes that were worked out by hand.
import { describe, expect, it } from 'vitest';
import type { Seen } from '../../../shared/engines/accounting.ts';
import { bytes } from '../../../shared/base/units.ts';
import type { AccountingEntry } from '../../../shared/engines/accounting.ts';
import { SGLANG_ACCOUNTING } from '../../../shared/engines/sglang-accounting.ts';
import { stated, unstated, type AccountingPath } from '../../../shared/model/accounting.ts';
import { accounting, info, missing, size, statement } from './accounting-answers.ts';

const LOADS: AccountingPath = '/v1/loads?include=core,memory';
const INFO: AccountingPath = '/server_info';
const OLD_INFO: AccountingPath = '/get_server_info';

/** What every entry of `/server_info` before 2026 lacks. */
const NO_NEW_KEYS = {
  dpRank: null,
  graphPhases: null,
  tokenCapacitySwa: missing('token_capacity_swa'),
  startupAvailable: missing('startup_available'),
} as const;

/** 0.01 GiB and 0.001 GiB, and one and a half of them: three rounded numbers in a sum. */
const HUNDREDTH = { resolution: bytes(10_737_418), band: bytes(16_106_127) };
const THOUSANDTH = { resolution: bytes(1_073_742), band: bytes(1_610_613) };

describe('generations of memory_usage', () => {
  it('reads the oldest: no weight and no graph, so no sum of ours, and one of the seed', () => {
    const entry: AccountingEntry = {
      ...NO_NEW_KEYS,
      weight: missing('weight'),
      kvcache: size(33_822_867_456),
      graph: missing('graph'),
      tokenCapacity: stated(412_345),
      sum: missing('weight'),
    };
    expect(accounting([OLD_INFO, info({ kvcache: 31.5, token_capacity: 412345 })])).toEqual({
      kind: 'recorded-at-start',
      path: OLD_INFO,
      receivedMs: 1000,
      entries: [entry],
      maxSum: missing('weight'),
      seedSum: size(33_822_867_456),
      ...HUNDREDTH,
      findings: [],
    });
  });

  it('reads weight without graph', () => {
    const [entry] = accounting([INFO, info({ weight: 15.27, kvcache: 31.5, token_capacity: 412345 })]).entries;
    expect(entry).toEqual({
      ...NO_NEW_KEYS,
      weight: size(16_396_037_652),
      kvcache: size(33_822_867_456),
      graph: missing('graph'),
      tokenCapacity: stated(412_345),
      sum: missing('graph'),
    });
  });

  it('reads graph as a number, 0 where graphs are off: a whole answer of a small model', () => {
    const body = JSON.stringify({
      model_path: 'qwen/qwen2.5-0.5b-instruct',
      host: '0.0.0.0',
      port: 35530,
      mem_fraction_static: 0.836,
      tp_size: 1,
      pp_size: 1,
      dp_size: 1,
      base_gpu_id: 0,
      nnodes: 1,
      node_rank: 0,
      enable_memory_saver: false,
      disable_cuda_graph: true,
      disaggregation_mode: 'null',
      api_key: null,
      weight_version: 'default',
      status: 'ready',
      max_total_num_tokens: 20480,
      internal_states: [
        {
          model_path: 'qwen/qwen2.5-0.5b-instruct',
          last_gen_throughput: 146.9800910648353,
          memory_usage: { weight: 0.98, kvcache: 0.23, token_capacity: 20480, graph: 0 },
        },
      ],
      version: '0.0.0.dev1+g4593bbdf3',
    });
    expect(statement([INFO, body])).toEqual({
      accounting: stated({
        kind: 'recorded-at-start',
        path: INFO,
        receivedMs: 1000,
        entries: [
          {
            ...NO_NEW_KEYS,
            weight: size(1_052_266_988),
            kvcache: size(246_960_620),
            graph: size(0),
            tokenCapacity: stated(20_480),
            sum: size(1_299_227_608),
          },
        ],
        maxSum: size(1_299_227_608),
        seedSum: size(1_299_227_608),
        ...HUNDREDTH,
        findings: [],
      }),
      state: {
        value: 'unknown',
        source: 'reported',
        level: null,
        text: expect.stringContaining('SGLang does not report'),
      },
      version: stated('0.0.0.dev1+g4593bbdf3'),
      model: stated('qwen/qwen2.5-0.5b-instruct'),
      configuration: {
        model_path: 'qwen/qwen2.5-0.5b-instruct',
        version: '0.0.0.dev1+g4593bbdf3',
        weight_version: 'default',
        status: 'ready',
        host: '0.0.0.0',
        port: 35530,
        tp_size: 1,
        pp_size: 1,
        dp_size: 1,
        nnodes: 1,
        node_rank: 0,
        base_gpu_id: 0,
        mem_fraction_static: 0.836,
        enable_memory_saver: false,
        disable_cuda_graph: true,
        disaggregation_mode: 'null',
      },
    });
  });

  it('reads graph as an object of phases, in two groups, and the seed breaks on it', () => {
    const memory = (startup: number) => ({
      weight: 15.27,
      kvcache: 31.5,
      startup_available: startup,
      token_capacity: 412345,
      token_capacity_swa: null,
      graph: { prefill: 0, decode: 0.61, target_verify: 0, draft_prefill: 0, draft_decode: 0, draft_extend: 0 },
    });
    const entry = (index: number, startup: number): AccountingEntry => ({
      dpRank: null,
      weight: size(16_396_037_652),
      kvcache: size(33_822_867_456),
      graph: size(654_982_513),
      graphPhases: {
        prefill: bytes(0),
        decode: bytes(654_982_513),
        target_verify: bytes(0),
        draft_prefill: bytes(0),
        draft_decode: bytes(0),
        draft_extend: bytes(0),
      },
      tokenCapacity: stated(412_345),
      tokenCapacitySwa: unstated('null', `internal_states[${index}].memory_usage.token_capacity_swa`),
      startupAvailable: size(startup),
      sum: size(50_873_887_621),
    });
    expect(accounting([INFO, info(memory(18.02), memory(17.9))])).toEqual({
      kind: 'recorded-at-start',
      path: INFO,
      receivedMs: 1000,
      entries: [entry(0, 19_348_827_668), entry(1, 19_219_978_650)],
      maxSum: size(50_873_887_621),
      seedSum: unstated('seed-breaks', 'internal_states[0].memory_usage.graph'),
      resolution: bytes(10_737_418),
      // Eight rounded numbers in a sum: weight, kvcache and six phases.
      band: bytes(42_949_672),
      findings: [],
    });
  });

  it('reads three decimals, and startup_available beside a missing graph', () => {
    const memory = { weight: 36.871, kvcache: 3.001, token_capacity: 2097152, startup_available: 3.11 };
    expect(accounting([INFO, info(memory)])).toEqual({
      kind: 'recorded-at-start',
      path: INFO,
      receivedMs: 1000,
      entries: [
        {
          ...NO_NEW_KEYS,
          weight: size(39_589_934_793),
          kvcache: size(3_222_299_214),
          graph: missing('graph'),
          tokenCapacity: stated(2_097_152),
          startupAvailable: size(3_339_337_073),
          sum: missing('graph'),
        },
      ],
      maxSum: missing('graph'),
      seedSum: size(42_812_234_007),
      ...THOUSANDTH,
      findings: [],
    });
  });
});

describe('/v1/loads', () => {
  const load = (rank: number, memory: unknown) => ({ dp_rank: rank, num_running_reqs: 0, token_usage: 0, memory });
  const body = JSON.stringify({
    timestamp: '2026-08-20T10:00:00+00:00',
    version: '0.5.9',
    accelerator: 'NVIDIA H100 80GB HBM3',
    loads: [
      load(1, { weight_gb: 15.27, kv_cache_gb: 31.5, graph_gb: 0.61, token_capacity: 412345 }),
      load(0, { weight_gb: 15.27, kv_cache_gb: 31.5, graph_gb: 0.5, token_capacity: 412345 }),
    ],
  });

  it('tells the rank of each entry, in any order; the seed does not read it', () => {
    const entry = (index: number, dpRank: number, graph: number, sum: number): AccountingEntry => ({
      dpRank,
      weight: size(16_396_037_652),
      kvcache: size(33_822_867_456),
      graph: size(graph),
      graphPhases: null,
      tokenCapacity: stated(412_345),
      tokenCapacitySwa: unstated('missing', `loads[${index}].memory.token_capacity_swa`),
      startupAvailable: unstated('missing', `loads[${index}].memory.startup_available`),
      sum: size(sum),
    });
    expect(accounting([LOADS, body])).toEqual({
      kind: 'recorded-at-start',
      path: LOADS,
      receivedMs: 1000,
      entries: [entry(0, 1, 654_982_513, 50_873_887_621), entry(1, 0, 536_870_912, 50_755_776_020)],
      maxSum: size(50_873_887_621),
      seedSum: unstated('seed-not-asked'),
      ...HUNDREDTH,
      findings: [],
    });
  });

  it('comes before /server_info, which still gives the configuration and the seed its sum', () => {
    const both = statement([LOADS, body], [INFO, info({ weight: 15.27, kvcache: 31.5, graph: 0.61 })]);
    expect(both.accounting).toMatchObject({
      value: { path: LOADS, receivedMs: 1000, maxSum: size(50_873_887_621), seedSum: size(50_873_887_621) },
    });
    expect(both.version).toEqual(stated('0.5.1'));
  });

  it('gives way to /server_info where its entries have no memory numbers', () => {
    const old = JSON.stringify({ dp_rank_count: 1, aggregate: { total_reqs: 0 }, loads: [{ dp_rank: 0 }] });
    expect(accounting([LOADS, old], [INFO, info({ weight: 0.5, kvcache: 1.25, graph: 0 })])).toMatchObject({
      path: INFO,
      maxSum: size(1_879_048_192),
    });
    expect(accounting([LOADS, old]).maxSum).toEqual(unstated('missing', 'loads[0].memory.weight_gb'));
  });

  it('gives way to /server_info where a part of it is missing that the other has, and only there', () => {
    const partly = JSON.stringify({ loads: [{ dp_rank: 0, memory: { weight_gb: 0.5, kv_cache_gb: 1.25 } }] });
    expect(accounting([LOADS, partly], [INFO, info({ weight: 0.5, kvcache: 1.25, graph: 0.25 })])).toMatchObject({
      path: INFO,
      maxSum: size(2_147_483_648),
    });
    expect(accounting([LOADS, partly], [INFO, info({ weight: 0.5, kvcache: 1.25 })])).toMatchObject({
      path: LOADS,
      maxSum: unstated('missing', 'loads[0].memory.graph_gb'),
    });
  });

  it('lists no scheduler: no sum, and not zero', () => {
    expect(accounting([LOADS, '{"loads":[]}'])).toMatchObject({ entries: [], maxSum: unstated('no-entries', LOADS) });
    expect(accounting([INFO, info()])).toMatchObject({
      maxSum: unstated('no-entries', INFO),
      seedSum: unstated('no-entries', INFO),
    });
  });
});

describe('answers of others', () => {
  it.each([
    ['vLLM in development mode', '{"vllm_config":"…","vllm_env":{}}', 'internal_states is not a list'],
    ['a server without a version', '{"internal_states":[]}', 'version is not a text'],
    ['a list', '[{"internal_states":[]}]', 'not an object'],
    ['a number', '17', 'not an object'],
    ['null', 'null', 'not an object'],
  ])('refuses %s', (_what, body, detail) => {
    expect(SGLANG_ACCOUNTING.pick(INFO, body)).toEqual({ ok: false, code: 'wrong-shape', detail });
  });

  it('refuses an error object in place of loads', () => {
    expect(SGLANG_ACCOUNTING.pick(LOADS, '{"error":"Unauthorized"}')).toMatchObject({ ok: false, code: 'wrong-shape' });
  });
});

describe('no answer', () => {
  const failure = (path: AccountingPath | null, code: 'not-found' | 'timeout' | 'no-endpoint') =>
    ({ kind: 'failure', path, status: null, receivedMs: 1, why: { code, where: path ?? '' } }) as const;

  it('has the newest reason', () => {
    const seen = [failure(LOADS, 'not-found'), failure(INFO, 'timeout')];
    expect(SGLANG_ACCOUNTING.read(seen).accounting).toEqual(unstated('timeout', INFO));
    expect(SGLANG_ACCOUNTING.read([failure(null, 'no-endpoint')]).accounting).toEqual(unstated('no-endpoint'));
    expect(SGLANG_ACCOUNTING.read([])).toMatchObject({
      accounting: unstated('not-asked'),
      version: unstated('not-asked', 'version'),
      model: unstated('not-asked', 'model_path'),
      configuration: {},
    });
  });

  it('does not say that a path is unknown when another one had a better reason, and that one still holds', () => {
    const absent = [failure(INFO, 'not-found'), failure('/get_server_info', 'not-found')];
    const whyOf = (...seen: readonly Seen[]): unknown => SGLANG_ACCOUNTING.read(seen).accounting;
    expect(whyOf(failure(LOADS, 'timeout'), ...absent)).toEqual(unstated('timeout', LOADS));
    expect(whyOf(failure(LOADS, 'timeout'), failure(LOADS, 'not-found'), ...absent)).toEqual(
      unstated('not-found', '/get_server_info'),
    );
    expect(whyOf(failure(null, 'no-endpoint'), failure(LOADS, 'not-found'), ...absent)).toEqual(
      unstated('not-found', '/get_server_info'),
    );
  });

  it('keeps numbers of the start when a later question fails', () => {
    const picked = SGLANG_ACCOUNTING.pick(INFO, info({ weight: 0.5, kvcache: 0.5, graph: 0 }));
    if (!picked.ok) throw new Error(picked.code);
    const answer = { kind: 'answer', path: INFO, status: 200, receivedMs: 5, ...picked.value } as const;
    expect(SGLANG_ACCOUNTING.read([answer, failure(LOADS, 'timeout')]).accounting).toMatchObject({
      value: { receivedMs: 5, maxSum: size(1_073_741_824) },
    });
  });
});
