// The looks of a history by place and by time, as points or as packed columns.
import { firstWhere } from '../first-where.ts';
import type { HistoryPoint } from './history-point.ts';
import { CHUNK, type History } from './history.ts';
import { packLooks, unpackLook, type LookChunk } from './look-chunk.ts';

/** What is packed of the newest looks, by the list that holds them: it is asked for again with every picture. */
const NEWEST = new WeakMap<readonly HistoryPoint[], LookChunk>();

/** Oldest first, the newest looks too. Each but the last has `CHUNK` looks. */
export function chunksOf({ full, last }: History): readonly LookChunk[] {
  return last.length === 0 ? full : [...full, newestChunk(last)];
}

function newestChunk(last: readonly HistoryPoint[]): LookChunk {
  const known = NEWEST.get(last) ?? packLooks(last);
  NEWEST.set(last, known);
  return known;
}

export function lookCount({ full, last }: History): number {
  return full.length * CHUNK + last.length;
}

/** On the observer's clock; `at` counts from the oldest look that is kept. undefined where there is none. */
export function lookMs({ full, last }: History, at: number): number | undefined {
  return full[Math.floor(at / CHUNK)]?.atMs[at % CHUNK] ?? last[at - full.length * CHUNK]?.atMs;
}

/** Of the oldest look that is kept. */
export function oldestMs(history: History): number | undefined {
  return lookMs(history, 0);
}

export function newestMs({ last }: History): number | undefined {
  return last.at(-1)?.atMs;
}

/** One look; undefined where there is none. */
export function pointAt({ full, last }: History, at: number): HistoryPoint | undefined {
  const chunk = full[Math.floor(at / CHUNK)];
  return chunk === undefined ? last[at - full.length * CHUNK] : unpackLook(chunk, at % CHUNK);
}

/** Looks from one time to another, both included. */
export function pointsBetween(history: History, fromMs: number, toMs: number): HistoryPoint[] {
  return pointsFromTo(history, looksBefore(history, fromMs), looksUntil(history, toMs));
}

/** By place, `to` not included. */
export function pointsFromTo(history: History, from: number, to: number): HistoryPoint[] {
  const points: HistoryPoint[] = [];
  for (let at = from < 0 ? 0 : from; at < to; at += 1) {
    const point = pointAt(history, at);
    if (point !== undefined) points.push(point);
  }
  return points;
}

/** How many looks are earlier than a time: the place of the first one that is not. */
export function looksBefore(history: History, atMs: number): number {
  return firstWhere(lookCount(history), (at) => (lookMs(history, at) ?? atMs) >= atMs);
}

/** How many looks are at a time or earlier. */
export function looksUntil(history: History, atMs: number): number {
  return firstWhere(lookCount(history), (at) => (lookMs(history, at) ?? atMs) > atMs);
}

/** The place of the look of exactly this time, also where a clock went back; -1 where there is none. */
export function placeOfLook(history: History, atMs: number): number {
  const likely = looksBefore(history, atMs);
  if (lookMs(history, likely) === atMs) return likely;
  const count = lookCount(history);
  for (let at = 0; at < count; at += 1) if (lookMs(history, at) === atMs) return at;
  return -1;
}

/** The place of the look nearest to a time, the earlier of two; -1 before the first look. */
export function nearestLook(history: History, atMs: number): number {
  const count = lookCount(history);
  const after = looksUntil(history, atMs);
  if (after === 0) return count === 0 ? -1 : 0;
  const next = lookMs(history, after);
  const before = lookMs(history, after - 1) ?? atMs;
  return next !== undefined && next - atMs < atMs - before ? after : after - 1;
}

/** The place of the look that was the newest one at a time, as every panel shows it; before the first look that one. */
export function lookHeldAt(history: History, atMs: number): number {
  const after = looksUntil(history, atMs);
  return after === 0 ? (lookCount(history) === 0 ? -1 : 0) : after - 1;
}

/** The looks next to a time, so many on each side. */
export function looksAround(history: History, atMs: number, each = 16): HistoryPoint[] {
  const at = nearestLook(history, atMs);
  return pointsFromTo(history, at - each, Math.min(lookCount(history), at + each + 1));
}
