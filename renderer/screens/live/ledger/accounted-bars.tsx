// Below the resident bar, one engine: the gap as a signed bracket, and what the engine accounts for.
import { useContext, type CSSProperties, type ReactElement } from 'react';
import { sumOf, wholeMib } from '../../../view/screen-text.ts';
import type { AccountedPart } from '../../../../shared/session/accounted-line.ts';
import type { AccountedRow } from '../../../view/ledger/accounted-rows.ts';
import { isLit } from '../../../view/is-lit.ts';
import type { BusRow } from '../../../view/ledger/ledger-rows.ts';
import { placeOn, type LedgerScale, type Place } from '../../../view/ledger/ledger-scale.ts';
import type { Selection } from '../../../view/selection.ts';
import { accountedTarget } from './card-target.ts';
import { CellContext, cellProps } from './cell.ts';
import { isDrawn } from './visible-cells.ts';
import { ACCOUNTED_FILL, UNKNOWN_FILL } from './class-look.ts';

export interface AccountedBarsProps {
  readonly accounted: AccountedRow;
  readonly row: BusRow;
  readonly scale: LedgerScale;
  readonly selection: Selection;
  readonly dense: boolean;
}

export function AccountedBars({ accounted, row, scale, selection, dense }: AccountedBarsProps): ReactElement {
  const lit = isLit(selection, { bus: row.bus, engine: accounted.engine, pids: [], class: 'engine' });
  const dim = lit ? '' : 'opacity-25';
  const many = row.accounted.length > 1;
  if (accounted.parts.length === 0) return <NotReported accounted={accounted} row={row} selection={selection} />;
  return (
    <div className={dim} role="group" aria-label={`accounted by ${accounted.name}`}>
      <GapBracket accounted={accounted} scale={scale} dense={dense} name={many ? accounted.name : ''} />
      <div className={`relative ${dense ? 'h-2' : 'h-2.5'}`}>
        {accounted.parts.map((part) => (
          <PartCell key={part.class} part={part} accounted={accounted} row={row} scale={scale} />
        ))}
      </div>
    </div>
  );
}

interface NotReportedProps {
  readonly accounted: AccountedRow;
  readonly row: BusRow;
  readonly selection: Selection;
}

/** Where no rank that reports is at home: said, and never filled in. */
function NotReported({ accounted, row, selection }: NotReportedProps): ReactElement {
  const { name, why, sentence, engine } = accounted;
  const lit = isLit(selection, { bus: row.bus, engine, pids: [], class: 'engine' });
  const whose = row.accounted.length > 1 ? `${name}: ` : '';
  return (
    <p className={`mt-1 text-[12px] leading-4 text-muted ${lit ? '' : 'opacity-25'}`} title={sentence}>
      {whose}accounting not reported for this GPU: {why}
    </p>
  );
}

interface GapBracketProps {
  readonly accounted: AccountedRow;
  readonly scale: LedgerScale;
  readonly dense: boolean;
  /** Empty where only one engine is on this GPU. */
  readonly name: string;
}

function GapBracket({ accounted, scale, dense, name }: GapBracketProps): ReactElement {
  const { gap, sentence, parts } = accounted;
  const whose = name === '' ? '' : `${name}: `;
  if (gap === undefined) {
    return (
      <p className="truncate text-[12px] leading-4 text-muted" title={sentence}>
        {whose}gap unknown: {parts.every(({ bytes }) => bytes.known) ? 'resident' : 'a part of the accounting'} is
        unknown
      </p>
    );
  }
  const place = placeOn(scale, gap.from, gap.to);
  const stated = sumText(parts);
  const more = gap.bytes < 0 ? 'less' : 'more';
  const words = dense || gap.within ? ` (accounted ${stated})` : ` ${more} resident than the ${stated} accounted`;
  const look = gap.within ? 'border-line-strong' : gap.bytes < 0 ? 'hatched-back border-muted' : 'gap-more border-fail';
  return (
    <div className="relative h-4" title={sentence}>
      {place !== undefined && (
        <div
          aria-hidden="true"
          data-gap={gap.bytes < 0 ? 'less' : 'more'}
          className={`absolute top-1 h-2 border-x border-t ${look}`}
          style={{ left: `${place.left}%`, width: `${place.width}%` }}
        />
      )}
      <span className="beside" style={besideStyle(place, gap.to < scale.from)}>
        {whose}
        <span className={gap.within ? '' : 'font-semibold text-text'}>{gap.label}</span>
        {words}
      </span>
    </div>
  );
}

/** Right of the bracket where there is room, else left of it, else on it. */
function besideStyle(place: Place | undefined, isBefore: boolean): CSSProperties {
  if (place === undefined) return isBefore ? { left: 0 } : { right: 0 };
  const end = place.left + place.width;
  if (end <= 55) return { left: `calc(${end}% + 6px)` };
  return place.left >= 45 ? { right: `calc(${100 - place.left}% + 6px)` } : { right: `calc(${100 - end}% + 6px)` };
}

function sumText(parts: readonly AccountedPart[]): string {
  return `${wholeMib(sumOf(parts.flatMap(({ bytes }) => (bytes.known ? [bytes.value] : []))))} MiB`;
}

interface PartCellProps {
  readonly part: AccountedPart;
  readonly accounted: AccountedRow;
  readonly row: BusRow;
  readonly scale: LedgerScale;
}

function PartCell({ part, accounted, row, scale }: PartCellProps): ReactElement | null {
  const cells = useContext(CellContext);
  const place = placeOn(scale, part.from, part.to);
  if (place === undefined || !isDrawn(part, scale)) return null;
  const target = accountedTarget(part, accounted, row);
  const fill =
    part.drawn === 'unknown'
      ? UNKNOWN_FILL
      : part.drawn === 'negative'
        ? 'hatched-back z-10 border border-fail'
        : ACCOUNTED_FILL[part.class];
  return (
    <button
      type="button"
      {...cellProps(target, cells)}
      data-class={part.class}
      className={`ledger-cell ${fill} ${place.cutRight ? 'cut-right' : ''} ${place.cutLeft ? 'cut-left' : ''}`}
      style={{ left: `${place.left}%`, width: `${place.width}%` }}
    />
  );
}
