// Awake or asleep: who says so, with which numbers, and never silently guessed.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { known, unknown, type Known } from '../../../shared/base/known.ts';
import { fromGiB, fromMiB, type Bytes } from '../../../shared/base/units.ts';
import type { EngineStatement } from '../../../shared/engines/accounting.ts';
import { VLLM_ACCOUNTING } from '../../../shared/engines/vllm-accounting.ts';
import { stated, unstated, type Stated } from '../../../shared/model/accounting.ts';
import { engineState, type EngineStateInput } from '../../../shared/session/engine-state.ts';
import { info, statement } from '../engines/accounting-answers.ts';

/** 9.32 GiB in all, as in the seed's own run. */
const SGLANG = statement(['/server_info', info({ weight: 0.98, kvcache: 7.73, graph: 0.61 })]);
const NINE: Stated<Bytes> = stated(fromGiB(9.32));

const sglang = (residentMib: number | undefined, rest: Partial<EngineStateInput> = {}): EngineStateInput => ({
  kind: 'sglang',
  statement: SGLANG,
  told: undefined,
  resident: residentMib === undefined ? unknown('partial-row', 'pid 4008') : known(fromMiB(residentMib)),
  accounting: NINE,
  awakeLevel: undefined,
  ...rest,
});

const vllm = (isSleeping: boolean | undefined, rest: Partial<EngineStateInput> = {}): EngineStateInput => ({
  kind: 'vllm',
  statement: vllmStatement(isSleeping),
  told: undefined,
  resident: known(fromMiB(2048)),
  accounting: unstated('not-offered'),
  awakeLevel: fromMiB(60_000),
  ...rest,
});

function vllmStatement(isSleeping: boolean | undefined): EngineStatement {
  if (isSleeping === undefined) return VLLM_ACCOUNTING.read([]);
  const path = '/is_sleeping' as const;
  const picked = VLLM_ACCOUNTING.pick(path, JSON.stringify({ is_sleeping: isSleeping }));
  if (!picked.ok) throw new Error(picked.detail);
  return VLLM_ACCOUNTING.read([{ kind: 'answer', path, status: 200, receivedMs: 0, ...picked.value }]);
}

it('infers asleep below half of accounting, and says with which numbers', () => {
  expect(engineState(sglang(1740))).toEqual({
    value: 'asleep',
    source: 'inferred',
    text: '1,740 MiB resident is 18.2 % of the 9,543.68 MiB (9.32 GiB) accounted: below 50.0 %, it looks released',
  });
});

it('infers awake near and above accounting, and says what else looks the same', () => {
  expect(engineState(sglang(10_900))).toEqual({
    value: 'awake',
    source: 'inferred',
    text: '10,900 MiB resident is 114.2 % of the 9,543.68 MiB (9.32 GiB) accounted: from 90.0 % on it looks awake, or like a release that freed nothing',
  });
});

it('infers partial in between', () => {
  expect(engineState(sglang(6000))).toEqual({
    value: 'partial',
    source: 'inferred',
    text: '6,000 MiB resident is 62.9 % of the 9,543.68 MiB (9.32 GiB) accounted: between 50.0 % and 90.0 %, partly released',
  });
});

it.each([
  [499, 'asleep'],
  [500, 'partial'],
  [899, 'partial'],
  [900, 'awake'],
])('takes the thresholds as they stand: %i of 1,000 MiB is %s', (mib, value) => {
  expect(engineState(sglang(mib, { accounting: stated(fromMiB(1000)) })).value).toBe(value);
});

it('compares with its own awake level too, and alone where accounting is unknown', () => {
  expect(engineState(sglang(1740, { awakeLevel: fromMiB(11_000) })).text).toBe(
    '1,740 MiB resident is 18.2 % of the 9,543.68 MiB (9.32 GiB) accounted and 15.8 % of the 11,000 MiB when last awake: below 50.0 %, it looks released',
  );
  expect(
    engineState(sglang(1740, { statement: undefined, accounting: unstated('timeout'), awakeLevel: fromMiB(11_000) })),
  ).toEqual({
    value: 'asleep',
    source: 'inferred',
    text: '1,740 MiB resident is 15.8 % of the 11,000 MiB when last awake: below 50.0 %, it looks released',
  });
});

it('does not choose between two levels that contradict each other', () => {
  expect(engineState(sglang(9000, { awakeLevel: fromMiB(30_000) }))).toEqual({
    value: 'unknown',
    source: 'inferred',
    text: '9,000 MiB resident is 94.3 % of the 9,543.68 MiB (9.32 GiB) accounted and 30.0 % of the 30,000 MiB when last awake: the two levels contradict each other',
  });
});

it('infers nothing from unknown numbers', () => {
  expect(engineState(sglang(undefined))).toEqual({
    value: 'unknown',
    source: 'none',
    text: 'SGLang does not report whether it sleeps, and its resident memory is unknown: the driver lists a process of this tree without a number for its memory',
  });
  expect(engineState(sglang(1740, { accounting: unstated('missing', 'loads[0].memory.graph_gb') }))).toEqual({
    value: 'unknown',
    source: 'none',
    text: 'SGLang does not report whether it sleeps, and there is no level to compare with: it was not seen awake, and its accounting is unknown (loads[0].memory.graph_gb: the answer does not have this value; this version of the engine may not report it)',
  });
});

it('takes no share of a sum with a negative part', () => {
  const negative = statement(['/server_info', info({ weight: -16.75, kvcache: 30, graph: 0 })]);
  const input = sglang(13_000, { statement: negative, accounting: stated(fromGiB(13.25)) });
  expect(engineState(input)).toEqual({
    value: 'unknown',
    source: 'none',
    text: 'SGLang does not report whether it sleeps, and there is no level to compare with: it was not seen awake, and its accounting has a negative part',
  });
  expect(engineState({ ...input, awakeLevel: fromMiB(30_000) }).value).toBe('asleep');
});

it('lets what the user says beat what is inferred, and shows both', () => {
  expect(engineState(sglang(10_900, { told: 'asleep' }))).toEqual({
    value: 'asleep',
    source: 'told',
    text: 'you said asleep; inferred alone: 10,900 MiB resident is 114.2 % of the 9,543.68 MiB (9.32 GiB) accounted: from 90.0 % on it looks awake, or like a release that freed nothing',
  });
  expect(engineState(sglang(undefined, { told: 'awake' }))).toEqual({
    value: 'awake',
    source: 'told',
    text: 'you said awake',
  });
});

it('takes the report of vLLM, and says both where the user differs', () => {
  expect(engineState(vllm(false))).toEqual({
    value: 'awake',
    source: 'reported',
    text: 'the engine reports: is_sleeping is false',
  });
  expect(engineState(vllm(true, { told: 'asleep' })).source).toBe('reported');
  expect(engineState(vllm(true, { told: 'awake' }))).toEqual({
    value: 'asleep',
    source: 'reported',
    text: 'the engine reports: is_sleeping is true; no metric tells the level; you said awake, and its report counts',
  });
});

it('infers nothing for vLLM, an orphan of it or a tree, whatever the level', () => {
  expect(engineState(vllm(undefined))).toEqual({
    value: 'unknown',
    source: 'none',
    text: 'vLLM did not answer with its sleep state',
  });
  expect(engineState(vllm(undefined, { statement: undefined })).text).toBe('vLLM was not asked whether it sleeps');
  expect(engineState(sglang(1740, { kind: 'tree', statement: undefined }))).toEqual({
    value: 'unknown',
    source: 'none',
    text: 'nobody says whether it sleeps',
  });
});

const size = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((count) => fromMiB(count / 1024));
const resident: fc.Arbitrary<Known<Bytes>> = fc.oneof(size.map(known), fc.constant(unknown('smi-timeout')));
const accounting: fc.Arbitrary<Stated<Bytes>> = fc.oneof(size.map(stated), fc.constant(unstated('timeout')));

it('never throws, and infers only from a resident size and a level', () => {
  fc.assert(
    fc.property(
      fc.record<EngineStateInput>({
        kind: fc.constantFrom('sglang', 'vllm', 'tree'),
        statement: fc.constantFrom(undefined, SGLANG, vllmStatement(undefined)),
        told: fc.constantFrom(undefined, 'awake', 'asleep'),
        resident,
        accounting,
        awakeLevel: fc.option(size, { nil: undefined }),
      }),
      (input) => {
        const { value, source, text } = engineState(input);
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
        const isMeasured = input.resident.known && (input.accounting.known || input.awakeLevel !== undefined);
        expect(source !== 'inferred' || (input.kind === 'sglang' && isMeasured)).toBe(true);
        expect(source !== 'none' || value === 'unknown').toBe(true);
        expect(source !== 'told' || value === input.told).toBe(true);
      },
    ),
  );
});
