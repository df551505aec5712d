// The matrix: processes over GPUs, with what lies on the GPU of another rank outlined.
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { orNull, total } from '../../../../shared/base/known.ts';
import { NothingHere } from '../../../components/nothing-here.tsx';
import { emptyMatrix } from '../../../view/empty-panels.ts';
import { isLit, isSame } from '../../../view/is-lit.ts';
import { matrixOf, type MatrixCell, type MatrixColumn, type MatrixRow } from '../../../view/matrix-cells.ts';
import type { RawRequest } from '../../../view/raw-request.ts';
import { cutMiddle, wholeMib, whyText } from '../../../view/screen-text.ts';
import { NOTHING_SELECTED, type Selection } from '../../../view/selection.ts';
import { shortBus } from '../../../../shared/ledger/short-bus.ts';
import { NO_BUS } from '../../../../shared/ledger/per-bus.ts';
import type { PanelProps } from '../panel-props.ts';
import './matrix.css';

const NAME_CHARACTERS = 34;

interface Spot {
  readonly row: number;
  readonly column: number;
}

export function MatrixPanel({ moment, policy, selection, onSelect, onRaw }: PanelProps): ReactElement {
  const matrix = useMemo(() => matrixOf(moment, policy), [moment, policy]);
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0 });
  const body = useRef<HTMLTableSectionElement>(null);
  const { columns, rows, more } = matrix;
  useEffect(() => {
    const { pid, engine, class: kind } = selection;
    if (pid === undefined && engine === undefined && kind === undefined) return;
    body.current?.querySelector('tr[data-lit=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selection]);
  const at: Spot = { row: Math.min(spot.row, rows.length - 1), column: Math.min(spot.column, columns.length - 1) };
  const cell = rows[at.row]?.cells[at.column];
  const choose = (next: Selection): void => onSelect(isSame(next, selection) ? NOTHING_SELECTED : next);
  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>): void => {
    const row = rows[at.row];
    if (row === undefined || cell === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target instanceof HTMLElement) || event.target.dataset['spot'] === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (event.shiftKey) onRaw(rawOf(row, cell));
      else choose(selectionOf(row, cell));
      return;
    }
    const to = moved(event.key, at, { rows: rows.length, columns: columns.length });
    if (to === undefined) return;
    event.preventDefault();
    setSpot(to);
    body.current?.querySelector<HTMLElement>(`[data-spot="${to.row} ${to.column}"]`)?.focus();
  };
  if (rows.length === 0) {
    return (
      <section aria-label="Matrix" className="rounded border border-line bg-panel">
        <h2 className="border-b border-line px-3 py-1.5 text-[13px] font-semibold">Matrix</h2>
        <NothingHere {...emptyMatrix(moment)} />
      </section>
    );
  }
  return (
    <section aria-label="Matrix" className="flex h-full min-h-0 flex-col rounded border border-line bg-panel">
      <div className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-3 py-1.5">
        <h2 className="text-[13px] font-semibold">Matrix</h2>
        <span className="text-[12px] text-muted">
          MiB of each process on each GPU; outlined: on the GPU of another rank
        </span>
      </div>
      <div className="matrix-scroll">
        <table role="grid" aria-label="memory of processes by GPU" className="matrix">
          <thead>
            <tr>
              <th scope="col">Process</th>
              {columns.map((column) => (
                <Head key={column.bus} column={column} selection={selection} onChoose={choose} />
              ))}
              <th scope="col" className="text-right">
                Sum
              </th>
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={onKeyDown}>
            {rows.map((row, line) => (
              <tr
                key={row.pid}
                data-lit={isLit(selection, row.standing)}
                className={isLit(selection, row.standing) ? '' : 'opacity-35'}
              >
                <th scope="row" title={`${row.whose}: ${row.name}`}>
                  <span className="block max-w-96 truncate">
                    {cutMiddle(row.name, NAME_CHARACTERS)} <Pids row={row} />
                    {row.engine === undefined ? null : (
                      <span className="text-[12px] font-normal text-muted"> {shortName(row)}</span>
                    )}
                  </span>
                </th>
                {row.cells.map((each, column) => (
                  <td
                    key={each.bus}
                    role="gridcell"
                    data-spot={`${line} ${column}`}
                    data-kind={each.kind}
                    tabIndex={line === at.row && column === at.column ? 0 : -1}
                    aria-label={each.sentence}
                    aria-selected={isSame(selectionOf(row, each), selection)}
                    title={each.kind === 'none' ? undefined : each.sentence}
                    className={each.bytes?.known === false || each.kind === 'unread' ? 'hatched' : ''}
                    onFocus={() => setSpot({ row: line, column })}
                    onClick={() => choose(selectionOf(row, each))}
                  >
                    {each.text === '?' ? <span className="bg-panel px-1">?</span> : each.text}
                  </td>
                ))}
                <td className="text-right font-medium">{sumText(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {more > 0 && (
          <p className="px-3 py-1 text-[12px] text-muted">and {more} more processes; the tree has them all</p>
        )}
      </div>
      {cell !== undefined && (
        <p role="status" className="border-t border-line bg-sunken px-3 py-1.5 text-[12px]">
          {cell.sentence}
        </p>
      )}
    </section>
  );
}

interface HeadProps {
  readonly column: MatrixColumn;
  readonly selection: Selection;
  readonly onChoose: (selection: Selection) => void;
}

function Head({ column: { bus, used }, selection, onChoose }: HeadProps): ReactElement {
  const usedText = used.known ? `${wholeMib(used.value)} used` : 'used unknown';
  if (bus === NO_BUS) {
    return (
      <th scope="col" className="text-right">
        all GPUs
      </th>
    );
  }
  return (
    <th scope="col" className="text-right">
      <button
        type="button"
        aria-pressed={selection.bus === bus}
        title={used.known ? usedText : whyText(used.why)}
        className="font-mono hover:underline aria-pressed:bg-accent aria-pressed:text-on-accent"
        onClick={() => onChoose({ bus })}
      >
        {shortBus(bus)}
      </button>
      <span className="block text-[11px] leading-3 font-normal">{orNull(used) === null ? '?' : usedText}</span>
    </th>
  );
}

function Pids({ row: { pid, containerPid, name } }: { readonly row: MatrixRow }): ReactElement | null {
  if (name.includes(`pid ${pid}`)) return null;
  return (
    <span className="text-[12px] font-normal text-muted">
      {pid}
      {containerPid !== undefined && <span title="its pid inside the container"> ({containerPid})</span>}
    </span>
  );
}

/** An orphan without its pid, which stands beside it. */
function shortName({ whose }: MatrixRow): string {
  return whose.replace(/, pid \d+$/, '');
}

function sumText({ sum }: MatrixRow): string {
  const whole = total(sum);
  return whole.known ? wholeMib(whole.value) : sum.atLeast > 0 ? `≥${wholeMib(sum.atLeast)}` : '?';
}

function selectionOf({ pid, engine }: MatrixRow, { bus }: MatrixCell): Selection {
  return { pid, ...(engine === undefined ? {} : { engine }), ...(bus === NO_BUS ? {} : { bus }) };
}

function rawOf({ pid, name }: MatrixRow, { bus }: MatrixCell): RawRequest {
  return {
    title: `memory of ${name}`,
    match: { kind: 'usage', pid, ...(bus === NO_BUS ? {} : { bus }) },
  };
}

function moved(key: string, { row, column }: Spot, size: { rows: number; columns: number }): Spot | undefined {
  const to = (next: Spot): Spot => ({
    row: Math.min(Math.max(next.row, 0), size.rows - 1),
    column: Math.min(Math.max(next.column, 0), size.columns - 1),
  });
  switch (key) {
    case 'ArrowDown':
      return to({ row: row + 1, column });
    case 'ArrowUp':
      return to({ row: row - 1, column });
    case 'ArrowRight':
      return to({ row, column: column + 1 });
    case 'ArrowLeft':
      return to({ row, column: column - 1 });
    case 'Home':
      return to({ row, column: 0 });
    case 'End':
      return to({ row, column: size.columns - 1 });
    default:
      return undefined;
  }
}
