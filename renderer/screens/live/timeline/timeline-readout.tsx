// The legend of a timeline with the values at the cursor: what a line is, what it is called, and how much it was.
import { useState, type ReactElement, type ReactNode } from 'react';
import type { Readout, ReadoutLine } from '../../../../shared/session/timeline/timeline-series.ts';
import type { Selection } from '../../../view/selection.ts';
import { legendOf } from '../../../view/timeline/timeline-legend.ts';
import { timeWithin, type TimeSpan } from '../../../view/time-text.ts';
import { lineVariable } from './timeline-colours.ts';

export interface TimelineReadoutProps {
  readonly readout: Readout | undefined;
  /** The lines that are drawn; undefined where all of them are. */
  readonly drawn: readonly { readonly id: string }[] | undefined;
  /** Of all looks: over midnight a time has its day. */
  readonly span: TimeSpan;
  readonly isAtCursor: boolean;
  readonly onSelect: (selection: Selection) => void;
  /** At the end of its first line. */
  readonly children?: ReactNode;
}

/** Read out while the cursor moves, quiet while it follows the newest look. */
export function TimelineReadout(props: TimelineReadoutProps): ReactElement {
  const { readout, drawn, span, isAtCursor, onSelect, children } = props;
  const [isOpen, setOpen] = useState(false);
  if (readout === undefined) return <p className="px-4 pb-3 text-[12px] text-muted">Nothing was seen yet.</p>;
  const { shown, rest } = legendOf(readout, drawn);
  return (
    <div className="max-h-24 overflow-y-auto px-4 pt-0.5 pb-1.5 text-[12px] leading-4.5">
      {/* Beside the time, and outside of what is read out. */}
      <span className="float-right ml-4">{children}</span>
      <div aria-live={isAtCursor ? 'polite' : 'off'} aria-atomic>
        {/* A line of its own: the plot above must not move with its length. */}
        <p className="text-muted">
          {timeWithin(readout.atMs, span)} UTC{isAtCursor ? '' : ', newest'}
        </p>
        {[...shown, ...(isOpen ? rest : [])].map((pair) => (
          <span key={pair[0]?.id} className="mr-4 inline-flex flex-wrap gap-x-3">
            {pair.map((line, at) => (
              <Value key={line.id} line={line} name={at === 0 ? line.label : 'accounted'} onSelect={onSelect} />
            ))}
          </span>
        ))}
      </div>
      {rest.length === 0 ? null : (
        <button
          type="button"
          aria-expanded={isOpen}
          className="text-accent hover:underline"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Show'} {rest.length} that {rest.length === 1 ? 'is' : 'are'} not there at this moment
        </button>
      )}
    </div>
  );
}

interface ValueProps {
  readonly line: ReadoutLine;
  readonly name: string;
  readonly onSelect: (selection: Selection) => void;
}

function Value({ line, name, onSelect }: ValueProps): ReactElement {
  const { label, colour, kind, text, isKnown, select } = line;
  return (
    <span className="inline-flex items-baseline gap-1.5" title={label}>
      <svg aria-hidden width="16" height="6" className="shrink-0 self-center">
        <line
          x1="0"
          x2="16"
          y1="3"
          y2="3"
          stroke={lineVariable(colour)}
          strokeWidth={kind === 'accounting' ? 1.5 : 3}
          strokeDasharray={kind === 'accounting' ? '4 3' : undefined}
        />
      </svg>
      <button
        type="button"
        aria-label={label}
        className="shrink-0 text-muted hover:text-accent hover:underline"
        onClick={() => onSelect(select)}
      >
        {name}
      </button>
      <span className={isKnown ? 'font-medium' : 'text-muted italic'}>{text}</span>
    </span>
  );
}
