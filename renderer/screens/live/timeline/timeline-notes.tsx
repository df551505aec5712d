// The gaps and marks of a timeline in words: what is hatched on the canvas is said here.
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Timeline } from '../../../../shared/session/timeline/timeline-series.ts';
import type { Lanes } from '../../../view/timeline/lanes.ts';
import { timeWithin, type TimeSpan } from '../../../view/time-text.ts';

type Drawn = Timeline | Lanes | undefined;

/** Of hours there are thousands, and nobody reads them in a list. */
const MOST = 200;

export interface NotesButtonProps {
  readonly drawn: Drawn;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

/** How many there are of each; nothing where there is none. */
export function NotesButton({ drawn, isOpen, onOpen }: NotesButtonProps): ReactElement | null {
  const heads = headsOf(drawn);
  if (heads === '') return null;
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      className="inline-flex items-center gap-0.5 text-muted hover:text-accent hover:underline"
      onClick={() => onOpen(!isOpen)}
    >
      <Arrow size={14} aria-hidden />
      {heads}
    </button>
  );
}

function headsOf(drawn: Drawn): string {
  if (drawn === undefined) return '';
  const { gaps, marks } = drawn;
  const unknown = unmeasuredOf(drawn).reduce((sum, { looks }) => sum + looks, 0);
  // Somebody set a mark; an event was found in what was seen.
  const events = marks.filter(({ source }) => source === 'found').length;
  const heads = [
    counted(gaps.length, 'gap'),
    counted(unknown, 'unknown value'),
    counted(marks.length - events, 'mark'),
    counted(events, 'event'),
  ];
  return heads.filter((head) => head !== '').join(', ');
}

/** `3 marks`; empty where there is none. */
function counted(count: number, what: string): string {
  if (count === 0) return '';
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

export interface NoteListProps {
  readonly drawn: Drawn;
  /** Of all looks: over midnight a time has its day. */
  readonly span: TimeSpan;
  readonly onGo: (ms: number) => void;
}

/** Made when it is asked for: a timeline moves sixty times a second. */
export function NoteList({ drawn, span, onGo }: NoteListProps): ReactElement | null {
  if (drawn === undefined || headsOf(drawn) === '') return null;
  const { gaps, marks } = drawn;
  return (
    <ul
      aria-label="Gaps, marks and events"
      className="flex max-h-32 flex-col gap-0.5 overflow-y-auto border-t border-line px-4 py-1.5 text-[12px]"
    >
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
