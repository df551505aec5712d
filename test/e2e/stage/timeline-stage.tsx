// The timeline alone, with what the live screen keeps for it, and below it the numbers of a range that is taken.
import { useState, type ReactElement } from 'react';
import type { PanelProps } from '../../../renderer/screens/live/panel-props.ts';
import { RangePanel } from '../../../renderer/screens/live/timeline/range-panel.tsx';
import { TimelinePanel } from '../../../renderer/screens/live/timeline/timeline-panel.tsx';
import { FOLLOWING, type TimelineView } from '../../../renderer/view/timeline/timeline-view.ts';

export function TimelineStage(props: PanelProps): ReactElement {
  const [view, setView] = useState<TimelineView>(FOLLOWING);
  const { brush } = view;
  const change = (part: Partial<TimelineView>): void => setView((before) => ({ ...before, ...part }));
  return (
    <>
      <TimelinePanel {...props} view={view} onView={change} />
      {brush === undefined ? null : (
        <RangePanel
          node={props.node}
          brush={brush}
          onZoom={() => change({ fixed: brush })}
          onClear={() => change({ brush: undefined })}
          onCompare={(from) => props.onCursor(from)}
        />
      )}
    </>
  );
}
