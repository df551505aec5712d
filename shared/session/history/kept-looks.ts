// Which looks of a window a plot has to draw, so that few pixels lose no extreme and no gap of a single look.
import type { ColumnPlan, LookSpan } from './look-columns.ts';
import { numberAt } from './size-column.ts';
import type { Track } from './track.ts';

/** A look by its chunk and its place in it. */
export interface LookPlace {
  readonly chunk: number;
  readonly at: number;
}

/**
 * Ascending. Of each column the first and the last look, of each line the smallest and the largest value and the first
 * that is no number; all looks where there are few. `lines` holds the tracks of each line, one a chunk of the plan.
 */
export function keptLooks(plan: ColumnPlan, lines: readonly (readonly Track[])[]): LookPlace[] {
  const spans = plan.spans.filter(({ isHeld }) => !isHeld);
  const looks = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const isAll = looks <= plan.columns * 2;
  const kept: LookPlace[] = [];
  for (const span of spans) {
    const { chunk, from, to } = span;
    const marked = isAll || to - from <= 2 ? undefined : markedIn(span, lines);
    for (let at = from; at < to; at += 1) if (marked === undefined || marked[at - from] === 1) kept.push({ chunk, at });
  }
  return kept;
}

/** 1 for each look of a span that stays. Where chunks meet in a column, each keeps its own: a few looks more, and none less. */
function markedIn({ chunk, from, to }: LookSpan, lines: readonly (readonly Track[])[]): Uint8Array {
  const marked = new Uint8Array(to - from);
  const mark = (at: number): void => {
    if (at >= from) marked[at - from] = 1;
  };
  mark(from);
  mark(to - 1);
  for (const tracks of lines) {
    const values = tracks[chunk]?.values;
    // Of a flat stretch the first and the last are enough.
    if (values === undefined || typeof values === 'number') continue;
    let [least, most, none] = [-1, -1, -1];
    for (let at = from; at < to; at += 1) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) {
        if (none === -1) none = at;
        continue;
      }
      if (least === -1 || value < numberAt(values, least)) least = at;
      if (most === -1 || value > numberAt(values, most)) most = at;
    }
    mark(least);
    mark(most);
    mark(none);
  }
  return marked;
}
