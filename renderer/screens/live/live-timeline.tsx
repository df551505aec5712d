// The timeline of the live screen in its place, with what can be kept of the look that is shown. It alone hears of the
// part of the timeline that is in view: dragged, that moves with each picture.
import type { ReactElement } from 'react';
import { useApp, useModel } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { keepShown } from '../../store/keep-looks.ts';
import { timelineView } from '../../store/live-view.ts';
import { shownRecording } from '../../store/recordings.ts';
import { timeText } from '../../view/time-text.ts';
import type { PanelProps } from './panel-props.ts';
import { KeepButtons } from './timeline/keep-buttons.tsx';
import { TimelinePanel } from './timeline/timeline-panel.tsx';

export interface LiveTimelineProps {
  readonly open: OpenNode;
  readonly panel: PanelProps;
}

export function LiveTimeline({ open, panel }: LiveTimelineProps): ReactElement {
  const model = useModel();
  const { node } = open.entry;
  const { cursorMs } = panel;
  const view = timelineView(
    useApp((state) => state.timeline),
    node,
  );
  const positionMs = useApp((state) => shownRecording(state)?.positionMs);
  return (
    <>
      <div
        onClick={(event) => {
          if (
            cursorMs !== undefined &&
            event.target instanceof HTMLElement &&
            event.target.closest('.u-over, [data-plot]') !== null
          )
            model.recordings.shown()?.seek(cursorMs);
        }}
      >
        {/* Of a recording its timeline shows all of it, with the moment in it. */}
        <TimelinePanel
          {...panel}
          node={open.session}
          cursorMs={cursorMs ?? positionMs}
          view={view}
          onView={(part) => model.setTimeline(node, part)}
          isRecorded={!open.capabilities.isLive}
        />
      </div>
      <Keeping open={open} />
    </>
  );
}

/** What can be kept of the look that is shown, to compare it. */
function Keeping({ open }: { readonly open: OpenNode }): ReactElement {
  const model = useModel();
  const comparing = useApp((state) => state.comparing);
  const time = (id: string | undefined): string => {
    const found = comparing.kept.find((each) => each.id === id);
    return found === undefined ? '' : timeText(found.moment.atMs);
  };
  return (
    <KeepButtons
      a={time(comparing.a)}
      b={time(comparing.b)}
      kept={comparing.kept.length}
      onKeep={(side) => keepShown(model, side)}
      onMark={open.capabilities.canMark ? (text) => model.nodes.mark(open.entry.node, text) : undefined}
      onCompare={comparing.kept.length < 2 ? undefined : () => model.show('compare')}
    />
  );
}
