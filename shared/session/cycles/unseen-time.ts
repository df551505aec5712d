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

/**
 * From the release to the wake. A sleep that goes on has no end, one whose engine is gone ends at its last look.
 * `runs` are the lives of its engine, oldest first; `newestMs` is of the newest look at the node.
 */
export function sleepSpan(
  { releaseMs, wakeMs }: { readonly releaseMs: number; readonly wakeMs: number | undefined },
  runs: readonly { readonly firstMs: number | null; readonly lastMs: number | null }[],
  newestMs: number | undefined,
): Span {
  if (wakeMs !== undefined) return { fromMs: releaseMs, toMs: wakeMs };
  const lastMs = runs.findLast(({ firstMs }) => firstMs !== null && firstMs <= releaseMs)?.lastMs ?? newestMs;
  const isGone = lastMs !== undefined && lastMs !== newestMs;
  return { fromMs: releaseMs, toMs: isGone ? lastMs : Number.POSITIVE_INFINITY };
}
