// How much of a sleep fell into gaps: in one of them an engine may have woken and slept again, and nobody would know.
import { firstWhere } from '../first-where.ts';

/** Milliseconds, on one clock. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What gaps cover, in the order of time: a time that lies in two of them is there once. */
export function unseenSpans(gaps: readonly Span[]): readonly Span[] {
  const spans: Span[] = [];
  for (const { fromMs, toMs } of gaps.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = spans.at(-1);
    if (last === undefined || fromMs > last.toMs) spans.push({ fromMs, toMs });
    else if (toMs > last.toMs) spans[spans.length - 1] = { fromMs: last.fromMs, toMs };
  }
  return spans;
}

/** Milliseconds of a span that `unseen`, as `unseenSpans` makes it, covers. */
export function unseenMs(unseen: readonly Span[], { fromMs, toMs }: Span): number {
  let sum = 0;
  for (let at = firstWhere(unseen.length, (each) => (unseen[each]?.toMs ?? fromMs) > fromMs); ; at += 1) {
    const span = unseen[at];
    if (span === undefined || span.fromMs >= toMs) return sum;
    sum += Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs);
  }
}

/** One sleep, the lives of its engine, oldest first, and the newest look at the node. */
export interface SleepOf {
  readonly releaseMs: number;
  readonly wakeMs: number | undefined;
}
type Lives = readonly { readonly firstMs: number | null; readonly lastMs: number | null }[];

/** The last look at its engine, where that ended in this sleep; undefined where it woke, and where it sleeps on. */
export function endedAsleepMs(
  { releaseMs, wakeMs }: SleepOf,
  runs: Lives,
  newestMs: number | undefined,
): number | undefined {
  if (wakeMs !== undefined) return undefined;
  const lastMs = runs.findLast(({ firstMs }) => firstMs !== null && firstMs <= releaseMs)?.lastMs ?? newestMs;
  return lastMs === newestMs ? undefined : lastMs;
}

/** From the release to the wake. A sleep that goes on has no end, one whose engine is gone ends at its last look. */
export function sleepSpan(sleep: SleepOf, runs: Lives, newestMs: number | undefined): Span {
  const toMs = sleep.wakeMs ?? endedAsleepMs(sleep, runs, newestMs) ?? Number.POSITIVE_INFINITY;
  return { fromMs: sleep.releaseMs, toMs };
}
