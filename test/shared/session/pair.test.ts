// The pair of every engine and bus: signed gaps, bands, ranks that report, and parts that are unknown.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { bytes, fromGiB, fromMiB, plus } from '../../../shared/base/units.ts';
import { stated, unstated } from '../../../shared/model/accounting.ts';
import type { EnginePair } from '../../../shared/session/pair.ts';
import { DP_CONTROLLER, FOREIGN_CONTEXT, VLLM_ON_RAY, VLLM_SERVE_TP2 } from '../../kit/scenarios.ts';
import type { Moment } from '../../kit/frame-text.ts';
import { drop } from '../gates/small-nodes.ts';
import { gpu, oneRank, says, saysByRank, sceneOf, type Told } from '../hints/hint-scene.ts';

const pairs = (text: string, told: Told = {}): EnginePair => sceneOf(text, told).pair;
const sentences = (text: string, told: Told = {}): readonly string[] => {
  const { engine, buses } = pairs(text, told);
  return [engine, ...buses].map(({ sentence }) => sentence);
};

/** 9.32 GiB in all; two decimals, so a sum of three is off by 15.36 MiB at most. */
const SEED = says({ weight: 0.98, kvcache: 7.73, graph: 0.61 });
const SEED_BAND = bytes(Math.ceil((fromGiB(0.01) * 3) / 2));

it('is less resident than accounted after a good sleep, with every number and its age', () => {
  const { engine, buses, accountingAgeMs } = pairs(oneRank(1740), { statement: SEED, awake: oneRank(10_900) });
  const numbers = {
    bus: '00000000:3B:00.0',
    resident: known(fromMiB(1740)),
    atLeast: fromMiB(1740),
    residentAwake: { resident: known(fromMiB(10_900)), atMs: 5000, ageMs: 4000 },
    basis: 'only',
    band: plus(SEED_BAND, fromMiB(1)),
    within: false,
    sentence:
      '00000000:3B:00.0: 1,740 MiB resident, 10,900 MiB when last awake; 9,543.68 MiB (9.32 GiB) accounted, recorded at start-up: 7,803.68 MiB less resident than accounted (18.2 % of it).',
  };
  expect(buses).toHaveLength(1);
  for (const pair of [engine, ...buses]) {
    expect(pair).toMatchObject(numbers);
    expect(pair.accounting).toEqual(stated(fromGiB(0.98) + fromGiB(7.73) + fromGiB(0.61)));
    expect(pair.gap).toBe(fromMiB(1740) - fromGiB(0.98) - fromGiB(7.73) - fromGiB(0.61));
    expect(pair.share).toBeCloseTo(0.18232, 5);
  }
  expect(accountingAgeMs).toBe(5000);
});

it('is more resident than accounted while awake', () => {
  expect(sentences(oneRank(10_900), { statement: SEED })[0]).toBe(
    '00000000:3B:00.0: 10,900 MiB resident; 9,543.68 MiB (9.32 GiB) accounted, recorded at start-up: 1,356.32 MiB more resident than accounted (114.2 % of it).',
  );
});

it('says within resolution for a gap that the band of both hides, in either direction', () => {
  const statement = says({ weight: 1, kvcache: 7, graph: 1 });
  const within = (mib: number): boolean | undefined => pairs(oneRank(mib), { statement }).engine.within;
  // 9 GiB are 9,216 MiB; the band is 15.36 MiB of accounting and 1 MiB of the one row.
  expect([9199, 9200, 9216, 9232, 9233].map(within)).toEqual([false, true, true, true, false]);
  expect(sentences(oneRank(9200), { statement })[0]).toBe(
    '00000000:3B:00.0: 9,200 MiB resident; 9,216 MiB (9.00 GiB) accounted, recorded at start-up: equal within resolution (16.36 MiB) (99.8 % of it).',
  );
});

const TP2 = `${gpu()}${gpu('41:00.0')}process server "sglang serve --tp 2 --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
  process tp1 "sglang::scheduler_TP1" on 41:00.0 1900`;

it('stands only on the bus of rank 0, and against the worst bus for the engine', () => {
  const { engine, buses } = pairs(TP2, { statement: SEED });
  expect(engine.bus).toBe('00000000:41:00.0');
  expect(engine.accounting).toEqual(buses[0]?.accounting);
  expect(buses[1]).toMatchObject({ accounting: undefined, gap: undefined, share: undefined, within: undefined });
  expect(buses.map(({ sentence }) => sentence)).toEqual([
    '00000000:3B:00.0: 1,740 MiB resident; 9,543.68 MiB (9.32 GiB) accounted, recorded at start-up: 7,803.68 MiB less resident than accounted (18.2 % of it).',
    '00000000:41:00.0: 1,900 MiB resident; no accounting stands here: only rank 0 of each data-parallel group reports, and none is at home on this GPU.',
  ]);
});

it('gives each data-parallel group the entry that names it', () => {
  expect(sentences(DP_CONTROLLER, { statement: saysByRank([1, 2, 4], [0, 1, 3]) })).toEqual([
    '00000000:3B:00.0: 1,740 MiB resident; 6,144 MiB (6.00 GiB) accounted, the largest of 2 entries, recorded at start-up: 4,404 MiB less resident than accounted (28.3 % of it).',
    '00000000:3B:00.0: 1,740 MiB resident; 4,096 MiB (4.00 GiB) accounted by dp_rank 0, recorded at start-up: 2,356 MiB less resident than accounted (42.5 % of it).',
    '00000000:41:00.0: 1,700 MiB resident; 6,144 MiB (6.00 GiB) accounted by dp_rank 1, recorded at start-up: 4,444 MiB less resident than accounted (27.7 % of it).',
  ]);
});

it('takes the largest entry where the answer names no ranks, and says so', () => {
  const statement = says([
    { weight: 1, kvcache: 3, graph: 0 },
    { weight: 2, kvcache: 4, graph: 0 },
  ]);
  expect(pairs(DP_CONTROLLER, { statement }).buses.map(({ basis, accounting }) => [basis, accounting])).toEqual([
    ['largest', stated(fromGiB(6))],
    ['largest', stated(fromGiB(6))],
  ]);
});

it('gives the only entry of an answer to no group when there are several and it names none', () => {
  const { buses } = pairs(DP_CONTROLLER, { statement: says({ weight: 1, kvcache: 3, graph: 0 }) });
  expect(buses.map(({ accounting, gap }) => [accounting, gap])).toEqual([
    [unstated('missing', 'entry of dp_rank 0'), undefined],
    [unstated('missing', 'entry of dp_rank 1'), undefined],
  ]);
});

it('has no number for a rank that the answer does not name', () => {
  const { buses } = pairs(DP_CONTROLLER, { statement: saysByRank([0, 1, 3], [2, 1, 3]) });
  expect(buses[1]?.accounting).toEqual(unstated('missing', 'entry of dp_rank 1'));
  const twice = pairs(DP_CONTROLLER, { statement: saysByRank([1, 1, 3], [0, 1, 3], [1, 2, 4]) });
  expect(twice.buses[0]?.accounting).toEqual(stated(fromGiB(4)));
  expect(twice.buses[1]?.accounting).toEqual(unstated('missing', 'entry of dp_rank 1'));
});

it('finds rank 0 of a later group where attention is split over data-parallel groups', () => {
  const text = `${gpu()}${gpu('41:00.0')}${gpu('5E:00.0')}${gpu('9A:00.0')}process server "sglang serve --port 30000"
  process a "sglang::scheduler_DP0_TP0" on 3B:00.0 100
  process b "sglang::scheduler_DP0_TP1" on 41:00.0 100
  process c "sglang::scheduler_DP1_TP2" on 5E:00.0 100
  process d "sglang::scheduler_DP1_TP3" on 9A:00.0 100`;
  const settings = { enable_dp_attention: true, tp_size: 4, dp_size: 2 };
  const where = (told: Readonly<Record<string, unknown>>): readonly boolean[] =>
    pairs(text, { statement: says({ weight: 1, kvcache: 1, graph: 0 }, told) }).buses.map(
      ({ accounting }) => accounting !== undefined,
    );
  expect(where(settings)).toEqual([true, false, true, false]);
  expect(where({ ...settings, enable_dp_attention: false })).toEqual([true, false, false, false]);
});

it('does not compare one entry with a GPU that two ranks share', () => {
  const text = `${gpu()}process server "sglang serve --port 30000"
  process a "sglang::scheduler_TP0" on 3B:00.0 100
  process b "sglang::scheduler_TP1" on 3B:00.0 100`;
  expect(sentences(text, { statement: SEED })[1]).toBe(
    '00000000:3B:00.0: 200 MiB resident; no accounting stands here: this GPU is shared by 2 ranks of the engine, and an entry is of one.',
  );
});

it('keeps a rank at home where it holds most, when it has a foreign context', () => {
  const { buses } = pairs(FOREIGN_CONTEXT, { statement: SEED });
  expect(buses.map(({ accounting }) => accounting !== undefined)).toEqual([true, false]);
  // Two rows are on the first bus.
  expect(buses[0]?.band).toBe(plus(SEED_BAND, fromMiB(2)));
  expect(buses[0]?.resident).toEqual(known(fromMiB(2256)));
});

it('has no gap where a row has no number, and shows the lower bound', () => {
  const { engine } = pairs(oneRank('[N/A]', 'on 3B:00.0 300'), { statement: SEED });
  expect(engine).toMatchObject({ atLeast: fromMiB(300), gap: undefined, share: undefined, within: undefined });
  expect(engine.resident.known).toBe(false);
  expect(engine.sentence).toBe(
    '00000000:3B:00.0: at least 300 MiB resident, resident memory is unknown (the driver lists a process of this tree without a number for its memory); 9,543.68 MiB (9.32 GiB) accounted, recorded at start-up.',
  );
});

it('has no gap for the engine while any bus is unknown: that one could be the worst', () => {
  const text = TP2.replaceAll('sum+9', '81000').replace('on 41:00.0 1900', 'on 41:00.0 [N/A]');
  const { engine, buses } = pairs(text, { statement: SEED });
  expect(engine.resident.known).toBe(false);
  expect(buses[0]?.resident).toEqual(known(fromMiB(1740)));
});

it('has no gap where workers may be outside the tree', () => {
  const { engine, buses } = pairs(VLLM_ON_RAY);
  expect(buses).toEqual([]);
  expect(engine.resident).toMatchObject({ known: false, why: { code: 'tree-incomplete' } });
  expect(engine.atLeast).toBeUndefined();
});

it('has no gap where the process table was not read whole', () => {
  const cut: Moment = { edit: drop(/^scan\t/) };
  expect(pairs(oneRank(1740), { statement: SEED, sample: cut }).engine).toMatchObject({
    resident: unknown('proc-incomplete'),
    atLeast: fromMiB(1740),
    gap: undefined,
  });
});

it.each([
  ['the second stage of a pipeline', 'process tp0 "sglang::scheduler_PP1_TP0" on 3B:00.0 300'],
  ['a zombie, whose rank is cut off', 'process tp0 "sglang::scheduler_TP0" state Z on 3B:00.0 300'],
  ['a rank whose home cannot be told', 'process tp0 "sglang::scheduler_TP0" on 3B:00.0 300 on 41:00.0 [N/A]'],
])('has no accounting beside %s', (_what, line) => {
  const text = `${gpu('3B:00.0', '81000')}${gpu('41:00.0', '81000')}process server "sglang serve --port 30000"\n  ${line}`;
  const { engine, buses } = pairs(text, { statement: SEED });
  expect(buses.map(({ accounting }) => accounting)).toEqual(buses.map(() => undefined));
  expect(engine.accounting?.known).toBe(true);
});

it('says why accounting is unknown', () => {
  const { buses } = pairs(oneRank(1740), { statement: says({ weight: 1, kvcache: 2 }) });
  expect(buses[0]?.sentence).toBe(
    '00000000:3B:00.0: 1,740 MiB resident; accounting is unknown (internal_states[0].memory_usage.graph: the answer does not have this value; this version of the engine may not report it).',
  );
  expect(pairs(oneRank(1740)).engine.accounting).toEqual(unstated('not-asked'));
  expect(pairs(VLLM_SERVE_TP2).engine).toMatchObject({ bus: '00000000:3B:00.0', gap: undefined });
});

it('keeps negative accounting, with its gap and no share', () => {
  const { engine } = pairs(oneRank(1740), { statement: says({ weight: -16.75, kvcache: 0.25, graph: 0 }) });
  expect(engine).toMatchObject({ gap: fromMiB(1740 + 16_896), share: undefined });
  expect(engine.sentence).toMatch(
    /-16,896 MiB \(-16\.50 GiB\) accounted, .*: 18,636 MiB more resident than accounted\.$/,
  );
});

it('does not spread the sum of all GPUs that the two-column query gives', () => {
  const { engine, buses } = pairs(`${oneRank(1740)}smi refuse gpu_bus_id`, {
    statement: SEED,
  });
  expect(buses[0]?.bus).toBe('no-bus');
  expect(engine.resident).toEqual(unknown('no-bus-column'));
  expect(engine.gap).toBeUndefined();
});

const cell = fc.oneof(fc.integer({ min: 0, max: 80_000 }).map(String), fc.constant('[N/A]'));
const gib = fc.option(
  fc.double({ min: -50, max: 80, noNaN: true }).map((value) => Number(value.toFixed(2))),
  {
    nil: undefined,
  },
);

it('never throws, and has a gap only where both numbers are known', () => {
  fc.assert(
    fc.property(cell, cell, gib, gib, gib, fc.boolean(), (first, second, weight, kvcache, graph, isAsked) => {
      const text = TP2.replaceAll('sum+9', '81000')
        .replace(/ 1900$/m, ` ${second}`)
        .replace(/ 1740$/m, ` ${first}`);
      const memory = Object.fromEntries(
        Object.entries({ weight, kvcache, graph }).filter(([, value]) => value !== undefined),
      );
      const { engine, buses } = pairs(text, isAsked ? { statement: says(memory) } : {});
      for (const pair of [engine, ...buses]) {
        const isBoth = pair.resident.known && pair.accounting?.known === true;
        expect(pair.gap !== undefined).toBe(isBoth);
        expect(pair.within !== undefined).toBe(isBoth);
        expect(isBoth || pair.share === undefined).toBe(true);
        expect(pair.sentence).not.toMatch(/NaN|undefined|Infinity/);
      }
      expect(engine.resident.known).toBe(first !== '[N/A]' && second !== '[N/A]');
    }),
    { numRuns: 60 },
  );
});
