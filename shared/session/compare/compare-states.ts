// Awake, asleep and woken beside each other, over all cycles of one run, or of two: who held what in each state.
import type { Bytes } from '../../base/units.ts';
import type { BusId } from '../../model/ids.ts';
import { alignRepeats, type EngineRepeats, type Repeat, type RepeatedEngine } from './align-repeats.ts';
import type { PartName } from './compare-look.ts';
import { ofOneBus, ranksTogether, type WideSeries } from './repeat-ranks.ts';
import {
  allPairs,
  pairedDelta,
  sideOf,
  type RepeatedDelta,
  type RepeatedSide,
  type RepeatValue,
} from './repeat-range.ts';

/** The three looks of one cycle; undefined for one that it never came to. */
export interface CycleLooks {
  readonly awake: Repeat;
  readonly asleep: Repeat;
  readonly woken: Repeat;
}

/** The cycles of one engine, in the order of their time; see `Repeats` for who has none. */
export interface CyclesOfEngine extends Pick<EngineRepeats, 'lives'> {
  readonly cycles: readonly CycleLooks[];
}

export const STATES = ['awake', 'asleep', 'woken'] as const;
export type CycleState = (typeof STATES)[number];

export type OfStates<Value> = Readonly<Record<CycleState, Value>>;

export interface StatesRow extends Omit<PartName, 'bus'> {
  /** The engine's place in `engines`; undefined for everybody else. */
  readonly engine: number | undefined;
  /** More than one where ranks were put together. */
  readonly buses: readonly BusId[];
  readonly a: OfStates<RepeatedSide>;
  /** undefined where there is one run only. */
  readonly b: OfStates<RepeatedSide> | undefined;
  /** Of A: asleep minus awake, and woken minus awake, cycle by cycle. */
  readonly slept: RepeatedDelta;
  readonly woke: RepeatedDelta;
  /** B minus A in each state, every one with every one; undefined where there is one run only. */
  readonly delta: OfStates<RepeatedDelta> | undefined;
  /** Nothing that is compared differs by more than the noise floor, and nothing is unknown. */
  readonly isNoise: boolean;
}

export interface StatesComparison {
  /** Of one run each is in `a`. */
  readonly engines: readonly RepeatedEngine[];
  /** The largest middle difference first (of two runs in any state, of one run of the sleep); unknown before all. */
  readonly rows: readonly StatesRow[];
  readonly noise: Bytes;
}

export interface StatesOptions {
  readonly noise: Bytes;
  /** The ranks of an engine stand in one row. */
  readonly overRanks: boolean;
}

/** Each engine in its own cycles. `b` is undefined for one run. */
export function compareStates(
  a: readonly CyclesOfEngine[],
  b: readonly CyclesOfEngine[] | undefined,
  { noise, overRanks }: StatesOptions,
): StatesComparison {
  const { engines, series } = alignRepeats(inOrder(a), inOrder(b ?? []));
  const rows = (overRanks ? ranksTogether(series, false) : series.map(ofOneBus)).map((each) =>
    rowOf(each, b !== undefined, noise),
  );
  return { engines, rows: rows.toSorted(largestFirst), noise };
}

function inOrder(engines: readonly CyclesOfEngine[]): EngineRepeats[] {
  return engines.map(({ lives, cycles }) => ({
    lives,
    repeats: cycles.flatMap((cycle) => STATES.map((state): Repeat => cycle[state])),
  }));
}

function rowOf({ name, buses, a, b }: WideSeries, hasB: boolean, noise: Bytes): StatesRow {
  const { class: kind, engine, role, rank } = name;
  const left = byState(a);
  const right = byState(b);
  const sides = { a: ofEach(left, sideOf), b: hasB ? ofEach(right, sideOf) : undefined };
  const delta = sides.b === undefined ? undefined : differences(sides.a, sides.b);
  const slept = pairedDelta(left.awake, left.asleep);
  const woke = pairedDelta(left.awake, left.woken);
  const compared = delta === undefined ? [slept, woke] : STATES.map((state) => delta[state]);
  const measured = compared.flatMap(({ range }) => (range === undefined ? [] : [range]));
  const isStill = measured.every(({ min, max }) => Math.abs(min) <= noise && Math.abs(max) <= noise);
  // A state that no cycle came to differs in nothing; one that was looked at and not measured may.
  const isWhole = [...a, ...b].every(({ size }) => size === undefined || size.known);
  const isNoise = measured.length > 0 && isStill && isWhole;
  return { class: kind, engine, role, rank, buses, ...sides, slept, woke, delta, isNoise };
}

function byState(values: readonly RepeatValue[]): OfStates<readonly RepeatValue[]> {
  const of = (place: number): RepeatValue[] => values.filter((_, at) => at % STATES.length === place);
  return { awake: of(0), asleep: of(1), woken: of(2) };
}

function ofEach<From, To>(values: OfStates<From>, make: (value: From) => To): OfStates<To> {
  return { awake: make(values.awake), asleep: make(values.asleep), woken: make(values.woken) };
}

function differences(a: OfStates<RepeatedSide>, b: OfStates<RepeatedSide>): OfStates<RepeatedDelta> {
  return {
    awake: allPairs(a.awake, b.awake),
    asleep: allPairs(a.asleep, b.asleep),
    woken: allPairs(a.woken, b.woken),
  };
}

/** How much a row differs: of two runs the most in any state, of one run by its sleep. Unknown may be the most. */
function weight({ slept, delta }: StatesRow): number {
  const compared = delta === undefined ? [slept] : STATES.map((state) => delta[state]);
  const sizes = compared.flatMap(({ range }) => (range === undefined ? [] : [Math.abs(range.median)]));
  return sizes.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...sizes);
}

function largestFirst(one: StatesRow, other: StatesRow): number {
  const [left, right] = [weight(one), weight(other)];
  if (left !== right) return right - left;
  const [bus, otherBus] = [one.buses.join(' '), other.buses.join(' ')];
  return bus === otherBus ? one.role.localeCompare(other.role, 'en') : bus < otherBus ? -1 : 1;
}
