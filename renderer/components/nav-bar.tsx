// The top of the window: where you are, which nodes are open, and the commands.
import { Command, History, Keyboard, Radio } from 'lucide-react';
import type { ReactElement } from 'react';
import { useApp, useHost, useModel } from '../store/app-context.ts';
import type { OpenNode } from '../store/app-state.ts';
import { canCompare } from '../store/kept-moments.ts';
import { nodeName } from '../view/look-facts.ts';
import { nodePlaces } from '../view/node-places.ts';
import { Button } from './button.tsx';
import { KeyHint } from './key-hint.tsx';

export interface NavBarProps {
  readonly onPalette: () => void;
  readonly onKeys: () => void;
}

export function NavBar({ onPalette, onKeys }: NavBarProps): ReactElement {
  const model = useModel();
  const host = useHost();
  const screen = useApp((state) => state.screen);
  const nodes = useApp((state) => state.nodes);
  const shown = useApp((state) => state.shown);
  const hasTwo = useApp(canCompare);
  const recordings = useApp((state) => state.recordings);
  const live = [...nodes.values()].filter(({ session }) => session.moment !== undefined);
  const names = nodePlaces(
    live.map(({ session, entry, recording }) => ({
      name: nodeName(session, entry.target),
      file: recording === undefined ? '' : (recordings.get(recording)?.name ?? ''),
    })),
  );
  return (
    <header className="flex h-11 shrink-0 items-center gap-4 border-b border-line bg-panel px-4">
      <span className="font-semibold tracking-tight">Residuum</span>
      <nav aria-label="Screens" className="flex h-full min-w-0 items-stretch gap-1">
        {host.kind === 'none' ? null : (
          <Place isHere={screen === 'connect'} onGo={() => model.show('connect')}>
            Connect
          </Place>
        )}
        <Place isHere={screen === 'recordings'} onGo={() => model.show('recordings')}>
          Recordings
        </Place>
        {live.map((open, at) => (
          <Place
            key={open.entry.node}
            isHere={screen === 'live' && open.entry.node === shown}
            onGo={() => model.showNode(open.entry.node)}
          >
            {live.length === 1 ? kindOf(open) : { open, name: names[at] ?? '' }}
          </Place>
        ))}
        {hasTwo ? (
          <Place isHere={screen === 'compare'} onGo={() => model.show('compare')}>
            Compare
          </Place>
        ) : null}
        {live.length === 0 ? null : (
          <Place isHere={screen === 'evidence'} onGo={() => model.show('evidence')}>
            Evidence
          </Place>
        )}
      </nav>
      <span className="ml-auto flex items-center gap-1">
        <Button weight="quiet" onClick={onPalette} aria-haspopup="dialog">
          <Command size={14} aria-hidden />
          Commands <KeyHint keys="Ctrl K" />
        </Button>
        <Button weight="quiet" onClick={onKeys} aria-haspopup="dialog">
          <Keyboard size={14} aria-hidden />
          Keys <KeyHint keys="?" />
        </Button>
      </span>
    </header>
  );
}

function kindOf({ capabilities }: OpenNode): 'Live' | 'Replay' {
  return capabilities.isLive ? 'Live' : 'Replay';
}

interface NodePlaceProps {
  readonly open: OpenNode;
  /** That tells it from the others. */
  readonly name: string;
}

interface PlaceProps {
  readonly isHere: boolean;
  readonly onGo: () => void;
  /** A word, or one of several nodes: those give way first, and are told apart by their names. */
  readonly children: string | NodePlaceProps;
}

function Place({ isHere, onGo, children }: PlaceProps): ReactElement {
  const isWord = typeof children === 'string';
  const label = isWord ? undefined : `${kindOf(children.open)}: ${children.name}`;
  return (
    <button
      type="button"
      aria-current={isHere ? 'page' : undefined}
      aria-label={label}
      title={label}
      className={`inline-flex max-w-64 items-center gap-1.5 border-b-2 border-transparent px-3 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text ${isWord ? 'shrink-0' : 'min-w-0'}`}
      onClick={onGo}
    >
      {isWord ? children : <NodePlace {...children} />}
    </button>
  );
}

function NodePlace({ open, name }: NodePlaceProps): ReactElement {
  const Icon = open.capabilities.isLive ? Radio : History;
  return (
    <>
      <Icon aria-hidden size={14} className="shrink-0" />
      <span className="truncate">{name}</span>
    </>
  );
}
