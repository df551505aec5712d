// How the live screen is looked at: which panel, and which part of the timeline.
import type { NodeId } from '../../shared/model/observation.ts';
import { FOLLOWING, type TimelineView } from '../view/timeline/timeline-view.ts';

export type LiveTab = 'tree' | 'matrix' | 'pair' | 'cycles' | 'range';

export interface LiveView {
  readonly tab: LiveTab;
  /** What a range took the place of. */
  readonly tabBefore: LiveTab;
  readonly zoomed: boolean;
  readonly attentionOnly: boolean;
}

export const START_VIEW: LiveView = { tab: 'tree', tabBefore: 'tree', zoomed: false, attentionOnly: false };

/** Of one node: its times say nothing on the timeline of another. */
export interface NodeTimeline extends TimelineView {
  readonly of: NodeId | undefined;
}

export const START_TIMELINE: NodeTimeline = { ...FOLLOWING, of: undefined };

export function timelineView(timeline: NodeTimeline, node: NodeId): NodeTimeline {
  return timeline.of === node ? timeline : { ...timeline, fixed: undefined, brush: undefined, of: node };
}

export interface Looked {
  readonly view: LiveView;
  readonly timeline: NodeTimeline;
}

/** A range that is taken brings its numbers, and one that is let go of brings back what they took the place of. */
export function withTimeline({ view, timeline: all }: Looked, node: NodeId, part: Partial<TimelineView>): Looked {
  const before = timelineView(all, node);
  const timeline = { ...before, ...part };
  const isOpened = before.brush === undefined && timeline.brush !== undefined;
  const isClosed = timeline.brush === undefined && view.tab === 'range';
  if (isOpened && view.tab !== 'range') return { timeline, view: { ...view, tab: 'range', tabBefore: view.tab } };
  if (isClosed) return { timeline, view: { ...view, tab: view.tabBefore } };
  return { timeline, view };
}
