// Where the looks of a window fall among the pixel columns of a plot, and what lines reach in each of those columns.
import type { LookChunk } from './look-chunk.ts';
import { hasUnknown, unknownIn, widen, type Range, type Track } from './track.ts';

export interface ColumnWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Pixel columns, at least one. */
  readonly columns: number;
}

/** A time in which nothing holds. */
export interface Break {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Looks of one chunk that fall into one column: from `from` up to `to`, which is not one of them. */
export interface LookSpan {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
  readonly column: number;
  /** No look is in this column: the one before it holds here. */
  readonly isHeld: boolean;
}

export interface ColumnPlan {
  readonly chunks: readonly LookChunk[];
  readonly columns: number;
  /** In the order of time. A column that chunks meet in has several; one in a break, or after the newest look, has none. */
  readonly spans: readonly LookSpan[];
}

/** One of each chunk: of those that are not in the window `none`, so that a minute of a day costs what a minute costs. */
export function ofDrawn<Value>({ chunks, spans }: ColumnPlan, of: (chunk: LookChunk) => Value, none: Value): Value[] {
  const drawn = new Set(spans.map(({ chunk }) => chunk));
  return chunks.map((chunk, at) => (drawn.has(at) ? of(chunk) : none));
}

/** The newest look is as wide as this, so that it can be seen. */
const NEWEST_HOLDS_MS = 1_000;

/**
 * Costs as much as there are columns, however many looks there are. A size holds until the next look, also from before the
 * window into it, and never into a break.
 */
export function planColumns(
  chunks: readonly LookChunk[],
  window: ColumnWindow,
  breaks: readonly Break[] = [],
): ColumnPlan {
  const { fromMs, toMs, columns } = window;
  const width = (toMs - fromMs) / columns || 1;
  const spans: LookSpan[] = [];
  let next = 0;
  let held: { readonly chunk: number; readonly at: number } | undefined;
  const holdUntil = (column: number): void => {
    for (; next < column; next += 1) {
      if (held === undefined || isBroken(breaks, fromMs + next * width)) continue;
      spans.push({ chunk: held.chunk, from: held.at, to: held.at + 1, column: next, isHeld: true });
    }
  };
  for (const [chunk, { atMs, count }] of chunks.entries()) {
    if ((atMs[0] ?? toMs) > toMs) break;
    let at = firstFrom(atMs, fromMs, 0, count);
    if (at > 0) held = { chunk, at: at - 1 };
    while (at < count && (atMs[at] ?? toMs) <= toMs) {
      const place = Math.floor(((atMs[at] ?? fromMs) - fromMs) / width);
      const column = place < columns ? place : columns - 1;
      holdUntil(column);
      const endMs = column === columns - 1 ? toMs : fromMs + (column + 1) * width;
      const to = column === columns - 1 ? firstAfter(atMs, endMs, at, count) : firstFrom(atMs, endMs, at + 1, count);
      spans.push({ chunk, from: at, to, column, isHeld: false });
      held = { chunk, at: to - 1 };
      next = next > column ? next : column + 1;
      at = to;
    }
  }
  // What came last holds on where a later look says until when, and else for as long as a look is.
  const heldMs = newestMs(chunks) > toMs ? toMs : newestMs(chunks) + NEWEST_HOLDS_MS;
  const until = Math.ceil((heldMs - fromMs) / width);
  if (held !== undefined) holdUntil(until < columns ? until : columns);
  return { chunks, columns, spans };
}

function isBroken(breaks: readonly Break[], atMs: number): boolean {
  return breaks.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}

function newestMs(chunks: readonly LookChunk[]): number {
  const last = chunks.at(-1);
  return last?.atMs[last.count - 1] ?? Number.NEGATIVE_INFINITY;
}

function firstFrom(times: Float64Array, atMs: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? atMs) >= atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstAfter(times: Float64Array, atMs: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? atMs) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What a line reaches in each column; NaN where it has no number there. */
export interface Extremes {
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** 1 where a look of the column could not measure it. */
  readonly unknown: Uint8Array;
  /** Looks of the window that could not. */
  readonly unknownLooks: number;
}

/** `tracks` are those of one line, one a chunk of the plan. No spike and no gap of a single look is lost. */
export function extremesOf({ columns, spans }: ColumnPlan, tracks: readonly Track[]): Extremes {
  const least = new Float64Array(columns).fill(Number.NaN);
  const most = new Float64Array(columns).fill(Number.NaN);
  const unknown = new Uint8Array(columns);
  const range: Range = { least: Number.NaN, most: Number.NaN };
  let unknownLooks = 0;
  for (const { chunk, from, to, column, isHeld } of spans) {
    const track = tracks[chunk];
    if (track === undefined) continue;
    const [low, high] = [least[column] ?? Number.NaN, most[column] ?? Number.NaN];
    range.least = Number.isNaN(low) ? Number.POSITIVE_INFINITY : low;
    range.most = Number.isNaN(high) ? Number.NEGATIVE_INFINITY : high;
    widen(range, track, from, to);
    if (range.least <= range.most) {
      least[column] = range.least;
      most[column] = range.most;
    }
    if (!hasUnknown(track, from, to)) continue;
    unknown[column] = 1;
    if (!isHeld) unknownLooks += unknownIn(track, from, to);
  }
  return { least, most, unknown, unknownLooks };
}
