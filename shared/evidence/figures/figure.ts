// What all figures share: the frame with title, notes and the words for screen readers, and how sizes are written.
import type { Bytes } from '../../base/units.ts';
import { DEFAULT_STYLE, DEMO_NOTE, numberText, type NumberStyle } from '../table/table.ts';
import { FIGURE_COLOURS, type FigureColours, type FigureTheme } from './figure-colours.ts';
import { element, FONTS, hatching, words, wrapped, xmlText } from './svg.ts';

export interface FigureStyle extends NumberStyle {
  /** Pixels. */
  readonly width: number;
  readonly theme: FigureTheme;
}

export const DEFAULT_FIGURE_STYLE: FigureStyle = { ...DEFAULT_STYLE, width: 960, theme: 'light' };

/** What every figure says besides its numbers. */
export interface FigureFrame {
  readonly title: string;
  /** Sentences below it: when and with what it was measured. */
  readonly notes: readonly string[];
  readonly isDemo: boolean;
}

/** Where a figure draws, and what with. */
export interface Canvas {
  readonly style: FigureStyle;
  readonly colours: FigureColours;
  /** The room between the margins. */
  readonly left: number;
  readonly right: number;
  /** For `fill`: stripes. */
  readonly hatch: string;
}

export interface Drawn {
  readonly svg: readonly string[];
  /** Pixels. */
  readonly height: number;
}

const MARGIN = 16;
const TITLE = 15;
export const TEXT = 12;
export const SMALL = 11;
export const LINE = 16;

/** `name` is unique in a document that holds several figures. `description` says in sentences what the drawing shows. */
export function figureSvg(
  { title, notes, isDemo }: FigureFrame,
  { name, description }: { readonly name: string; readonly description: readonly string[] },
  style: FigureStyle,
  draw: (canvas: Canvas, top: number) => Drawn,
): string {
  const colours = FIGURE_COLOURS[style.theme];
  const id = `hatch-${name}`;
  const canvas = { style, colours, left: MARGIN, right: style.width - MARGIN, hatch: `url(#${id})` };
  const room = canvas.right - canvas.left;
  const heads = wrapped(title, TITLE, room).map((text, at) => ({ text, y: MARGIN + TITLE + at * 20 }));
  let top = MARGIN + heads.length * 20 + 4;
  const demo = isDemo
    ? [words(canvas.left, top + SMALL, DEMO_NOTE, { size: TEXT, fill: colours.warning, weight: 600 })]
    : [];
  if (isDemo) top += LINE + 6;
  const body = draw(canvas, top);
  const lines = notes.flatMap((note) => wrapped(note, SMALL, room));
  const from = top + body.height + 8;
  const height = Math.ceil(from + lines.length * LINE + (lines.length === 0 ? 0 : 4) + MARGIN - 8);
  const spoken = [...(isDemo ? [DEMO_NOTE] : []), ...description, ...notes].join(' ');
  const parts = [
    element('title', {}, xmlText(title)),
    element('desc', {}, xmlText(spoken)),
    element('defs', {}, hatching(id, colours.hatch)),
    element('rect', { width: style.width, height, fill: colours.paper }),
    ...heads.map(({ text, y }) => words(canvas.left, y, text, { size: TITLE, fill: colours.text, weight: 600 })),
    ...demo,
    ...body.svg,
    ...lines.map((text, at) =>
      words(canvas.left, from + SMALL + at * LINE, text, { size: SMALL, fill: colours.muted }),
    ),
  ];
  const size = { width: style.width, height, viewBox: `0 0 ${style.width} ${height}` };
  const root = { xmlns: 'http://www.w3.org/2000/svg', role: 'img', ...size, 'font-family': FONTS };
  return `${element('svg', root, `\n${parts.join('\n')}\n`)}\n`;
}

/** `1,741 MiB`, in the unit of the figure. */
export function sizeText(size: Bytes, style: NumberStyle): string {
  return `${numberText(size, 'bytes', style).replace('-', MINUS)} ${style.unit}`;
}

/** `+412 MiB`, `−7,803 MiB`: always with its sign. */
export function changeText(size: Bytes, style: NumberStyle): string {
  return `${numberText(size, 'change', style).replace('-', MINUS)} ${style.unit}`;
}

const MINUS = '\u2212';
