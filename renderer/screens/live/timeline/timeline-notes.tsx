// The gaps and marks of a timeline in words: what is hatched on the canvas is said here.
import { useState, type ReactElement } from 'react';
import type { Timeline } from '../../../../shared/session/timeline/timeline-series.ts';
import type { Lanes } from '../../../view/timeline/lanes.ts';
import { timeWithin, type TimeSpan } from '../../../view/time-text.ts';

export interface TimelineNotesProps {
  readonly drawn: Timeline | Lanes | undefined;
  /** Of all looks: over midnight a time has its day. */
  readonly span: TimeSpan;
  readonly onGo: (ms: number) => void;
}

/** Of hours there are thousands, and nobody reads them in a list. */
const MOST = 200;

export function TimelineNotes({ drawn, span, onGo }: TimelineNotesProps): ReactElement | null {
  const [isOpen, setOpen] = useState(false);
  if (drawn === undefined) return null;
  const { gaps, marks } = drawn;
  const unmeasured = unmeasuredOf(drawn);
  const unknown = unmeasured.reduce((sum, { looks }) => sum + looks, 0);
  // Somebody set a mark; an event was found in what was seen.
  const events = marks.filter(({ source }) => source === 'found').length;
  if (gaps.length + marks.length + unknown === 0) return null;
  const heads = [
    counted(gaps.length, 'gap'),
    counted(unknown, 'unknown value'),
    counted(marks.length - events, 'mark'),
    counted(events, 'event'),
  ];
  return (
    <details
      className="border-t border-line px-4 py-1.5 text-[12px]"
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      {/* Opened by a click the list is there in the same picture; the event of the opening comes after it. */}
      <summary className="cursor-pointer text-muted" onClick={() => setOpen(!isOpen)}>
        {heads.filter((head) => head !== '').join(', ')}
      </summary>
      {isOpen ? <NoteList drawn={drawn} span={span} onGo={onGo} /> : null}
    </details>
  );
}

/** `3 marks`; empty where there is none. */
function counted(count: number, what: string): string {
  if (count === 0) return '';
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

interface NoteListProps extends TimelineNotesProps {
  readonly drawn: Timeline | Lanes;
}

/** Made when it is asked for: a timeline moves sixty times a second. */
function NoteList({ drawn, span, onGo }: NoteListProps): ReactElement {
  const { gaps, marks } = drawn;
  return (
    <ul className="mt-1 flex max-h-32 flex-col gap-0.5 overflow-y-auto">
      {gaps.slice(0, MOST).map(({ fromMs, cause, text }) => (
        <li key={`${cause} ${fromMs}`}>
          <Clock atMs={fromMs} span={span} /> {text}.
        </li>
      ))}
      <Rest count={gaps.length} what="gaps" />
      {unmeasuredOf(drawn).map(({ id, label, looks }) => (
        <li key={id}>
          {label}: {looks} of its values could not be measured, and are gaps.
        </li>
      ))}
      {marks.slice(0, MOST).map(({ atMs, text, source, isInferred }) => (
        <li key={`${atMs} ${text}`}>
          <button type="button" className="text-left hover:text-accent hover:underline" onClick={() => onGo(atMs)}>
            <Clock atMs={atMs} span={span} /> {text} ({source}
            {isInferred ? ', inferred' : ''})
          </button>
        </li>
      ))}
      <Rest count={marks.length} what="marks and events" />
    </ul>
  );
}

function Rest({ count, what }: { readonly count: number; readonly what: string }): ReactElement | null {
  if (count <= MOST) return null;
  return (
    <li className="text-muted">
      {(count - MOST).toLocaleString('en-US')} more {what}: zoom to a shorter time to see them.
    </li>
  );
}

interface Unmeasured {
  readonly id: string;
  readonly label: string;
  readonly looks: number;
}

function unmeasuredOf(drawn: Timeline | Lanes): Unmeasured[] {
  const all =
    'lanes' in drawn
      ? drawn.lanes.map(({ bus, used }) => ({ id: bus, label: bus, looks: used.unknownLooks }))
      : drawn.lines.map(({ id, label, unknown }) => ({ id, label, looks: unknown }));
  return all.filter(({ looks }) => looks > 0);
}

function Clock({ atMs, span }: { readonly atMs: number; readonly span: TimeSpan }): ReactElement {
  return <span className="text-muted">{timeWithin(atMs, span)}</span>;
}
