// Recordings: open one from a file, and those that the host keeps, has saved, or ships as demos.
import { FolderOpen } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { chooseFiles } from '../../components/drop-zone.tsx';
import { useApp, useHost, useModel } from '../../store/app-context.ts';
import { HostRecordings } from './host-recordings.tsx';
import { KeyHint } from '../../components/key-hint.tsx';

export function RecordingsScreen(): ReactElement {
  const model = useModel();
  const host = useHost();
  const open = useApp((state) => state.recordings);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-6">
      <section
        aria-labelledby="open-title"
        className="flex flex-wrap items-center gap-x-6 gap-y-3 rounded border border-line bg-panel px-6 py-4"
      >
        <div className="min-w-80 flex-1">
          <h2 id="open-title" className="text-lg font-semibold">
            Open a recording
          </h2>
          <p className="mt-1 max-w-prose">
            Drop a file here, or choose one: what <code>residuum record</code> wrote, or what was saved here, plain or
            compressed. It is read in this page and sent nowhere.
          </p>
        </div>
        <Button
          weight="primary"
          className="h-10 px-4"
          onClick={() => chooseFiles((files) => void model.recordings.openFiles(files))}
        >
          <FolderOpen size={16} aria-hidden />
          Choose a file <KeyHint keys="O" />
        </Button>
      </section>
      {open.size === 0 ? null : <OpenList />}
      {host.kind === 'none' ? null : <HostRecordings />}
    </div>
  );
}

function OpenList(): ReactElement {
  const model = useModel();
  const open = useApp((state) => state.recordings);
  return (
    <section aria-labelledby="opened-title">
      <h2 id="opened-title" className="font-semibold">
        Open here
      </h2>
      <ul className="mt-2 flex flex-col gap-1">
        {[...open.values()].map(({ id, name, nodes }) => (
          <li key={id} className="flex items-center gap-2 rounded border border-line bg-panel px-3 py-1.5">
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <Button
              onClick={() => {
                const [first] = nodes;
                if (first !== undefined) model.showNode(first);
              }}
            >
              Show
            </Button>
            <Button weight="quiet" onClick={() => model.closeRecording(id)}>
              Close
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
