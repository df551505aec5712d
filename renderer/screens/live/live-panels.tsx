// The panels of the live screen and where they stand.
import type { ReactElement } from 'react';
import type { Policy } from '../../../shared/gates/policy.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { useApp, useModel } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import type { PanelProps } from './panel-props.ts';

export interface LivePanelsProps {
  readonly open: OpenNode;
  readonly moment: Moment;
  readonly policy: Policy;
}

export function LivePanels({ open, moment, policy }: LivePanelsProps): ReactElement {
  const model = useModel();
  const selection = useApp((state) => state.selection);
  const cursorMs = useApp((state) => state.cursorMs);
  const panel: PanelProps = {
    moment,
    node: open.session,
    policy,
    selection,
    onSelect: (next) => model.set({ selection: next }),
    cursorMs,
    onCursor: (ms) => model.set({ cursorMs: ms }),
    onRaw: (raw) => model.set({ raw }),
  };
  return <div className="grid min-h-0 flex-1 grid-cols-[7fr_5fr] gap-2">{panel.moment.states.size} engines</div>;
}
