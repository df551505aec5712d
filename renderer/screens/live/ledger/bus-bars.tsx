// One GPU of the ledger: the anchor line in words, the resident bar, and below it what each engine accounts for.
import { useContext, type ReactElement } from 'react';
import type { BusRow } from '../../../view/ledger/ledger-rows.ts';
import { placeOn, type LedgerScale } from '../../../view/ledger/ledger-scale.ts';
import type { Segment } from '../../../view/ledger/ledger-segments.ts';
import { isLit } from '../../../view/is-lit.ts';
import { wholeMib } from '../../../view/screen-text.ts';
import type { Selection } from '../../../view/selection.ts';
import { shortBus } from '../../../../shared/ledger/short-bus.ts';
import { AccountedBars } from './accounted-bars.tsx';
import { segmentTarget } from './card-target.ts';
import { CellContext, cellProps } from './cell.ts';
import { isDrawn } from './visible-cells.ts';
import { CLASS_FILL, UNKNOWN_FILL } from './class-look.ts';

export interface BusBarsProps {
  readonly row: BusRow;
  readonly scale: LedgerScale;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  /** Many GPUs: lower bars and fewer words. */
  readonly dense: boolean;
}

export function BusBars({ row, scale, selection, onSelect, dense }: BusBarsProps): ReactElement {
  const { bus, device, anchor, rest, moving, notes } = row;
  const isChosen = selection.bus === bus;
  // Where GPUs are many, a word on each for what is not said is a screen of nothing: it is said once above them.
  const silent = dense ? row.accounted.filter(({ parts }) => parts.length === 0) : [];
  return (
    <section aria-label={`GPU ${shortBus(bus)}, ${anchor}`} data-bus={bus} className="min-w-0">
      <div
        className={`flex min-w-0 flex-wrap items-baseline gap-x-2 leading-5 ${dense ? 'text-[12px]' : 'text-[13px]'}`}
      >
        <button
          type="button"
          aria-pressed={isChosen}
          aria-label={`GPU ${bus}`}
          title={device === '' ? bus : `${bus} ${device}`}
          className="shrink-0 font-mono font-semibold hover:underline aria-pressed:bg-accent aria-pressed:text-on-accent"
          onClick={() => onSelect(isChosen ? {} : { bus })}
        >
          {shortBus(bus)}
        </button>
        {!dense && device !== '' && <span className="hidden max-w-56 truncate text-muted @4xl:inline">{device}</span>}
        <span className="whitespace-nowrap">{anchor}</span>
        {row.engines.map(({ key, name, kind, size }) => (
          <span
            key={key}
            title={silent.find(({ engine }) => engine === key)?.sentence}
            className={`whitespace-nowrap ${isLit(selection, { bus, engine: key, pids: [], class: kind }) ? '' : 'opacity-40'}`}
          >
            {name} <strong className="font-semibold">{size}</strong>
          </span>
        ))}
        {rest !== '' && <span className="whitespace-nowrap text-muted">{rest}</span>}
        {silent.map((each) => (
          <span key={each.engine} className="sr-only">
            {row.accounted.length > 1 ? `${each.name}: ` : ''}accounting not reported here: {each.why}
          </span>
        ))}
        {moving !== '' && (
          <span className="border border-inconclusive px-1 text-[12px] leading-4 text-inconclusive" title={moving}>
            moving<span className="sr-only">: {moving}</span>
          </span>
        )}
      </div>
      <div className={`relative bg-sunken ${dense ? 'h-4' : 'h-5'}`}>
        <Frame row={row} scale={scale} />
        {row.segments.map((segment) => (
          <SegmentCell key={segment.id} segment={segment} row={row} scale={scale} selection={selection} />
        ))}
        <Ticks row={row} scale={scale} />
      </div>
      {row.accounted.map((each) =>
        silent.includes(each) ? null : (
          <AccountedBars
            key={each.engine}
            accounted={each}
            row={row}
            scale={scale}
            selection={selection}
            dense={dense}
          />
        ),
      )}
      {notes.map((note) => (
        <p key={note} className="text-[12px] text-muted">
          {note}
        </p>
      ))}
    </section>
  );
}

/** The GPU's own size, so that a smaller one is seen to be smaller; and the lines of the scale. */
function Frame({ row, scale }: { readonly row: BusRow; readonly scale: LedgerScale }): ReactElement {
  const end = row.total.known ? row.total.value : row.end;
  const place = placeOn(scale, scale.from, end);
  return (
    <div aria-hidden="true" className="absolute inset-0">
      {place !== undefined && (
        <div className="absolute inset-y-0 left-0 border border-line" style={{ width: `${place.width}%` }} />
      )}
      {scale.ticks.map(({ at }) => {
        const tick = placeOn(scale, at, at);
        return (
          tick !== undefined && (
            <div
              key={at}
              className="absolute top-full h-1 border-l border-line-strong"
              style={{ left: `${tick.left}%` }}
            />
          )
        );
      })}
    </div>
  );
}

/** Percent of the bar: thinner ones are raised and get room around them for the pointer. */
const SLIVER = 0.7;

interface SegmentCellProps {
  readonly segment: Segment;
  readonly row: BusRow;
  readonly scale: LedgerScale;
  readonly selection: Selection;
}

function SegmentCell({ segment, row, scale, selection }: SegmentCellProps): ReactElement | null {
  const cells = useContext(CellContext);
  const place = placeOn(scale, segment.from, segment.to);
  // Nothing is nothing: a line for 0 bytes would be a size. Its number stands in the anchor line.
  if (place === undefined || !isDrawn(segment, scale)) return null;
  const target = segmentTarget(segment, row);
  const lit = isLit(selection, { ...segment, bus: row.bus });
  const fill =
    segment.drawn === 'unknown'
      ? UNKNOWN_FILL
      : segment.drawn === 'negative'
        ? 'hatched-back z-10 border border-fail text-text'
        : CLASS_FILL[segment.class];
  const sliver = place.width < SLIVER ? 'sliver' : '';
  const cut = `${sliver} ${place.cutLeft ? 'cut-left' : ''} ${place.cutRight ? 'cut-right' : ''}`;
  return (
    <button
      type="button"
      {...cellProps(target, cells)}
      data-class={segment.class}
      data-drawn={segment.drawn}
      className={`ledger-cell ${fill} ${cut} ${lit ? '' : 'opacity-25'}`}
      style={{ left: `${place.left}%`, width: `${place.width}%` }}
    >
      {segment.bytes.known
        ? textIn(segment, place.width)
        : place.width >= 2 && <span className="bg-sunken px-1">?</span>}
    </button>
  );
}

/** Only where all of it has room: half of a number is another number. 420 px is the narrowest bar that is drawn. */
function textIn({ bytes, drawn, class: kind }: Segment, width: number): string {
  if (!bytes.known || drawn === 'negative' || kind === 'free') return '';
  const text = wholeMib(bytes.value);
  return (width / 100) * 420 >= text.length * 7 + 8 ? text : '';
}

function Ticks({ row, scale }: { readonly row: BusRow; readonly scale: LedgerScale }): ReactElement {
  return (
    <>
      {row.limits.map(({ at, text }) => {
        const place = placeOn(scale, at, at);
        return (
          place !== undefined && (
            <div
              key={text}
              role="img"
              aria-label={text}
              title={text}
              className="limit-tick"
              style={{ left: `${place.left}%` }}
            />
          )
        );
      })}
    </>
  );
}
