// SGLang's memory numbers that are not what they seem: negative, of the wrong type, missing in one group, unrounded.
import { describe, expect, it } from 'vitest';
import { bytes } from '../../../shared/base/units.ts';
import { SGLANG_ACCOUNTING } from '../../../shared/engines/sglang-accounting.ts';
import { unstated, type AccountingPath } from '../../../shared/model/accounting.ts';
import { accounting, info, size } from './accounting-answers.ts';

const INFO: AccountingPath = '/server_info';

describe('numbers that are not what they seem', () => {
  it('keeps the sign of a weight that neighbours spoiled, and says so; the seed stops at zero', () => {
    const read = accounting([INFO, info({ weight: -16.75, kvcache: 0.23, token_capacity: 20480, graph: 0 })]);
    expect(read.maxSum).toEqual(size(-17_738_214_932));
    expect(read.seedSum).toEqual(size(0));
    expect(read.findings).toEqual([
      {
        code: 'negative-weight',
        where: 'internal_states[0].memory_usage.weight',
        text: expect.stringMatching(/^weight is -16.75 GiB: .*another process freed memory during the load$/),
      },
    ]);
  });

  it('keeps the sign of a graph that neighbours spoiled', () => {
    const read = accounting([INFO, info({ weight: 0.98, kvcache: 0.23, token_capacity: 20480, graph: -48.89 })]);
    expect(read.entries[0]?.graph).toEqual(size(-52_495_237_775));
    expect(read.maxSum).toEqual(size(-51_196_010_167));
    expect(read.findings.map(({ code }) => code)).toEqual(['negative-graph']);
  });

  it('names the phase that is negative', () => {
    const read = accounting([INFO, info({ weight: 1, kvcache: 1, graph: { prefill: -0.05, decode: 0.25 } })]);
    expect(read.maxSum).toEqual(size(2_147_483_648 - 53_687_091 + 268_435_456));
    expect(read.findings.map(({ where }) => where)).toEqual(['internal_states[0].memory_usage.graph.prefill']);
  });

  it('counts a phase that it does not know, and does not repeat its name', () => {
    const read = accounting([INFO, info({ weight: 1, kvcache: 1, graph: { decode: 0.25, 'ghp_secret phase': 0.5 } })]);
    expect(read.entries[0]?.graph).toEqual(size(805_306_368));
    expect(read.entries[0]?.graphPhases).toEqual({ decode: bytes(268_435_456), other_1: bytes(536_870_912) });
  });

  it.each([
    ['a text', '"9.32"', 'wrong-type'],
    ['a flag', 'true', 'wrong-type'],
    ['a list', '[9.32]', 'wrong-type'],
    ['an object', '{"gib":9.32}', 'wrong-type'],
    ['infinite', '1e999', 'not-finite'],
    ['null', 'null', 'null'],
  ])('does not take %s for a weight', (_what, weight, code) => {
    const body = `{"version":"1","internal_states":[{"memory_usage":{"weight":${weight},"kvcache":0.5,"graph":0}}]}`;
    const read = accounting([INFO, body]);
    const why = { known: false, why: { code, where: 'internal_states[0].memory_usage.weight' } };
    expect(read.entries[0]).toMatchObject({ weight: why, kvcache: size(536_870_912), graph: size(0), sum: why });
    expect(read.maxSum).toEqual(why);
    expect(read.findings.map((finding) => finding.code)).toEqual(code === 'null' ? [] : ['field-refused']);
    expect(read.seedSum).toEqual(
      code === 'null' ? size(536_870_912) : unstated('wrong-type', 'internal_states[0].memory_usage.weight'),
    );
  });

  it.each([['NaN'], ['Infinity'], ['-Infinity']])('refuses the %s that Python writes: it is no JSON', (weight) => {
    const body = `{"version":"1","internal_states":[{"memory_usage":{"weight":${weight}}}]}`;
    expect(SGLANG_ACCOUNTING.pick(INFO, body)).toEqual({ ok: false, code: 'broken-json', detail: '' });
  });

  it.each([
    ['{}', 'missing', size(2_147_483_648)],
    ['{"decode":null}', 'null', unstated('seed-breaks', 'internal_states[0].memory_usage.graph')],
    ['{"decode":"1"}', 'wrong-type', unstated('seed-breaks', 'internal_states[0].memory_usage.graph')],
  ])('has no sum with the phases %s', (graph, code, seed) => {
    const body = `{"version":"1","internal_states":[{"memory_usage":{"weight":1,"kvcache":1,"graph":${graph}}}]}`;
    const read = accounting([INFO, body]);
    expect(read.maxSum).toMatchObject({ known: false, why: { code } });
    expect(read.seedSum).toEqual(seed);
  });

  it('reads a graph that was rounded to minus zero as zero', () => {
    const body = '{"version":"1","internal_states":[{"memory_usage":{"weight":0.5,"kvcache":0.5,"graph":-0.0}}]}';
    const read = accounting([INFO, body]);
    expect(read.entries[0]?.graph).toEqual(size(0));
    expect(read.findings).toEqual([]);
  });

  it.each([
    ['null', 'null'],
    ['"9.32 GB"', 'wrong-type'],
    ['[]', 'wrong-type'],
  ])('knows nothing of a scheduler whose memory_usage is %s, and the seed passes it over', (memory, code) => {
    const read = accounting([INFO, `{"version":"1","internal_states":[{"memory_usage":${memory}}]}`]);
    expect(read.maxSum).toEqual(unstated(code as 'null', 'internal_states[0].memory_usage.weight'));
    expect(read.seedSum).toEqual(size(0));
  });

  it('refuses a list of more schedulers than any engine has', () => {
    expect(SGLANG_ACCOUNTING.pick(INFO, info(...Array.from({ length: 513 })))).toEqual({
      ok: false,
      code: 'wrong-shape',
      detail: 'internal_states has 513 entries',
    });
  });

  it('does not take -1 or null for a number of tokens', () => {
    const [entry] = accounting([INFO, info({ weight: 1, token_capacity: -1, token_capacity_swa: null })]).entries;
    expect(entry?.tokenCapacity).toEqual(unstated('null', 'internal_states[0].memory_usage.token_capacity'));
    expect(entry?.tokenCapacitySwa).toEqual(unstated('null', 'internal_states[0].memory_usage.token_capacity_swa'));
  });

  it('has no largest sum when one group is unknown, where the seed passes it over', () => {
    const read = accounting([INFO, info({ weight: 9.32, kvcache: 0, graph: 0 }, undefined, 'gone')]);
    expect(read.entries.map(({ sum }) => sum.known)).toEqual([true, false, false]);
    expect(read.maxSum).toEqual(unstated('missing', 'internal_states[1].memory_usage.weight'));
    expect(read.seedSum).toEqual(size(10_007_273_800));
  });

  it('takes the digits of numbers that were never rounded for a finer step, and never for none', () => {
    const read = accounting([INFO, info({ weight: 0.9812345678901234, kvcache: 1e-7, graph: 0 })]);
    expect(read.resolution).toBe(1074);
    expect(accounting([INFO, info({ weight: 1e-7, kvcache: 1, graph: 0 })]).resolution).toBe(1074);
    expect(accounting([INFO, info({ weight: 1e21, kvcache: 1, graph: 0 })]).resolution).toBe(10_737_418);
  });
});
