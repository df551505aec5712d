// The verdicts with the little that the live screen does for them: it keeps the policy, tells, and looks again.
import { useState, type ReactElement } from 'react';
import type { PanelProps } from '../../../renderer/screens/live/panel-props.ts';
import { VerdictsPanel } from '../../../renderer/screens/live/verdicts/verdicts-panel.tsx';
import { RawDrawer } from '../../../renderer/screens/live/raw/raw-drawer.tsx';
import type { RawRequest } from '../../../renderer/view/raw-request.ts';
import type { ProcessKey } from '../../../shared/model/ids.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { foldObservation } from '../../../shared/session/node-session.ts';

export function VerdictsStage(props: PanelProps): ReactElement {
  const [policy, setPolicy] = useState(props.policy);
  const [raw, setRaw] = useState<{ readonly request: RawRequest; readonly of: Moment }>();
  const [more, setMore] = useState<readonly Observation[]>([]);
  const node = more.reduce(foldObservation, props.node);
  const moment = node.moment ?? props.moment;
  const add = (...seen: readonly Observation[]): void => setMore([...more, ...seen]);
  const look = (): void => {
    const { sample, closing } = moment;
    const later = { ...sample, askedMs: sample.askedMs + 2_000, atMs: sample.atMs + 2_000 };
    add(later, ...(closing === undefined ? [] : [{ ...closing, atMs: closing.atMs + 2_000 }]));
  };
  const tell = (engine: ProcessKey, state: 'awake' | 'asleep' | null): void => {
    const [rootPid = 0, rootStartTicks = 0] = engine.split('@').map(Number);
    add({ kind: 'told', node: 'n1', atMs: moment.atMs, rootPid, rootStartTicks, state });
  };
  const ask = (request: RawRequest, of: Moment): void => {
    setRaw({ request, of });
    props.onRaw(request);
  };
  return (
    <>
      <VerdictsPanel
        {...props}
        node={node}
        moment={moment}
        policy={policy}
        limitVariable="4.5"
        onPolicy={setPolicy}
        onTell={tell}
        onLook={look}
        onRaw={ask}
      />
      {raw === undefined ? null : (
        <RawDrawer request={raw.request} moment={raw.of} newestMs={moment.atMs} onClose={() => setRaw(undefined)} />
      )}
    </>
  );
}
