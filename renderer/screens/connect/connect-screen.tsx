// Choosing a node and watching the connection come up. When the first look is there, the live screen takes over.
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { chooseFiles } from '../../components/drop-zone.tsx';
import { useApp, useModel, useShown } from '../../store/app-context.ts';
import { FirstRun } from './first-run.tsx';
import { NodeConnecting } from './node-connecting.tsx';
import { TargetDetails } from './target-details.tsx';
import { TargetList } from './target-list.tsx';

export function ConnectScreen(): ReactElement {
  const model = useModel();
  const targets = useApp((state) => state.targets);
  const notes = useApp((state) => state.targetNotes);
  const nodes = useApp((state) => state.nodes);
  const shown = useShown();
  const field = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState<string | undefined>(undefined);
  const awaited = useApp((state) => state.awaited);

  // The live screen opens once for each connection that was asked for, and not whenever a look comes in.
  const isReady = shown !== undefined && shown.entry.node === awaited && shown.session.moment !== undefined;
  useEffect(() => {
    if (isReady && awaited !== undefined) model.showNode(awaited);
  }, [isReady, awaited, model]);

  useEffect(() => field.current?.focus(), []);

  const connect = (target: string): void => void model.connect(target);
  const isFirstRun = targets !== undefined && nodes.size === 0 && targets.every(({ kind }) => kind !== 'recent');
  const open = [...nodes.values()].find(({ entry }) => entry.target === active);
  const pending = shown !== undefined && shown.session.moment === undefined ? shown : undefined;
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[400px_1fr] gap-6 p-6">
      <TargetList targets={targets} notes={notes} fieldRef={field} onActive={setActive} onConnect={connect} />
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto">
        {isFirstRun ? (
          <FirstRun
            onDemo={() => connect('demo')}
            onConnect={() => field.current?.focus()}
            onRecording={() => chooseFiles((files) => void model.recordings.openFiles(files))}
          />
        ) : null}
        {pending === undefined ? null : <NodeConnecting open={pending} />}
        {open === undefined || open === pending ? null : <NodeConnecting open={open} />}
        {active === undefined || open !== undefined || pending !== undefined ? null : (
          <TargetDetails
            target={active}
            entry={targets?.find(({ target }) => target === active)}
            isSecond={isFirstRun}
            onConnect={() => connect(active)}
          />
        )}
      </div>
    </div>
  );
}
