// Sizes as people read them: MiB with thousands separated, and GiB beside it where a limit is meant.
import { bytes, toGiB, toMiB } from '../../base/units.ts';

/** `1,741 MiB`; a size that is no whole MiB keeps up to two decimals; null is `unknown`. Keeps its sign. */
export function mib(size: number | null): string {
  return size === null ? 'unknown' : `${grouped(toMiB(bytes(size)))} MiB`;
}

/** `1,741 MiB (1.70 GiB)`: MiB decides, because two GiB numbers can look equal and not be. */
export function mibAndGib(size: number | null): string {
  return size === null ? 'unknown' : `${mib(size)} (${toGiB(bytes(size)).toFixed(2)} GiB)`;
}

/** For table cells: the number alone, its unit is in the heading. */
export function mibCell(size: number | null): string {
  return size === null ? 'unknown' : grouped(toMiB(bytes(size)));
}

function grouped(value: number): string {
  const [whole = '', fraction] = (Number.isInteger(value) ? String(value) : value.toFixed(2)).split('.');
  const separated = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}
