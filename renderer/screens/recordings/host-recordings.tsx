// The recordings that the host has: demos, what was saved, and what is kept of the last hours.
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { RecordingEntry } from '../../../shared/rpc/contract.ts';
import { Button } from '../../components/button.tsx';
import { DemoChip } from '../../components/demo-chip.tsx';
import { useApp, useModel } from '../../store/app-context.ts';
import { recordingGroups, recordingFacts } from '../../view/recording-rows.ts';
import { AlwaysRecording } from './always-recording.tsx';
import { NameForm } from './name-form.tsx';
import { SaveAsOne } from './save-as-one.tsx';

export function HostRecordings(): ReactElement {
  const model = useModel();
  const hosted = useApp((state) => state.hosted);
  const notes = useApp((state) => state.hostedNotes);
  const [isRead, setRead] = useState(false);
  const read = useCallback(async () => {
    setRead(false);
    await model.hosted.load();
    setRead(true);
  }, [model]);
  useEffect(() => void read(), [read]);
  if (hosted === undefined && isRead) {
    return (
      <p className="flex items-center gap-3 text-muted">
        The list of recordings could not be read. <Button onClick={() => void read()}>Try again</Button>
      </p>
    );
  }
  if (hosted === undefined) return <p className="text-muted">Reading the list of recordings.</p>;
  return (
    <>
      {notes.map((note) => (
        <p key={note} className="text-[13px] text-inconclusive wrap-anywhere">
          {note}
        </p>
      ))}
      {recordingGroups(hosted).map(({ kind, title, empty, entries }) => (
        <section key={kind} aria-label={title}>
          <h2 className="font-semibold">{title}</h2>
          {kind === 'kept' ? <AlwaysRecording /> : null}
          {kind === 'kept' ? <SaveAsOne entries={entries} /> : null}
          {entries.length === 0 ? (
            <p className="mt-1 text-muted">{empty}</p>
          ) : (
            <ul className="mt-2 divide-y divide-line rounded border border-line bg-panel">
              {entries.map((entry) => (
                <Row key={entry.id} entry={entry} />
              ))}
            </ul>
          )}
        </section>
      ))}
    </>
  );
}

function Row({ entry }: { readonly entry: RecordingEntry }): ReactElement {
  const model = useModel();
  const [isNaming, setNaming] = useState(false);
  const { id, kind, name, story, isDemo, problem, targets } = entry;
  // What is kept has the name of its file, which is made of the rest.
  const title = kind === 'kept' && targets.length > 0 ? targets.join(', ') : name;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium wrap-anywhere" title={name}>
            {title}
          </span>
          {isDemo ? <DemoChip /> : null}
          <span className="text-[13px] text-muted">{recordingFacts(entry)}</span>
        </p>
        {story.length === 0 ? null : <p className="text-[13px]">{story.join(' ')}</p>}
        {problem === '' ? null : <p className="text-[13px] text-inconclusive wrap-anywhere">{problem}</p>}
      </div>
      {isNaming ? (
        <NameForm
          name={kind === 'saved' ? name : ''}
          onName={(text) => void model.hosted.save([id], text)}
          onEnd={() => setNaming(false)}
        />
      ) : (
        <span className="flex gap-2">
          {kind === 'kept' || kind === 'saved' ? (
            <Button onClick={() => setNaming(true)} aria-label={`${kind === 'kept' ? 'Save' : 'Rename'} ${name}`}>
              {kind === 'kept' ? 'Save' : 'Rename'}
            </Button>
          ) : null}
          <Button
            weight="primary"
            disabled={problem !== ''}
            aria-label={`Open ${name}`}
            onClick={() => void model.hosted.open(id, name)}
          >
            Open
          </Button>
        </span>
      )}
    </li>
  );
}
