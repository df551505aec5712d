// The ledger: of every GPU two aligned rows, what is resident over what is accounted, on one scale.
import { useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { isSame } from '../../../view/is-lit.ts';
import { ledgerView } from '../../../view/ledger/ledger-rows.ts';
import { absoluteScale, gapScale, type LedgerScale } from '../../../view/ledger/ledger-scale.ts';
import { toGiB } from '../../../../shared/base/units.ts';
import { knownSize } from '../../../view/screen-text.ts';
import { NOTHING_SELECTED } from '../../../view/selection.ts';
import type { PanelProps } from '../panel-props.ts';
import { BusBars } from './bus-bars.tsx';
import { findTarget } from './card-target.ts';
import { CellContext, nextCell, type Cells } from './cell.ts';
import { LedgerLegend } from './ledger-legend.tsx';
import { TargetCard } from './target-card.tsx';
import { useCard } from './use-card.ts';
import { visibleCells } from './visible-cells.ts';
import './ledger.css';

export interface LedgerPanelProps extends PanelProps {
  /** Zoomed to the gaps; the panel keeps it itself where nobody says. */
  readonly zoomed?: boolean;
  readonly onZoomed?: (zoomed: boolean) => void;
}

/** From this many GPUs on, bars are lower and words fewer. */
const DENSE_FROM = 5;

export function LedgerPanel(props: LedgerPanelProps): ReactElement {
  const { moment, policy, selection, onSelect, onRaw, zoomed: asked, onZoomed } = props;
  const view = useMemo(() => ledgerView(moment, policy), [moment, policy]);
  const [ownZoom, setOwnZoom] = useState(false);
  const [active, setActive] = useState('');
  const card = useCard();
  const root = useRef<HTMLDivElement>(null);
  const near = useMemo(() => gapScale(view.rows), [view]);
  const zoomed = (asked ?? ownZoom) && near !== undefined;
  const scale = zoomed ? near : absoluteScale(view.rows);
  const dense = view.rows.length >= DENSE_FROM;
  const visible = visibleCells(view.rows, scale);
  const cells: Cells = {
    // The last one may have ended, or be outside of the scale now: Tab must still reach the bars.
    active: visible.includes(active) ? active : (visible[0] ?? ''),
    chosen: (target) => isSame(target.selection, selection),
    onChoose: (target) => onSelect(isSame(target.selection, selection) ? NOTHING_SELECTED : target.selection),
    onRaw: (target) => onRaw(target.raw),
    onFocus: (target, anchor) => {
      setActive(target.cell);
      // A click focuses too, and means the selection; only the keyboard asks for the card.
      if (anchor.matches(':focus-visible')) card.openNow({ target, anchor });
    },
    onBlur: card.letGo,
    onEnter: (target, anchor) => card.openSoon({ target, anchor }),
    onLeave: card.closeSoon,
  };
  // A card that is open tells of the newest look.
  const shown = card.open === undefined ? undefined : findTarget(view.rows, card.open.target.cell);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const from = event.target instanceof HTMLElement ? event.target.dataset['cell'] : undefined;
    if (root.current === null || from === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextCell(root.current, from, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <section
      aria-label="Ledger"
      className="@container flex min-w-0 flex-col gap-2 rounded border border-line bg-panel p-3"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-[13px] font-semibold">Ledger</h2>
        <LedgerLegend rows={view.rows} policy={policy} selection={selection} onSelect={onSelect} />
        <span className="ml-auto flex items-center gap-2 text-[12px] text-muted">
          {view.rows.length > 0 && <span>{scaleText(scale)}</span>}
          {near !== undefined && (
            <button
              type="button"
              aria-pressed={zoomed}
              aria-keyshortcuts="Z"
              className="rounded border border-line-strong px-2 leading-5 text-text hover:bg-sunken aria-pressed:bg-accent aria-pressed:text-on-accent"
              onClick={() => (onZoomed ?? setOwnZoom)(!zoomed)}
            >
              Zoom to the gap <kbd className="opacity-80">Z</kbd>
            </button>
          )}
        </span>
      </div>
      {view.notes.map((note) => (
        <p key={note} role="note" className="border-l-2 border-inconclusive pl-2 text-[13px]">
          {note}
        </p>
      ))}
      {dense && view.rows.some(({ accounted }) => accounted.some(({ parts }) => parts.length === 0)) && (
        <p className="text-[12px] leading-4 text-muted">
          A GPU without a second bar: its engine reports no accounting there.
        </p>
      )}
      {view.together.length > 0 && (
        <ul aria-label="over all GPUs together" className="text-[13px]">
          {view.together.map(({ class: kind, label, bytes, pids, engine }) => (
            <li key={`${kind} ${engine ?? pids.join()}`} className="flex min-w-0 gap-2">
              <span className="min-w-0 truncate" title={label}>
                {label}
              </span>
              <span className="ml-auto whitespace-nowrap">{knownSize(bytes)}</span>
            </li>
          ))}
        </ul>
      )}
      <CellContext value={cells}>
        <div
          ref={root}
          onKeyDown={onKeyDown}
          className={`grid min-w-0 gap-x-6 ${dense ? 'gap-y-1.5 @5xl:grid-cols-2' : 'gap-y-3'}`}
        >
          {view.rows.map((row) => (
            <BusBars key={row.bus} row={row} scale={scale} selection={selection} onSelect={onSelect} dense={dense} />
          ))}
        </div>
      </CellContext>
      <TargetCard
        open={shown === undefined || card.open === undefined ? undefined : { target: shown, anchor: card.open.anchor }}
        atMs={view.atMs}
        wallTime={view.wallTime}
        onRaw={cells.onRaw}
        onClose={card.closeNow}
        onHover={card.hold}
      />
    </section>
  );
}

function scaleText({ from, to, ticks }: LedgerScale): string {
  const [one, two] = ticks;
  const step = one === undefined || two === undefined ? '' : `, a mark each ${toGiB(two.at) - toGiB(one.at)} GiB`;
  return `${gib(toGiB(from))} to ${gib(toGiB(to))} GiB${step}`;
}

function gib(size: number): string {
  return String(Number(size.toFixed(1)));
}
