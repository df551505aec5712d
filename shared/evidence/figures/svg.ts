// The parts of an SVG as text: elements with escaped words, numbers that are always written alike, hatching.
import { printable } from '../../base/printable.ts';

/** Named in each figure: whoever opens it has one of them, and a paper can put its own in its place. */
export const FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

/** Halves of a character, and what XML has no place for even as a code. */
const NOT_XML = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|[\uFFFE\uFFFF]/g;

/** Shown as it is, whatever a process calls itself: no markup, and control characters as their codes. */
export function xmlText(text: string): string {
  return printable(text)
    .replace(NOT_XML, (mark) => `\\u${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** `<rect x="1" y="2.5"/>`. `inner` is SVG already. */
export function element(name: string, attributes: Attributes, inner?: string): string {
  const text = Object.entries(attributes)
    .flatMap(([key, value]) => {
      if (value === undefined) return [];
      return [` ${key}="${typeof value === 'number' ? coordinate(value) : xmlText(value)}"`];
    })
    .join('');
  return inner === undefined ? `<${name}${text}/>` : `<${name}${text}>${inner}</${name}>`;
}

/** At most two digits, so that the same numbers give the same bytes everywhere. */
export function coordinate(value: number): string {
  return String(Number(value.toFixed(2)));
}

export interface TextLook {
  readonly size: number;
  readonly fill: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: 600;
  /** A rim of this colour, where lines go behind the words. */
  readonly halo?: string;
}

/** One line of words, `y` is where they stand on. */
export function words(x: number, y: number, text: string, { size, fill, anchor, weight, halo }: TextLook): string {
  const end = anchor === 'start' ? undefined : anchor;
  const rim = halo === undefined ? {} : { stroke: halo, 'stroke-width': 3, 'paint-order': 'stroke' };
  const look = { 'font-size': size, fill, 'text-anchor': end, 'font-weight': weight, ...rim };
  return element('text', { x, y, ...look }, xmlText(text));
}

export function line(x1: number, y1: number, x2: number, y2: number, look: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...look });
}

/** Stripes over what is unknown: told apart from every colour, also in print. */
export function hatching(id: string, stroke: string): string {
  const stripe = element('path', { d: 'M0 6L6 0M-1.5 1.5L1.5 -1.5M4.5 7.5L7.5 4.5', stroke, 'stroke-width': 1 });
  return element('pattern', { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse' }, stripe);
}

/** About how wide words are in a system font; wide characters count twice. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const mark of printable(text)) width += (mark.codePointAt(0) ?? 0) > 0x2e7f ? 1 : 0.56;
  return width * size;
}

/** Cut in the middle, where a command line says least, to a width in pixels. */
export function fitted(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return printable(text);
  const marks = Array.from(printable(text));
  let keep = marks.length;
  const cut = (): string => {
    const tail = Math.floor((keep - 1) * 0.4);
    return `${marks.slice(0, keep - 1 - tail).join('')}…${tail === 0 ? '' : marks.slice(-tail).join('')}`;
  };
  while (keep > 1 && textWidth(cut(), size) > width) keep -= 1;
  return cut();
}

/** Words broken into lines of a width in pixels; a word that is wider is cut. */
export function wrapped(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of printable(text).split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && textWidth(longer, size) > width) {
      lines.push(current);
      current = fitted(word, size, width);
    } else current = current === '' ? fitted(word, size, width) : longer;
  }
  return current === '' ? lines : [...lines, current];
}
