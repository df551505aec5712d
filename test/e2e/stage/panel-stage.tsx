// One panel alone, with the state that the live screen would keep for it, and a place where a test reads what it said.
import { useState, type ReactElement } from 'react';
import type { PanelProps } from '../../../renderer/screens/live/panel-props.ts';
import type { RawRequest } from '../../../renderer/view/raw-request.ts';
import { NOTHING_SELECTED, type Selection } from '../../../renderer/view/selection.ts';
import { DEFAULT_LIMITS, type Policy } from '../../../shared/gates/policy.ts';
import { EMPTY_NODE_SESSION, foldObservation } from '../../../shared/session/node-session.ts';
import { PANELS } from './panels.tsx';
import type { PanelScene } from '../scene.ts';

/** What a test reads back through `stage.said()`. */
export interface Said {
  readonly selection: Selection;
  readonly cursorMs: number | undefined;
  readonly raw: RawRequest | undefined;
}

export function PanelStage({ scene, onSaid }: { scene: PanelScene; onSaid: (said: Said) => void }): ReactElement {
  const [said, setSaid] = useState<Said>({
    selection: scene.selection ?? NOTHING_SELECTED,
    cursorMs: scene.cursorMs,
    raw: undefined,
  });
  const say = (part: Partial<Said>): void => {
    const next = { ...said, ...part };
    setSaid(next);
    onSaid(next);
  };
  const Panel = PANELS[scene.panel];
  const node = scene.observations.reduce(foldObservation, EMPTY_NODE_SESSION);
  if (Panel === undefined) return <p role="alert">No panel is called {scene.panel}.</p>;
  if (node.moment === undefined) return <p role="alert">These observations hold no whole look.</p>;
  const policy: Policy = scene.policy ?? {
    kind: 'engine-tree',
    limit: DEFAULT_LIMITS['engine-tree'],
    origin: 'default',
  };
  const props: PanelProps = {
    moment: node.moment,
    node,
    policy,
    selection: said.selection,
    onSelect: (selection) => say({ selection }),
    cursorMs: said.cursorMs,
    onCursor: (cursorMs) => say({ cursorMs }),
    onRaw: (raw) => say({ raw }),
  };
  return (
    <main style={{ width: scene.width ?? '100%', height: scene.height ?? 'auto' }}>
      <Panel {...props} />
    </main>
  );
}
