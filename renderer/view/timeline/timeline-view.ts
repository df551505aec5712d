// What of a timeline is shown, and how: it stays while the user is on another screen.
import type { TimelineBy } from '../../../shared/session/timeline/timeline-series.ts';

/** Milliseconds since 1970, on the observer's clock. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimelineView {
  readonly mode: TimelineBy | 'lanes';
  /** How much of the newest is shown, while `fixed` is undefined. */
  readonly span: '120000' | '600000' | '3600000' | 'all';
  /** A range that was zoomed or moved to; undefined follows the newest look. */
  readonly fixed: TimeRange | undefined;
  /** A range that was dragged: its numbers are shown. */
  readonly brush: TimeRange | undefined;
}

export const FOLLOWING: TimelineView = { mode: 'engine', span: '600000', fixed: undefined, brush: undefined };
