// From bytes to pixels, with round ticks: binary steps, so that they are round in MiB and in GiB alike.
import { bytes, fromGiB, toGiB, toMiB, type Bytes } from '../../base/units.ts';
import type { Unit } from '../table/table.ts';

export interface SizeScale {
  readonly place: (size: number) => number;
  readonly ticks: readonly { readonly at: Bytes; readonly text: string }[];
  /** Of the last tick. */
  readonly to: Bytes;
}

const MOST_TICKS = 6;

/** `begin` and `end` are pixels; `end` may be the smaller one, as on a vertical axis. Reaches to the next round step. */
export function sizeScale(
  sizes: { readonly from: number; readonly to: number },
  { begin, end }: { readonly begin: number; readonly end: number },
  unit: Unit,
): SizeScale {
  // Below 1 MiB nothing is measured.
  const span = Math.max(sizes.to - sizes.from, fromGiB(1 / 1024));
  const step = fromGiB(2 ** Math.ceil(Math.log2(toGiB(bytes(span)) / MOST_TICKS)));
  const [first, last] = [Math.floor(sizes.from / step), Math.ceil((sizes.from + span) / step)];
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => {
    const size = bytes((first + at) * step);
    return { at: size, text: tickText(size, unit) };
  });
  const [low, high] = [first * step, last * step];
  const place = (size: number): number => begin + ((size - low) / (high - low)) * (end - begin);
  return { place, ticks, to: bytes(high) };
}

function tickText(size: Bytes, unit: Unit): string {
  const number = unit === 'MiB' ? toMiB(size) : toGiB(size);
  return number.toLocaleString('en-US', { maximumFractionDigits: 3 }).replace('-', '\u2212');
}
