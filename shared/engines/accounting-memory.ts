// Reads the memory numbers of one scheduler, in every generation of SGLang, from GiB with two or three decimals to bytes.
import { bytes, fromGiB, plus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import {
  stated,
  unstated,
  type RawFields,
  type RawValue,
  type RefusedField,
  type Stated,
} from '../model/accounting.ts';
import type { AccountingEntry, AccountingFinding, FindingCode } from './accounting.ts';
import { isObject, own, type JsonObject } from './accounting-json.ts';

/** How one endpoint names the parts. */
export interface MemoryNames {
  readonly weight: string;
  readonly kvcache: string;
  readonly graph: string;
}

export const SERVER_INFO_NAMES: MemoryNames = { weight: 'weight', kvcache: 'kvcache', graph: 'graph' };
export const LOADS_NAMES: MemoryNames = { weight: 'weight_gb', kvcache: 'kv_cache_gb', graph: 'graph_gb' };

/** One entry of an answer: its numbers, and where they stood. */
export interface RawEntry {
  readonly dpRank: number | null;
  readonly memory: RawFields;
  /** `internal_states[0].memory_usage`. */
  readonly place: string;
}

type PartName = 'weight' | 'kvcache' | 'graph';

const NEGATIVE: Readonly<Record<PartName, { readonly code: FindingCode; readonly means: string }>> = {
  weight: {
    code: 'negative-weight',
    means: 'it is a difference of free memory on the whole device, so another process freed memory during the load',
  },
  kvcache: { code: 'negative-kvcache', means: 'the size of a pool cannot be negative' },
  graph: {
    code: 'negative-graph',
    means: 'it is a difference of free memory on the whole device, so another process freed memory during the capture',
  },
};

export function readEntry(raw: RawEntry, names: MemoryNames, refused: readonly RefusedField[]): AccountingEntry {
  const size = (name: string): Stated<Bytes> => {
    const value = finite(own(raw.memory, name));
    return value === undefined ? whyNot(raw, name, refused) : stated(fromGiB(value));
  };
  const tokens = (name: string): Stated<number> => {
    const value = finite(own(raw.memory, name));
    if (value === undefined) return whyNot(raw, name, refused);
    // A count of tokens below zero stands for "none".
    return value < 0 ? unstated('null', `${raw.place}.${name}`) : stated(value);
  };
  const weight = size(names.weight);
  const kvcache = size(names.kvcache);
  const rawGraph = own(raw.memory, names.graph);
  const phases = isObject(rawGraph) ? graphPhases(rawGraph) : null;
  const graph = phases === null ? size(names.graph) : sumOfPhases(raw, names.graph, phases, refused);
  return {
    dpRank: raw.dpRank,
    weight,
    kvcache,
    graph,
    graphPhases: phases,
    tokenCapacity: tokens('token_capacity'),
    tokenCapacitySwa: tokens('token_capacity_swa'),
    startupAvailable: size('startup_available'),
    sum: addStated([weight, kvcache, graph]),
  };
}

/** Why a value is not there: it was refused, or is null, or the answer never had it. */
function whyNot(raw: RawEntry, name: string, refused: readonly RefusedField[]): Stated<never> {
  const where = `${raw.place}.${name}`;
  const refusal = refused.find(({ field }) => field === where || field === raw.place || field.startsWith(`${where}.`));
  if (refusal !== undefined) {
    const isNamed = refusal.was === 'not-finite' || refusal.was === 'null';
    return unstated(isNamed ? refusal.was : 'wrong-type', where);
  }
  return unstated(own(raw.memory, name) === null ? 'null' : 'missing', where);
}

/** Only the phases that are numbers. */
function graphPhases(graph: JsonObject): Record<string, Bytes> {
  return Object.fromEntries(
    Object.entries(graph).flatMap(([name, value]) => {
      const number = finite(value);
      return number === undefined ? [] : [[name, fromGiB(number)]];
    }),
  );
}

/** Unknown when a phase was refused or is not a number: a sum without it would be too small. */
function sumOfPhases(
  raw: RawEntry,
  name: string,
  phases: Readonly<Record<string, Bytes>>,
  refused: readonly RefusedField[],
): Stated<Bytes> {
  const where = `${raw.place}.${name}`;
  const graph = own(raw.memory, name);
  const nothing = isObject(graph) ? Object.keys(graph).find((phase) => !Object.hasOwn(phases, phase)) : undefined;
  if (nothing !== undefined) return unstated('null', `${where}.${nothing}`);
  const values = Object.values(phases);
  if (values.length === 0 || refused.some(({ field }) => field.startsWith(`${where}.`))) {
    return whyNot(raw, name, refused);
  }
  return stated(values.reduce(plus, ZERO_BYTES));
}

export function addStated(parts: readonly Stated<Bytes>[]): Stated<Bytes> {
  let sum = ZERO_BYTES;
  for (const part of parts) {
    if (!part.known) return part;
    sum = plus(sum, part.value);
  }
  return stated(sum);
}

/** The largest; unknown as soon as one is, because the unknown one could be the largest. */
export function largest(sums: readonly Stated<Bytes>[], none: Stated<never>): Stated<Bytes> {
  let most: Stated<Bytes> | undefined;
  for (const sum of sums) {
    if (!sum.known) return sum;
    if (most === undefined || !most.known || sum.value > most.value) most = sum;
  }
  return most ?? none;
}

/** Negative numbers, with their sign and their place. */
export function negativeParts(raw: RawEntry, names: MemoryNames): AccountingFinding[] {
  return (['weight', 'kvcache', 'graph'] as const).flatMap((part) => {
    const name = names[part];
    const value = own(raw.memory, name);
    const numbers: readonly (readonly [string, unknown])[] = isObject(value)
      ? Object.entries(value).map(([phase, number]) => [`${name}.${phase}`, number] as const)
      : [[name, value]];
    return numbers.flatMap(([where, number]): AccountingFinding[] => {
      const gib = finite(number);
      if (gib === undefined || gib >= 0) return [];
      const { code, means } = NEGATIVE[part];
      return [{ code, where: `${raw.place}.${where}`, text: `${part} is ${gib} GiB: ${means}` }];
    });
  });
}

/** Python prints 31.5 for 31.500, so the most digits of all numbers tell; engines round to 2 decimals or finer. */
const COARSEST_DECIMALS = 2;
/** Rounded to more than this, a number was not rounded at all: its digits are those of a float. */
const FINEST_DECIMALS = 6;

/** The step to which the numbers were rounded, as decimals of a GiB. */
export function decimalsSeen(entries: readonly RawEntry[], names: MemoryNames): number {
  const seen = entries.flatMap(({ memory }) =>
    [names.weight, names.kvcache, names.graph, 'startup_available'].flatMap((name) => {
      const value = own(memory, name);
      return (isObject(value) ? Object.values(value) : [value]).flatMap((number) => {
        const gib = finite(number);
        return gib === undefined ? [] : [decimals(gib)];
      });
    }),
  );
  return Math.min(
    FINEST_DECIMALS,
    seen.reduce((most, each) => (each > most ? each : most), COARSEST_DECIMALS),
  );
}

export function stepOf(decimalPlaces: number): Bytes {
  return fromGiB(10 ** -decimalPlaces);
}

/** Half a step for each number in a sum: three, and one more for each graph phase beyond the first. */
export function bandOf(entries: readonly AccountingEntry[], step: Bytes): Bytes {
  const most = entries.reduce((count, { graphPhases: phases }) => {
    const added = 2 + (phases === null ? 1 : Object.keys(phases).length);
    return added > count ? added : count;
  }, 3);
  return bytes(Math.ceil((step * most) / 2));
}

/** 0.98 → 2. A number so small that JavaScript prints an exponent (1e-7) has that many. */
function decimals(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const places = (mantissa.split('.')[1] ?? '').length - Number(exponent);
  return places > 0 ? places : 0;
}

/** A number of the answer. Recorded answers are read too, so the type is looked at again. */
function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The part of an entry that holds its memory numbers: an empty one when it is not there. */
export function memoryOf(entry: RawValue | undefined, name: string): RawFields | undefined {
  const memory = isObject(entry) ? own(entry, name) : undefined;
  return isObject(memory) ? (memory as RawFields) : undefined;
}
