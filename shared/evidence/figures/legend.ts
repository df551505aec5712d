// A legend: swatches with their names, in lines that fit the figure.
import { LINE, SMALL, type Canvas, type Drawn } from './figure.ts';
import { element, fitted, line, textWidth, words } from './svg.ts';

export interface LegendKey {
  readonly text: string;
  readonly fill: string;
  /** Stripes over it; may be empty. */
  readonly over: string;
  /** Drawn as a line, with these dashes. */
  readonly isLine?: boolean;
  readonly dashes?: string | undefined;
}

const SWATCH = 16;

export function legend(keys: readonly LegendKey[], canvas: Canvas, top: number): Drawn {
  const { left, right, colours } = canvas;
  const svg: string[] = [];
  let [x, y] = [left, top + 4];
  for (const key of keys) {
    const text = fitted(key.text, SMALL, right - left - SWATCH - 6);
    const width = SWATCH + 6 + textWidth(text, SMALL) + 16;
    if (x > left && x + width > right) [x, y] = [left, y + LINE];
    svg.push(...swatch(key, x, y, colours.muted));
    svg.push(words(x + SWATCH + 6, y + SMALL, text, { size: SMALL, fill: colours.text }));
    x += width;
  }
  return { svg, height: keys.length === 0 ? 0 : y - top + LINE + 4 };
}

function swatch({ fill, over, isLine, dashes }: LegendKey, x: number, y: number, edge: string): string[] {
  if (isLine === true) {
    return [line(x, y + 7, x + SWATCH, y + 7, { stroke: fill, 'stroke-width': 2, 'stroke-dasharray': dashes })];
  }
  const box = { x, y: y + 2, width: SWATCH, height: 10 };
  const plain = element('rect', { ...box, fill, stroke: edge, 'stroke-width': 0.5 });
  return over === '' ? [plain] : [plain, element('rect', { ...box, fill: over })];
}
