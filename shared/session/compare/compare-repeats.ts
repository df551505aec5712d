// The same two moments several times, of each cycle or each rank: what differs in all of them, and by how much it varies.
import type { Bytes } from '../../base/units.ts';
import type { BusId } from '../../model/ids.ts';
import type { Change } from './compare.ts';
import { alignRepeats, type RepeatedEngine, type Repeats } from './align-repeats.ts';
import type { PartName } from './compare-look.ts';
import { ofOneBus, ranksTogether, type WideSeries } from './repeat-ranks.ts';
import {
  allPairs,
  pairedDelta,
  sideOf,
  type RepeatedDelta,
  type RepeatedSide,
  type RepeatRange,
} from './repeat-range.ts';

/** `varies`: some of them grew and others did not, or the middle one is within the noise and not all are. */
export type RepeatedChange = Change | 'varies';

export interface RepeatedRow extends Omit<PartName, 'bus'> {
  /** The engine's place in `engines`; undefined for everybody else. */
  readonly engine: number | undefined;
  /** More than one where ranks were put together. */
  readonly buses: readonly BusId[];
  readonly a: RepeatedSide;
  readonly b: RepeatedSide;
  readonly delta: RepeatedDelta;
  readonly change: RepeatedChange;
  /** Every single difference is within the noise floor, and none is unknown. */
  readonly isNoise: boolean;
}

export interface RepeatedComparison {
  /** `a` and `b` as they were last. */
  readonly engines: readonly RepeatedEngine[];
  /** The largest middle difference first; unknown ones before all others. */
  readonly rows: readonly RepeatedRow[];
  readonly noise: Bytes;
}

export interface RepeatOptions {
  readonly noise: Bytes;
  /** Repeat by repeat, the first of A with the first of B; otherwise every one of A with every one of B. */
  readonly isPaired: boolean;
  /** The ranks of an engine are repeats as well, and stand in one row. */
  readonly overRanks: boolean;
}

/** Rows are aligned as those of two moments are. */
export function compareRepeats(before: Repeats, after: Repeats, options: RepeatOptions): RepeatedComparison {
  const { engines, series } = alignRepeats(before, after);
  const rows = (options.overRanks ? ranksTogether(series, options.isPaired) : series.map(ofOneBus)).map((each) =>
    rowOf(each, options),
  );
  return { engines, rows: rows.toSorted(largestMedianFirst), noise: options.noise };
}

function rowOf({ name, buses, a, b }: WideSeries, { noise, isPaired }: RepeatOptions): RepeatedRow {
  const sides = { a: sideOf(a), b: sideOf(b) };
  const delta = isPaired ? pairedDelta(a, b) : allPairs(sides.a, sides.b);
  const isStill = delta.range !== undefined && isWithin(delta.range.min, noise) && isWithin(delta.range.max, noise);
  // What was listed without a number may be the largest.
  const isWhole = a.concat(b).every(({ size }) => size === undefined || size.known);
  const isNoise = isStill && isWhole;
  const { class: kind, engine, role, rank } = name;
  return {
    class: kind,
    engine,
    role,
    rank,
    buses,
    ...sides,
    delta,
    change: isStill && !isWhole ? 'unknown' : changeOf(sides, delta.range, isNoise, noise),
    isNoise,
  };
}

function isWithin(size: Bytes, noise: Bytes): boolean {
  return Math.abs(size) <= noise;
}

function changeOf(
  { a, b }: { readonly a: RepeatedSide; readonly b: RepeatedSide },
  range: RepeatRange | undefined,
  isNoise: boolean,
  noise: Bytes,
): RepeatedChange {
  if (range === undefined) return 'unknown';
  if (a.listed === 0) return 'new';
  if (b.listed === 0) return 'gone';
  if (isNoise) return 'same';
  if (range.median > noise && range.min >= 0 - noise) return 'grown';
  return range.median < 0 - noise && range.max <= noise ? 'freed' : 'varies';
}

/** Unknown ones before all; of equal ones the one that is larger in some repeat. */
function largestMedianFirst(one: RepeatedRow, other: RepeatedRow): number {
  const sizes = ({ delta: { range }, change }: RepeatedRow): readonly [number, number] =>
    range === undefined || change === 'unknown'
      ? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [Math.abs(range.median), Math.max(Math.abs(range.min), Math.abs(range.max))];
  const [left, right] = [sizes(one), sizes(other)];
  if (left[0] !== right[0]) return right[0] - left[0];
  if (left[1] !== right[1]) return right[1] - left[1];
  const [bus, otherBus] = [one.buses.join(' '), other.buses.join(' ')];
  return bus === otherBus ? one.role.localeCompare(other.role, 'en') : bus < otherBus ? -1 : 1;
}
