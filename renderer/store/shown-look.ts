// Which look of a node is shown: the one at the cursor as long as it is kept, else the newest.
import type { Moment } from '../../shared/session/moment.ts';
import type { OpenNode } from './app-state.ts';

/** undefined before the first look. */
export function shownLook(
  { session, at, moments, capabilities }: OpenNode,
  cursorMs: number | undefined,
): Moment | undefined {
  // A replay shows the node as it was known at the cursor, whatever was kept of it.
  if (!capabilities.isLive) return (at ?? session).moment;
  const found = cursorMs === undefined ? undefined : moments.findLast(({ atMs }) => atMs <= cursorMs);
  // A look that is too old to be kept gives way to the newest; the timeline still has its numbers.
  return found ?? session.moment;
}
