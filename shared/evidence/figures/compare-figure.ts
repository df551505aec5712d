// Two moments as a figure: bars mirrored around zero, freed to the left and grown to the right, unknown ones striped.
import { bytes, type Bytes } from '../../base/units.ts';
import { axis } from './size-axis.ts';
import { figureSvg, LINE, sizeText, SMALL, TEXT, type Canvas, type Drawn } from './figure.ts';
import type { FigureFrame, FigureStyle } from './figure.ts';
import { sizeScale, type SizeScale } from './size-scale.ts';
import { element, fitted, line, words } from './svg.ts';
import type { Sized } from './sized.ts';

export interface CompareFigure extends FigureFrame {
  /** In the order in which they are drawn. */
  readonly rows: readonly CompareFigureRow[];
  /** Rows that differ by less than this are in no picture. */
  readonly noise: Bytes;
}

export interface CompareFigureRow {
  /** `scheduler TP0, 3B:00.0`. */
  readonly name: string;
  /** B less A, with its sign. */
  readonly delta: Sized;
  /** `freed`, `grown`, `new`, `gone`. */
  readonly change: string;
  readonly isNoise: boolean;
}

/** More bars than this tell nothing; how many are left out is said. */
const MOST = 12;
const NAME = 200;
const ROW = 24;
const BAR = 14;
const STUB = 36;

export function compareFigure(figure: CompareFigure, style: FigureStyle): string {
  const { shown, left } = picked(figure.rows);
  const notes = [...leftText(left, figure.noise, style), ...figure.notes];
  const sentences = shown.map((row) => `${row.name}: ${label(row, style)}.`);
  const description = sentences.length === 0 ? ['No row differs by more than the noise.'] : sentences;
  return figureSvg({ ...figure, notes }, { name: 'compare', description }, style, (canvas, top) =>
    drawn(shown, canvas, top),
  );
}

export interface PickedRows {
  readonly shown: readonly CompareFigureRow[];
  readonly left: { readonly noise: number; readonly more: number };
}

/** Unknown ones first, because they may be the largest. */
export function picked(rows: readonly CompareFigureRow[]): PickedRows {
  const unknown = rows.filter(({ delta }) => !delta.known);
  const known = rows.filter(({ delta, isNoise }) => delta.known && !isNoise);
  const shown = [...unknown.slice(0, MOST), ...known.slice(0, MOST)];
  const noise = rows.length - unknown.length - known.length;
  return { shown, left: { noise, more: unknown.length + known.length - shown.length } };
}

function leftText({ noise, more }: PickedRows['left'], floor: Bytes, style: FigureStyle): string[] {
  const parts = [
    ...(noise === 0 ? [] : [`${noise} within the noise of ${sizeText(floor, style)}`]),
    ...(more === 0 ? [] : [`${more} smaller ones`]),
  ];
  return parts.length === 0 ? [] : [`Not drawn: ${parts.join(', ')}.`];
}

function label({ delta, change }: CompareFigureRow, style: FigureStyle): string {
  if (!delta.known) return `unknown: ${delta.why}`;
  return `${change} ${sizeText(bytes(Math.abs(delta.value)), style)}`;
}

function drawn(rows: readonly CompareFigureRow[], canvas: Canvas, top: number): Drawn {
  const { left, right, colours, style } = canvas;
  if (rows.length === 0) {
    const text = 'No row differs by more than the noise.';
    return { svg: [words(left, top + TEXT, text, { size: TEXT, fill: colours.muted })], height: LINE };
  }
  const most = Math.max(0, ...rows.map(({ delta }) => (delta.known ? Math.abs(delta.value) : 0)));
  const scale = sizeScale({ from: -most, to: most }, { begin: left + NAME, end: right - 64 }, style.unit);
  const from = top + LINE + 4;
  const heads = [
    words(scale.place(0) - 8, top + TEXT, '← freed', {
      size: TEXT,
      fill: colours.text,
      anchor: 'end',
      weight: 600,
    }),
    words(scale.place(0) + 8, top + TEXT, 'grown →', { size: TEXT, fill: colours.text, weight: 600 }),
  ];
  const bars = rows.flatMap((row, at) => bar(row, { canvas, scale, y: from + at * ROW }));
  const bottom = from + rows.length * ROW;
  const under = axis(scale, { canvas, top: from, bottom });
  const zero = line(scale.place(0), from - 2, scale.place(0), bottom, { stroke: colours.text });
  return { svg: [...heads, ...under.svg, ...bars, zero], height: bottom - top + under.height };
}

interface Place {
  readonly canvas: Canvas;
  readonly scale: SizeScale;
  readonly y: number;
}

function bar(row: CompareFigureRow, { canvas, scale, y }: Place): string[] {
  const { left, right, colours, style, hatch } = canvas;
  const { name, delta } = row;
  const look = { size: SMALL, fill: colours.text } as const;
  const zero = scale.place(0);
  const base = y + BAR / 2 + 7;
  const who = words(left, base, fitted(name, SMALL, NAME - 12), look);
  if (!delta.known) {
    const stripes = { x: zero - STUB, y: y + 3, width: STUB * 2, height: BAR, fill: hatch };
    const x = zero + STUB + 6;
    const dashes = { stroke: colours.muted, 'stroke-dasharray': '4 3' };
    const text = fitted(label(row, style), SMALL, right - x);
    return [who, element('rect', { ...stripes, ...dashes }), words(x, base, text, look)];
  }
  const to = scale.place(delta.value);
  const isFreed = delta.value < 0;
  const fill = isFreed ? colours.classes.engine : colours.classes.orphan;
  const box = { x: Math.min(zero, to), y: y + 3, width: Math.abs(to - zero), height: BAR, fill };
  // On the other side of zero, where no bar is.
  const at = isFreed ? zero + 6 : zero - 6;
  const anchor = isFreed ? 'start' : 'end';
  return [who, element('rect', box), words(at, base, label(row, style), { ...look, anchor })];
}
