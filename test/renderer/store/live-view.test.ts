// A range of the timeline brings its numbers and takes them away again, and belongs to one node.
import { expect, it } from 'vitest';
import {
  START_TIMELINE,
  START_VIEW,
  timelineView,
  withTimeline,
  type Looked,
} from '../../../renderer/store/live-view.ts';

const BRUSH = { fromMs: 1_000, toMs: 5_000 };
const START: Looked = { view: { ...START_VIEW, tab: 'cycles' }, timeline: START_TIMELINE };

it('shows the numbers of a range that is taken, and then what was there before', () => {
  const taken = withTimeline(START, 'n1', { brush: BRUSH });
  expect(taken).toEqual({
    view: { ...START.view, tab: 'range', tabBefore: 'cycles' },
    timeline: { ...START_TIMELINE, of: 'n1', brush: BRUSH },
  });
  expect(withTimeline(taken, 'n1', { brush: undefined }).view.tab).toBe('cycles');
});

it('leaves the panel alone that is looked at while the range is moved or let go of', () => {
  const taken = withTimeline(START, 'n1', { brush: BRUSH });
  const away: Looked = { ...taken, view: { ...taken.view, tab: 'tree' } };
  expect(withTimeline(away, 'n1', { brush: { ...BRUSH, toMs: 6_000 } }).view.tab).toBe('tree');
  expect(withTimeline(away, 'n1', { brush: undefined }).view.tab).toBe('tree');
});

it('takes no range and no zoom over to the timeline of another node, and how it is drawn', () => {
  const taken = withTimeline(START, 'n1', { brush: BRUSH, fixed: BRUSH, mode: 'lanes', span: 'all' });
  expect(timelineView(taken.timeline, 'n2')).toEqual({
    of: 'n2',
    mode: 'lanes',
    span: 'all',
    fixed: undefined,
    brush: undefined,
  });
  // The numbers of the one are not on the other, whose own range brings them again.
  const other = withTimeline(taken, 'n2', { brush: { fromMs: 7, toMs: 9 } });
  expect([other.view.tab, other.timeline.brush]).toEqual(['range', { fromMs: 7, toMs: 9 }]);
});
