// One number of many looks, made to be drawn: with the extremes of every few looks beside it, and what of it is unknown.
import { numberAt, packed, type Numbers } from './size-column.ts';

/** Immutable; of the looks of one chunk. */
export interface Track {
  /** NaN where there is no number. */
  readonly values: Numbers;
  /** Of every `BLOCK` values; undefined where one number says it all. NaN where a block has no number. */
  readonly blocks: { readonly least: Float64Array; readonly most: Float64Array } | undefined;
  /** The looks that saw it and could not measure it: 1 or NaN. */
  readonly unknown: Numbers;
  /** How many those are. */
  readonly unknownCount: number;
}

/** Values that are summed up together: a few times fewer to look at in a wide window, and few at its edges. */
export const BLOCK = 16;

export const NO_TRACK: Track = { values: Number.NaN, blocks: undefined, unknown: Number.NaN, unknownCount: 0 };

/** `unknown` is 1 where a look could not measure it, undefined where all could. */
export function trackOf(values: Float64Array, unknown: Float64Array | undefined): Track {
  const numbers = packed(values);
  let unknownCount = 0;
  for (const each of unknown ?? []) if (each === 1) unknownCount += 1;
  return {
    values: numbers,
    blocks: typeof numbers === 'number' ? undefined : blocksOf(numbers),
    unknown: unknown === undefined ? Number.NaN : packed(unknown),
    unknownCount,
  };
}

/** Of looks that all say the same. */
export function flatTrack(value: number, isUnknown: boolean, count: number): Track {
  const unknown = isUnknown ? 1 : Number.NaN;
  return { values: value, blocks: undefined, unknown, unknownCount: isUnknown ? count : 0 };
}

function blocksOf(values: Float32Array | Float64Array): Track['blocks'] {
  const count = Math.ceil(values.length / BLOCK);
  const least = new Float64Array(count);
  const most = new Float64Array(count);
  for (let block = 0; block < count; block += 1) {
    const range: Range = { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY };
    const end = (block + 1) * BLOCK;
    widenBy(range, values, block * BLOCK, end < values.length ? end : values.length);
    const isEmpty = range.least > range.most;
    least[block] = isEmpty ? Number.NaN : range.least;
    most[block] = isEmpty ? Number.NaN : range.most;
  }
  return { least, most };
}

/** From the least to the most; `least` above `most` while it holds nothing. */
export interface Range {
  least: number;
  most: number;
}

/** Takes the values of some looks into a range, those from `from` up to `to`, which is not one of them. */
export function widen(range: Range, { values, blocks }: Track, from: number, to: number): void {
  if (typeof values === 'number') {
    if (values < range.least) range.least = values;
    if (values > range.most) range.most = values;
    return;
  }
  const first = Math.ceil(from / BLOCK);
  const last = Math.floor(to / BLOCK);
  if (blocks === undefined || first >= last) {
    widenBy(range, values, from, to);
    return;
  }
  widenBy(range, values, from, first * BLOCK);
  for (let block = first; block < last; block += 1) {
    const [least, most] = [blocks.least[block] ?? Number.NaN, blocks.most[block] ?? Number.NaN];
    if (least < range.least) range.least = least;
    if (most > range.most) range.most = most;
  }
  widenBy(range, values, last * BLOCK, to);
}

/** NaN is neither less nor more than anything. */
function widenBy(range: Range, values: Float32Array | Float64Array, from: number, to: number): void {
  let { least, most } = range;
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  range.least = least;
  range.most = most;
}

/** Whether one of these looks could not measure it. */
export function hasUnknown({ unknown, unknownCount }: Track, from: number, to: number): boolean {
  if (unknownCount === 0) return false;
  for (let at = from; at < to; at += 1) if (numberAt(unknown, at) === 1) return true;
  return false;
}

/** How many of these looks could not measure it. */
export function unknownIn({ unknown, unknownCount }: Track, from: number, to: number): number {
  if (unknownCount === 0) return 0;
  let count = 0;
  for (let at = from; at < to; at += 1) if (numberAt(unknown, at) === 1) count += 1;
  return count;
}
