// One node, live: the header, what could not be seen, and the panels, linked by one selection and one cursor.
import { lazy, Suspense, type ComponentType, type ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { useApp, useHost, useModel, useShown } from '../../store/app-context.ts';
import type { OpenNode } from '../../store/app-state.ts';
import { shownLook } from '../../store/shown-look.ts';
import { chosenPolicy } from '../../store/policy.ts';
import { shownRecording } from '../../store/recordings.ts';
import { NodeConnecting } from '../connect/node-connecting.tsx';
import { LiveHeader } from './live-header.tsx';
import { LiveNotices } from './live-notices.tsx';
import type { LivePanelsProps } from './live-panels.tsx';
import { TransportBar } from './transport-bar.tsx';

/** Charts and tables are most of the page; the list of nodes must not wait for them. */
const LivePanels = lazy(loadPanels);

/** Begins to load the panels, so that they are there when a node is. */
export async function loadPanels(): Promise<{ default: ComponentType<LivePanelsProps> }> {
  const panels = await import('./live-panels.tsx');
  return { default: panels.LivePanels };
}

export function LiveScreen(): ReactElement {
  const model = useModel();
  const open = useShown();
  const host = useHost();
  const cursorMs = useApp((state) => state.cursorMs);
  const settings = useApp((state) => state.settings);
  const info = useApp((state) => state.info);
  const recorded = useApp((state) => shownRecording(state)?.header.policy);
  if (open === undefined) {
    return (
      <div className="p-6">
        <p>No node is open.</p>
        <Button weight="primary" className="mt-3" onClick={() => model.show('connect')}>
          Connect a node
        </Button>
      </div>
    );
  }
  const newest = (open.at ?? open.session).moment;
  if (newest === undefined && open.capabilities.isLive) {
    return (
      <div className="overflow-y-auto p-6">
        <NodeConnecting open={open} />
      </div>
    );
  }
  if (newest === undefined) {
    return (
      <div className="flex flex-col gap-2 px-4 py-2">
        <ReplayBar open={open} />
        <p className="p-4">Before this moment there was no whole look at {open.entry.target}.</p>
      </div>
    );
  }
  const found = shownLook(open, cursorMs);
  const held = found?.atMs === newest.atMs ? undefined : found;
  // A replay goes to the cursor itself, and its slider stays where it was.
  const isHeld = held !== undefined || (!open.capabilities.isLive && cursorMs !== undefined);
  const { policy, refused } = chosenPolicy(settings, info, recorded);
  const { link } = open.at ?? open.session;
  // A recording that was ended has its last link closed: nothing was lost.
  const isOver = link?.state === 'closed' && !open.capabilities.isLive;
  // Without its host the page hears of nothing, and a recording needs none.
  const isUnheard = open.capabilities.isLive && host.kind !== 'connected';
  const isStale = isUnheard || !open.isWatched || (link !== undefined && link.state !== 'connected' && !isOver);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-4 py-2">
      <LiveHeader open={open} moment={held ?? newest} isHeld={isHeld} />
      <ReplayBar open={open} />
      <LiveNotices open={open} refusedLimit={refused} />
      <div className="relative flex min-h-[36rem] flex-1 flex-col" data-stale={isStale || undefined}>
        <div className={`flex min-h-0 flex-1 flex-col ${isStale ? 'grayscale' : ''}`}>
          <Suspense fallback={<p className="p-4 text-muted">Loading the panels.</p>}>
            <LivePanels open={open} moment={held ?? newest} policy={policy} />
          </Suspense>
        </div>
        {isStale ? <div aria-hidden className="hatched pointer-events-none absolute inset-0 opacity-15" /> : null}
      </div>
    </div>
  );
}

/** Nothing where the node is watched and not replayed. */
function ReplayBar({ open }: { readonly open: OpenNode }): ReactElement | null {
  const { recordings } = useModel();
  const recording = useApp(shownRecording);
  const player = recordings.of(open);
  if (recording === undefined || player === undefined) return null;
  return <TransportBar recording={recording} player={player} marks={open.session.marks} />;
}
