// Which lines of a timeline its legend names: engines come and go for hours, and the verdict above must keep its place.
import type { Readout, ReadoutLine } from '../../../shared/session/timeline/timeline-series.ts';

export interface TimelineLegend {
  /** An engine and what it accounts for stand together. */
  readonly shown: readonly (readonly ReadoutLine[])[];
  /** Drawn in this window, and not there at this moment; empty where there are few. */
  readonly rest: readonly (readonly ReadoutLine[])[];
}

/** So many stand side by side without a word about the rest. */
const FEW = 4;

/** `drawn`: the lines of the window; one that is not among them is named only while it is there. */
export function legendOf({ lines }: Readout, drawn: readonly { readonly id: string }[] | undefined): TimelineLegend {
  const ids = drawn === undefined ? undefined : new Set(drawn.map(({ id }) => id));
  const pairs = lines
    .filter(({ kind, id, isThere }) => kind === 'resident' && (isThere || ids === undefined || ids.has(id)))
    .map((line) => [
      line,
      ...lines.filter(({ kind, select }) => kind === 'accounting' && select.engine === line.select.engine),
    ]);
  const there = pairs.filter(([line]) => line?.isThere === true);
  const rest = pairs.filter(([line]) => line?.isThere !== true);
  return rest.length <= FEW ? { shown: pairs, rest: [] } : { shown: there, rest };
}
