// The numbers of the range that was dragged: least, middle, most, first, last and what changed.
import { useMemo, type ReactElement } from 'react';
import type { NodeSession } from '../../../../shared/session/node-session.ts';
import { rangeStats } from '../../../view/range-stats.ts';
import type { TimeRange } from './timeline-plot.tsx';

export interface RangePanelProps {
  readonly node: NodeSession;
  readonly brush: TimeRange;
  readonly onZoom: () => void;
  readonly onClear: () => void;
}

const HEADS = ['Who', 'GPU', 'Min', 'Median', 'Max', 'First', 'Last', 'Delta'] as const;
const BUTTON = 'rounded border border-line-strong px-2 text-[12px] leading-5 hover:border-accent hover:text-accent';

export function RangePanel({ node, brush, onZoom, onClear }: RangePanelProps): ReactElement {
  const { rows, looks } = useMemo(() => rangeStats(node, brush.fromMs, brush.toMs), [node, brush]);
  return (
    <section aria-label="Numbers of the range" className="border-t border-line px-4 py-1.5 text-[12px]">
      <header className="flex flex-wrap items-center gap-2">
        <h4 className="font-semibold">
          {clock(brush.fromMs)} to {clock(brush.toMs)}{' '}
          <span className="font-normal text-muted">
            {looks} {looks === 1 ? 'look' : 'looks'}, MiB
          </span>
        </h4>
        <span className="flex-1" />
        <button type="button" className={BUTTON} title="Zoom to the range (F)" onClick={onZoom}>
          Zoom to it
        </button>
        <button type="button" className={BUTTON} onClick={onClear}>
          Clear
        </button>
      </header>
      {looks === 0 ? (
        <p className="py-1 text-muted">No look was taken in this range.</p>
      ) : (
        <div className="mt-1 max-h-40 overflow-auto" tabIndex={0} role="group" aria-label="Table of the range">
          <table className="w-full border-collapse">
            <thead className="text-muted">
              <tr>
                {HEADS.map((text, at) => (
                  <th key={text} scope="col" className={`pr-2 font-normal ${at > 1 ? 'text-right' : 'text-left'}`}>
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, name, gpu, min, median, max, first, last, delta, unknown, absent }) => (
                <tr key={id} className="border-t border-line whitespace-nowrap">
                  <th scope="row" className="pr-2 text-left font-normal" title={missingText(unknown, absent)}>
                    {name}
                    {unknown + absent === 0 ? null : (
                      <span className="text-muted">
                        *<span className="sr-only"> {missingText(unknown, absent)}</span>
                      </span>
                    )}
                  </th>
                  <td className="pr-2">{gpu}</td>
                  {[min, median, max, first, last, delta.replace(/ MiB$/, '')].map((text, at) => (
                    <td key={HEADS[at + 2]} className="pr-2 text-right">
                      {text}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function missingText(unknown: number, absent: number): string {
  const parts = [
    unknown === 0 ? '' : `${unknown} looks could not measure it`,
    absent === 0 ? '' : `it was not there in ${absent} looks`,
  ].filter((part) => part !== '');
  return parts.join('; ');
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
