// Under the timeline: keeps the look that is shown as A, as B or as a snapshot, and says what is kept.
import { Camera } from 'lucide-react';
import { useState, type ReactElement } from 'react';

export interface KeepButtonsProps {
  /** `12:00:08`; empty while nothing is A. */
  readonly a: string;
  readonly b: string;
  readonly kept: number;
  readonly onKeep: (side: 'a' | 'b' | undefined) => void;
  /** undefined where no mark can be set, as in a recording. */
  readonly onMark: ((text: string) => void) | undefined;
  /** undefined while there are no two moments to compare. */
  readonly onCompare: (() => void) | undefined;
}

const LOOK = 'rounded border border-line-strong px-2 py-0.5 text-[12px] hover:border-accent hover:text-accent';

export function KeepButtons({ a, b, kept, onKeep, onMark, onCompare }: KeepButtonsProps): ReactElement {
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-b border border-t-0 border-line bg-panel px-4 py-1.5 text-[12px]">
      <span className="text-muted">This look:</span>
      <button type="button" className={LOOK} title="Use as A (Shift+A)" onClick={() => onKeep('a')}>
        Use as A
      </button>
      <button type="button" className={LOOK} title="Use as B (Shift+B)" onClick={() => onKeep('b')}>
        Use as B
      </button>
      <button
        type="button"
        className={`${LOOK} inline-flex items-center gap-1`}
        title="Keep it for later (Shift+S)"
        onClick={() => onKeep(undefined)}
      >
        <Camera size={12} aria-hidden />
        Snapshot
      </button>
      <span role="status" className="text-muted">
        {[a === '' ? '' : `A ${a}`, b === '' ? '' : `B ${b}`, kept === 0 ? '' : `${kept} kept`]
          .filter((part) => part !== '')
          .join(' · ')}
      </span>
      {onMark === undefined ? null : <MarkField onMark={onMark} />}
      {onCompare === undefined ? null : (
        <button
          type="button"
          className="ml-auto font-medium text-accent hover:underline"
          title="Compare (Shift+C)"
          onClick={onCompare}
        >
          Compare
        </button>
      )}
    </div>
  );
}

/** As long as the contract takes. */
const LONGEST = 500;

/** Enter sets the mark now, on what is seen next; Escape leaves the field. */
function MarkField({ onMark }: { readonly onMark: (text: string) => void }): ReactElement {
  const [text, setText] = useState('');
  return (
    <form
      className="flex items-center gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        const said = text.trim();
        if (said === '') return;
        onMark(said);
        setText('');
      }}
    >
      <input
        data-command="mark-text"
        aria-label="Mark this moment with a text"
        placeholder="Mark now (M)"
        maxLength={LONGEST}
        className="h-6 w-32 rounded border border-line-strong bg-panel px-1.5"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </form>
  );
}

/** By key: the field alone knows its text. */
export function focusMarkField(): void {
  document.querySelector<HTMLInputElement>('[data-command="mark-text"]')?.focus();
}
