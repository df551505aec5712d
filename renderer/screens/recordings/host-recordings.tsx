// The recordings that the host has: demos, what was saved, and what is kept of the last hours.
import { ChevronRight } from 'lucide-react';
import { useCallback, useEffect, useState, type KeyboardEvent, type ReactElement } from 'react';
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
            <ul className="mt-2 divide-y divide-line rounded border border-line bg-panel" onKeyDown={walkRows}>
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
  const canOpen = problem === '';
  const open = (): void => void model.hosted.open(id, name);
  return (
    <li
      className={`group flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 ${canOpen ? 'cursor-pointer focus-within:bg-sunken hover:bg-sunken' : ''}`}
      onClick={({ target }) => {
        if (canOpen && !isOfItsOwn(target)) open();
      }}
    >
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <button
            type="button"
            data-open
            disabled={!canOpen}
            aria-label={`Open ${name}`}
            title={name}
            className="text-left font-medium wrap-anywhere group-hover:enabled:text-accent group-hover:enabled:underline"
            onClick={open}
          >
            {title}
          </button>
          {isDemo && kind !== 'demo' ? <DemoChip /> : null}
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
      ) : kind === 'kept' || kind === 'saved' ? (
        <Button onClick={() => setNaming(true)} aria-label={`${kind === 'kept' ? 'Save' : 'Rename'} ${name}`}>
          {kind === 'kept' ? 'Save' : 'Rename'}
        </Button>
      ) : null}
      <ChevronRight size={16} aria-hidden className={canOpen ? 'text-muted group-hover:text-accent' : 'invisible'} />
    </li>
  );
}

/** A click on a button or a field of a row is meant for that, and one that ends a selection of text for no button at all. */
function isOfItsOwn(target: EventTarget): boolean {
  if (target instanceof Element && target.closest('button, form') !== null) return true;
  return getSelection()?.isCollapsed === false;
}

/** Up and down go from row to row. */
function walkRows(event: KeyboardEvent<HTMLUListElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const { target, currentTarget } = event;
  if (by === 0 || !(target instanceof HTMLElement) || target.dataset['open'] === undefined) return;
  const rows = [...currentTarget.querySelectorAll<HTMLElement>('[data-open]:enabled')];
  event.preventDefault();
  rows[rows.indexOf(target) + by]?.focus();
}
