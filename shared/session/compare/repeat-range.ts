// What repeats of one row measured, as smallest, middle and largest, and how many of them that is.
import type { Known } from '../../base/known.ts';
import type { Reason } from '../../base/reason.ts';
import { minus, type Bytes } from '../../base/units.ts';
import { median } from '../../ledger/cycles.ts';
import type { Pid } from '../../model/ids.ts';
import { differenceOf } from './compare.ts';

/** What one repeat says of one row; `size` is undefined where the repeat has no look. */
export interface RepeatValue {
  readonly size: Known<Bytes> | undefined;
  readonly isListed: boolean;
  /** Its process was there, whether or not it held anything; undefined where nobody looked, or it has no rank. */
  readonly isThere: boolean | undefined;
  readonly pids: readonly Pid[];
}

/** The middle one is one that was measured: of an even number the lower of the two in the middle. */
export interface RepeatRange {
  readonly min: Bytes;
  readonly median: Bytes;
  readonly max: Bytes;
}

export interface RepeatedSide {
  /** Of all repeats. */
  readonly pids: readonly Pid[];
  /** Of what was measured; undefined where nothing was. */
  readonly range: RepeatRange | undefined;
  /** How many were measured. One in which the whole list has no such row counts: it held nothing. */
  readonly measured: number;
  /** In how many it was listed. */
  readonly listed: number;
  readonly of: number;
  /** Why the others were not measured; a repeat without a look has none here. */
  readonly reasons: readonly Reason[];
}

export interface RepeatedDelta {
  /** B minus A, signed, of the pairs whose both sides were measured; undefined without any. */
  readonly range: RepeatRange | undefined;
  readonly measured: number;
  readonly of: number;
}

export function sideOf(values: readonly RepeatValue[]): RepeatedSide {
  const measured = values.flatMap(({ size }) => (size?.known === true ? [size.value] : []));
  return {
    pids: [...new Set(values.flatMap(({ pids }) => pids))].toSorted((one, other) => one - other),
    range: rangeOf(measured),
    measured: measured.length,
    listed: values.filter(({ isListed }) => isListed).length,
    of: values.length,
    reasons: values.flatMap(({ size }) => (size === undefined || size.known ? [] : [size.why])),
  };
}

/** undefined of nothing. */
export function rangeOf(sizes: readonly Bytes[]): RepeatRange | undefined {
  const middle = median(sizes);
  if (middle === undefined) return undefined;
  const ends = sizes.reduce(({ min, max }, size) => ({ min: size < min ? size : min, max: size > max ? size : max }), {
    min: middle,
    max: middle,
  });
  return { ...ends, median: middle };
}

/** Repeat by repeat. */
export function pairedDelta(a: readonly RepeatValue[], b: readonly RepeatValue[]): RepeatedDelta {
  const deltas = a.flatMap(({ size: from }, at) => {
    const to = b[at]?.size;
    const delta = from === undefined || to === undefined ? undefined : differenceOf(from, to);
    return delta?.known === true ? [delta.value] : [];
  });
  return { range: rangeOf(deltas), measured: deltas.length, of: Math.max(a.length, b.length) };
}

/** Every one of A with every one of B: the middle of B minus the middle of A, and the ends that any pair can reach. */
export function allPairs(a: RepeatedSide, b: RepeatedSide): RepeatedDelta {
  const counts = { measured: a.measured * b.measured, of: a.of * b.of };
  if (a.range === undefined || b.range === undefined) return { range: undefined, ...counts };
  const range = {
    min: minus(b.range.min, a.range.max),
    median: minus(b.range.median, a.range.median),
    max: minus(b.range.max, a.range.min),
  };
  return { range, ...counts };
}
