// All hints of a node together: their order, what a clean sleep says, and that unknown parts neither throw nor make numbers.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import { allHints } from '../../../shared/hints/all-hints.ts';
import { HINT_CODES, type HintInput } from '../../../shared/hints/hint.ts';
import { ASLEEP_CLEAN, FOREIGN_CONTEXT, GONE_ROWS, MILES_SPAWN_STUB, VLLM_ON_RAY } from '../../kit/scenarios.ts';
import { gpu, oneRank, says, sceneOf } from './hint-scene.ts';

const codes = (input: HintInput): readonly string[] => allHints(input).map(({ code }) => code);

it('has nothing to say of a clean sleep', () => {
  const statement = says({ weight: 15, kvcache: 30, graph: 0.6 }, { enable_memory_saver: true, tp_size: 1 });
  const clean = oneRank(1536, 'env "SGLANG_MEMORY_SAVER_CUDA_GRAPH=true"');
  expect(codes(sceneOf(clean, { statement, awake: oneRank(48_000), earlier: [1536, 1536] }))).toEqual([]);
  expect(codes(sceneOf(ASLEEP_CLEAN))).toEqual([]);
});

it('lists several in the order of the codes', () => {
  const env = 'env "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True"';
  const text = `${oneRank(62_000, env)}process trainer "torchrun train.py" on 3B:00.0 4000\ngone 4999 on 3B:00.0 2000`;
  const statement = says({ weight: 15, kvcache: 44, graph: 1 }, { enable_memory_saver: false, use_ray: true });
  const found = codes(sceneOf(text, { statement, told: 'asleep', earlier: [60_000, 61_000] }));
  expect(found).toEqual([
    'release-freed-nothing',
    'expandable-segments',
    'workers-outside-tree',
    'growing-over-cycles',
    'co-tenant',
    'gone-holders',
  ]);
  expect(found).toEqual(HINT_CODES.filter((code) => found.includes(code)));
});

it('leaves the verdict and everything else as it is', () => {
  const input = sceneOf(GONE_ROWS, { statement: says({ weight: -1, kvcache: 2, graph: 0 }) });
  const before = JSON.stringify([input.judgement, input.pair, input.state, input.ledgers]);
  expect(allHints(input)).not.toEqual([]);
  expect(JSON.stringify([input.judgement, input.pair, input.state, input.ledgers])).toBe(before);
});

const size = fc.oneof(
  fc.integer({ min: 0, max: 80_000 }).map(String),
  fc.constant('[N/A]'),
  fc.constant('[Unknown Error]'),
);
const gib = fc.option(
  fc.double({ min: -20, max: 60, noNaN: true }).map((value) => Number(value.toFixed(2))),
  { nil: undefined },
);
const settings = fc.record(
  {
    enable_memory_saver: fc.constantFrom(true, false, null, 'yes'),
    use_ray: fc.constantFrom(true, false, null),
    tp_size: fc.constantFrom(1, 2, null, -3, 0.5),
    dp_size: fc.constantFrom(0, 1, 2),
    enable_dp_attention: fc.boolean(),
  },
  { requiredKeys: [] },
);

it('never throws and never makes a number from nothing, whatever is unknown', () => {
  const property = fc.property(
    size,
    size,
    size,
    fc.record({ weight: gib, kvcache: gib, graph: gib }),
    fc.option(settings, { nil: undefined }),
    fc.constantFrom(undefined, 'awake' as const, 'asleep' as const),
    fc.array(fc.option(fc.nat(80_000)), { maxLength: 6 }),
    fc.constantFrom('env "SGLANG_MEMORY_SAVER_CUDA_GRAPH="', 'env "PYTORCH_ALLOC_CONF=expandable_segments"', ''),
    (first, second, other, memory, told, state, earlier, env) => {
      const text = `${gpu('3B:00.0', '81000')}${gpu('41:00.0', '[N/A]')}process server "sglang serve --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${first} ${env}
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${second}
process other "python a.py" on 3B:00.0 ${other}`;
      const numbers = Object.fromEntries(Object.entries(memory).filter(([, value]) => value !== undefined));
      const input = sceneOf(text, {
        ...(told === undefined ? {} : { statement: says(numbers, told) }),
        ...(state === undefined ? {} : { told: state }),
        earlier,
      });
      const found = allHints(input);
      for (const hint of found) {
        expect(hint.text).not.toMatch(/NaN|undefined|Infinity|\[object/);
        expect(hint.evidence.length).toBeGreaterThan(0);
      }
      const named: readonly string[] = found.map(({ code }) => code);
      const rests = ['release-freed-nothing', 'weights-only', 'graph-not-released', 'context-and-nccl'];
      expect(input.pair.engine.resident.known || !named.some((code) => rests.includes(code))).toBe(true);
    },
  );
  fc.assert(property, { numRuns: 80 });
});

it('stands an input in which every size is unknown', () => {
  const nothing = unknown('smi-timeout');
  for (const text of [ASLEEP_CLEAN, FOREIGN_CONTEXT, GONE_ROWS, MILES_SPAWN_STUB, VLLM_ON_RAY]) {
    const input = sceneOf(text);
    const hidden: HintInput = {
      ...input,
      pair: { ...input.pair, engine: { ...input.pair.engine, bus: null, resident: nothing, atLeast: undefined } },
      rows: input.rows.map((row) => ({ ...row, used: nothing })),
      ledgers: input.ledgers.map((ledger) => ({
        ...ledger,
        entries: ledger.entries.map((entry) => ({ ...entry, bytes: nothing })),
      })),
      foreign: [],
      earlier: [known(fromMiB(1)), nothing, nothing],
    };
    for (const { text: sentence } of allHints(hidden)) expect(sentence).not.toMatch(/\d MiB/);
  }
});
