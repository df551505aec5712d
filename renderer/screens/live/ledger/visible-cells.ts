// Which segments are drawn on a scale, in the order in which the keyboard goes through them.
import type { Bytes } from '../../../../shared/base/units.ts';
import type { BusRow } from '../../../view/ledger/ledger-rows.ts';
import { placeOn, type LedgerScale } from '../../../view/ledger/ledger-scale.ts';
import { accountedCell, segmentCell } from './card-target.ts';

/** A segment of nothing is not drawn, and neither is one that lies outside of the scale. */
export function isDrawn(part: { readonly from: Bytes; readonly to: Bytes }, scale: LedgerScale): boolean {
  return part.from !== part.to && placeOn(scale, part.from, part.to) !== undefined;
}

export function visibleCells(rows: readonly BusRow[], scale: LedgerScale): string[] {
  return rows.flatMap((row) => [
    ...row.segments.filter((each) => isDrawn(each, scale)).map((each) => segmentCell(each, row)),
    ...row.accounted.flatMap((each) =>
      each.parts.filter((part) => isDrawn(part, scale)).map((part) => accountedCell(part, each, row)),
    ),
  ]);
}
