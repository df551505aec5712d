// The scale that all GPUs share: absolute, or zoomed to the gaps. A width is bytes over the scale, and nothing else.
import { bytes, fromGiB, minus, toGiB, ZERO_BYTES, type Bytes } from '../../../shared/base/units.ts';
import type { BusRow } from './ledger-rows.ts';

export interface LedgerScale {
  readonly from: Bytes;
  readonly to: Bytes;
  /** Whole or round GiB, inside the scale. */
  readonly ticks: readonly { readonly at: Bytes; readonly text: string }[];
}

export interface Place {
  /** Percent of the bar's width; what lies outside of the scale is cut, and said so. */
  readonly left: number;
  readonly width: number;
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
}

/** From 0 to the largest GPU, or to the end of what is drawn where that is more. */
export function absoluteScale(rows: readonly BusRow[]): LedgerScale {
  const ends = rows.flatMap(({ total, end }) => (total.known ? [end, total.value] : [end]));
  return scale(ZERO_BYTES, ends.length === 0 ? fromGiB(80) : bytes(Math.max(...ends)));
}

/** Around the gaps of all GPUs; undefined where there is none to look at. */
export function gapScale(rows: readonly BusRow[]): LedgerScale | undefined {
  const gaps = rows.flatMap(({ accounted }) => accounted.flatMap(({ gap }) => (gap === undefined ? [] : [gap])));
  if (gaps.length === 0) return undefined;
  const from = Math.min(...gaps.map((gap) => gap.from));
  const to = Math.max(...gaps.map((gap) => gap.to));
  // A gap of nothing still needs a window: at least 1 GiB, and room beside it for its label.
  const span = Math.max(to - from, fromGiB(1));
  const begin = from - span * 0.25;
  // Near the left end the whole beginning is shown: a bar that starts at 0 needs no second look.
  return scale(begin < span ? ZERO_BYTES : bytes(begin), bytes(to + span * 0.35));
}

/** undefined: all of it is outside. */
export function placeOn({ from, to }: LedgerScale, begin: Bytes, end: Bytes): Place | undefined {
  if (end < from || begin > to) return undefined;
  const span = minus(to, from);
  const left = Math.max(begin, from);
  const right = Math.min(end, to);
  const percent = (size: number): number => (size / span) * 100;
  return {
    left: percent(left - from),
    width: percent(right - left),
    cutLeft: begin < from,
    cutRight: end > to,
  };
}

const STEPS_GIB = [0.125, 0.25, 0.5, 1, 2, 4, 5, 10, 20, 40, 50, 100, 200, 500, 1000];
const MOST_TICKS = 8;

function scale(from: Bytes, to: Bytes): LedgerScale {
  const step = STEPS_GIB.find((each) => toGiB(minus(to, from)) / each <= MOST_TICKS) ?? 2000;
  const ticks: { at: Bytes; text: string }[] = [];
  for (let index = Math.ceil(toGiB(from) / step); index * step <= toGiB(to); index += 1) {
    ticks.push({ at: fromGiB(index * step), text: `${index * step}` });
  }
  return { from, to, ticks };
}
