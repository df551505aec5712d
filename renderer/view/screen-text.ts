// Text for the screen: sizes in whole MiB, gaps with a real minus, ages, and titles cut where they say least.
import type { Known } from '../../shared/base/known.ts';
import { printable } from '../../shared/base/printable.ts';
import { REASONS, type Reason } from '../../shared/base/reason.ts';
import { bytes, fromMiB, minus, toGiB, toMiB, ZERO_BYTES, type Bytes } from '../../shared/base/units.ts';
import { mibNumber } from '../../shared/session/size-text.ts';

const MINUS = '\u2212';

/** `9,544`: rounded to a whole MiB, for labels. What is exact stands in the card. */
export function wholeMib(size: Bytes): string {
  const rounded = mibNumber(fromMiB(Math.round(Math.abs(toMiB(size)))));
  return size < 0 && rounded !== '0' ? `${MINUS}${rounded}` : rounded;
}

/** `+1,612 MiB`, `−7,804 MiB`, `0 MiB`: rounded to a whole MiB. */
export function signedMib(size: Bytes): string {
  const text = wholeMib(size);
  return `${size > 0 && text !== '0' ? '+' : ''}${text} MiB`;
}

/** Below this GiB say nothing that MiB do not. */
const GIB_FROM_MIB = 100;

/** `9,543.68 MiB (9.32 GiB)`, exact to two decimals, with its sign; `9 MiB` where it is small. */
export function exactSize(size: Bytes): string {
  const absolute = size < 0 ? minus(ZERO_BYTES, size) : size;
  const gib = toMiB(absolute) < GIB_FROM_MIB ? '' : ` (${toGiB(absolute).toFixed(2)} GiB)`;
  return `${size < 0 ? MINUS : ''}${mibNumber(absolute)} MiB${gib}`;
}

/** `1,825,570,816 bytes`, with its sign: what is compared, whatever the unit on the screen is. */
export function bytesText(size: Bytes): string {
  const digits = String(Math.abs(size)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${size < 0 ? MINUS : ''}${digits} bytes`;
}

/** The size, or `unknown` with its reason. */
export function knownSize(size: Known<Bytes>): string {
  return size.known ? exactSize(size.value) : `unknown: ${whyText(size.why)}`;
}

/** The reason as a sentence without its full stop, with the place that it names. */
export function whyText({ code, where }: Reason): string {
  return where === '' ? REASONS[code] : `${REASONS[code]} (${printable(where)})`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `4 d 2 h`. Never rounds to something older. */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Cut in the middle: a command line says what it is at its beginning and which one at its end. */
export function cutMiddle(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  const head = Math.ceil((width - 1) * 0.6);
  const tail = width - 1 - head;
  return `${characters.slice(0, head).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}

export function sumOf(sizes: Iterable<Bytes>): Bytes {
  let total = 0;
  for (const size of sizes) total += size;
  return bytes(total);
}
