// The numbers of the range that was dragged, of processes, engines and GPUs: least, median, most, first, last, changed.
import { useMemo, useRef, type ReactElement } from 'react';
import type { NodeSession } from '../../../../shared/session/node-session.ts';
import { lookHeldAt, lookMs, newestMs, oldestMs } from '../../../../shared/session/history/history-looks.ts';
import { rangeStats, type RangeGroup, type RangeRow } from '../../../view/timeline/range-stats.ts';
import { timeWithin } from '../../../view/time-text.ts';
import type { TimeRange } from '../../../view/timeline/timeline-view.ts';

export interface RangePanelProps {
  readonly node: NodeSession;
  readonly brush: TimeRange;
  readonly onZoom: () => void;
  readonly onClear: () => void;
  /** The first and the last look of the range beside each other. */
  readonly onCompare: (fromMs: number, toMs: number) => void;
}

const GROUPS: readonly (readonly [RangeGroup, string])[] = [
  ['process', 'Processes'],
  ['engine', 'Engines'],
  ['gpu', 'GPUs'],
];
const HEADS = ['Who', 'GPU', 'Min', 'Median', 'Max', 'First', 'Last', 'Delta'] as const;
const BUTTON = 'rounded border border-line-strong px-2 text-[12px] leading-5 hover:border-accent hover:text-accent';

export function RangePanel({ node, brush, onZoom, onClear, onCompare }: RangePanelProps): ReactElement {
  const { rows, looks } = useStats(node, brush);
  const span = { fromMs: oldestMs(node.history) ?? brush.fromMs, toMs: newestMs(node.history) ?? brush.toMs };
  return (
    <section
      aria-label="Numbers of the range"
      className="flex h-full min-h-0 flex-col rounded border border-line bg-panel"
    >
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
        <h2 className="text-[13px] font-semibold">
          {timeWithin(brush.fromMs, span)} to {timeWithin(brush.toMs, span)}{' '}
          <span className="text-[12px] font-normal text-muted">
            UTC; MiB, over {looks} {looks === 1 ? 'look' : 'looks'}
          </span>
        </h2>
        <span className="flex-1" />
        {looks < 2 ? null : (
          <button
            type="button"
            className={BUTTON}
            title="The first look of the range as A, and the last one as B"
            onClick={() => {
              const ends = endsOf(node, brush);
              if (ends !== undefined) onCompare(ends.fromMs, ends.toMs);
            }}
          >
            Compare its ends
          </button>
        )}
        <button type="button" className={BUTTON} title="Zoom the timeline to the range (F)" onClick={onZoom}>
          Zoom to it
        </button>
        <button type="button" className={BUTTON} onClick={onClear}>
          Clear
        </button>
      </header>
      {looks === 0 ? (
        <p className="px-3 py-2 text-[13px] text-muted">
          No look was taken in this range, so there is nothing to say of it. Take a longer one: drag over the timeline.
        </p>
      ) : (
        <div
          className="min-h-0 flex-1 overflow-auto -outline-offset-2"
          tabIndex={0}
          role="group"
          aria-label="Table of the range"
        >
          <table className="w-full border-collapse text-[12px]">
            <thead className="sticky top-0 bg-panel text-muted">
              <tr>
                {HEADS.map((text, at) => (
                  <th
                    key={text}
                    scope="col"
                    className={`py-1 pr-3 font-normal first:pl-3 ${at > 1 ? 'text-right' : 'text-left'}`}
                  >
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            {GROUPS.map(([group, title]) => {
              const own = rows.filter((row) => row.group === group);
              if (own.length === 0) return null;
              return (
                <tbody key={group}>
                  <tr className="border-t border-line bg-sunken">
                    <th scope="rowgroup" colSpan={HEADS.length} className="px-3 py-0.5 text-left font-semibold">
                      {title}
                    </th>
                  </tr>
                  {own.map((row) => (
                    <Row key={row.id} row={row} />
                  ))}
                </tbody>
              );
            })}
          </table>
        </div>
      )}
    </section>
  );
}

/** The first and the last look that are in the range; undefined where there are none. */
function endsOf({ history }: NodeSession, { fromMs, toMs }: TimeRange): TimeRange | undefined {
  const held = lookHeldAt(history, fromMs);
  const heldMs = lookMs(history, held);
  const first = heldMs === undefined || heldMs >= fromMs ? heldMs : lookMs(history, held + 1);
  const last = lookMs(history, lookHeldAt(history, toMs));
  return first === undefined || last === undefined ? undefined : { fromMs: first, toMs: last };
}

/** A range that has passed stays what it was while looks go on to come. */
function useStats(node: NodeSession, { fromMs, toMs }: TimeRange): ReturnType<typeof rangeStats> {
  const isPast = (newestMs(node.history) ?? toMs) > toMs;
  const latest = useRef(node);
  latest.current = node;
  const stamp = isPast ? oldestMs(node.history) : node;
  return useMemo(() => rangeStats(latest.current, fromMs, toMs), [stamp, fromMs, toMs]);
}

function Row({ row }: { readonly row: RangeRow }): ReactElement {
  const { name, whose, detail, pid, gpu, min, median, max, first, last, delta, unknown, absent } = row;
  const missing = missingText(unknown, absent);
  return (
    <tr className="border-t border-line whitespace-nowrap">
      <th
        scope="row"
        className="w-full max-w-0 min-w-24 py-0.5 pr-3 pl-3 text-left align-top font-normal whitespace-normal"
        title={[detail, missing].filter((text) => text !== '').join('; ')}
      >
        {/* On one line where there is room, below each other where there is little: none of it is cut. */}
        <span className="flex flex-wrap gap-x-1">
          <span className="line-clamp-2 wrap-anywhere">
            {name}
            {whose === '' ? '' : ','}
          </span>
          {whose === '' ? null : <span>{whose}</span>}
          {missing === '' ? null : (
            <span className="text-muted">
              *<span className="sr-only"> {missing}</span>
            </span>
          )}
          {pid === '' ? null : <span className="text-muted"> pid {pid}</span>}
        </span>
      </th>
      <td className="py-0.5 pr-3 align-top">{gpu}</td>
      {[min, median, max, first, last, delta.replace(/ MiB$/, '')].map((text, at) => (
        <td key={HEADS[at + 2]} className="py-0.5 pr-3 text-right align-top">
          {text === NOT_THERE ? <NotThere /> : text}
        </td>
      ))}
    </tr>
  );
}

/** As `rangeStats` says it; in a cell it would be as wide as two numbers. */
const NOT_THERE = 'not there';

function NotThere(): ReactElement {
  return (
    <span className="text-muted" title={NOT_THERE}>
      <span aria-hidden>–</span>
      <span className="sr-only">{NOT_THERE}</span>
    </span>
  );
}

function missingText(unknown: number, absent: number): string {
  const parts = [
    unknown === 0 ? '' : `${unknown} ${unknown === 1 ? 'look' : 'looks'} could not measure it`,
    absent === 0 ? '' : `it was not there in ${absent} ${absent === 1 ? 'look' : 'looks'}`,
  ].filter((part) => part !== '');
  return parts.join('; ');
}
