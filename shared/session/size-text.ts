// Sizes, shares and ages in sentences: MiB with thousands separated, signs kept, percent with one decimal.
import { toGiB, toMiB, type Bytes } from '../base/units.ts';

/** `1,740 MiB`; two decimals where it is no whole MiB. Keeps its sign. */
export function mibText(size: Bytes): string {
  return `${mibNumber(size)} MiB`;
}

/** `9,543.68 MiB (9.32 GiB)`: for numbers of an engine, which states GiB. */
export function mibAndGibText(size: Bytes): string {
  return `${mibText(size)} (${toGiB(size).toFixed(2)} GiB)`;
}

/** `+412 MiB`, `-7,803.68 MiB`, `0 MiB`: for differences. */
export function changeText(change: Bytes): string {
  return change > 0 ? `+${mibText(change)}` : mibText(change);
}

/** 1,740 or 9,543.68, without its unit: for lists that name it once. */
export function mibNumber(size: Bytes): string {
  const value = toMiB(size);
  const [whole = '', fraction] = (Number.isInteger(value) ? String(value) : value.toFixed(2)).split('.');
  const separated = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** 0.1823 → `18.2 %`. */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
