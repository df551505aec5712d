// The pair as a figure: per engine and GPU what is resident, what was when it was awake, what it accounts for, the gap.
import type { Bytes } from '../../base/units.ts';
import { changeText, figureSvg, LINE, sizeText, SMALL, TEXT, type Canvas, type Drawn } from './figure.ts';
import type { FigureFrame, FigureStyle } from './figure.ts';
import { axis } from './size-axis.ts';
import { sizeScale, type SizeScale } from './size-scale.ts';
import type { Sized } from './sized.ts';
import { element, fitted, words } from './svg.ts';

export interface PairFigure extends FigureFrame {
  readonly engines: readonly PairEngine[];
}

export interface PairEngine {
  readonly name: string;
  /** Its command line. */
  readonly title: string;
  readonly gpus: readonly PairGpu[];
}

export interface PairGpu {
  readonly gpu: string;
  readonly resident: Sized;
  /** undefined: it was not seen awake here. */
  readonly awake: Sized | undefined;
  /** undefined: no rank that reports is alone at home here. */
  readonly accounted: Sized | undefined;
  /** Resident less accounted, with its sign. */
  readonly gap: Bytes | undefined;
  /** The gap is not larger than what the numbers may be off by. */
  readonly within: boolean;
}

const NAME = 88;
/** Room for the words behind the longest bar. */
const BEHIND = 250;
const BAR = 14;
const STUB = 48;

export function pairFigure(figure: PairFigure, style: FigureStyle): string {
  const description = figure.engines.flatMap((engine) => engine.gpus.map((gpu) => sentence(engine, gpu, style)));
  const empty = description.length === 0 ? ['No engine holds memory on a GPU that can be named.'] : description;
  return figureSvg(figure, { name: 'pair', description: empty }, style, (canvas, top) => drawn(figure, canvas, top));
}

function sentence({ name }: PairEngine, gpu: PairGpu, style: FigureStyle): string {
  const parts = barsOf(gpu).map(({ what, size }) => `${what} ${sizeWords(size, style)}`);
  return `${name} on ${gpu.gpu}: ${[...parts, ...gapWords(gpu, style)].join(', ')}.`;
}

interface PairBar {
  readonly what: string;
  readonly size: Sized;
  readonly look: 'resident' | 'awake' | 'accounted';
}

function barsOf({ resident, awake, accounted }: PairGpu): PairBar[] {
  return [
    { what: 'resident now', size: resident, look: 'resident' },
    ...(awake === undefined ? [] : [{ what: 'when last awake', size: awake, look: 'awake' } as const]),
    ...(accounted === undefined ? [] : [{ what: 'accounted', size: accounted, look: 'accounted' } as const]),
  ];
}

function sizeWords(size: Sized, style: FigureStyle): string {
  return size.known ? sizeText(size.value, style) : `unknown: ${size.why}`;
}

function gapWords({ gap, within }: PairGpu, style: FigureStyle): string[] {
  if (gap === undefined) return [];
  return [`gap ${changeText(gap, style)}${within ? ', within resolution' : ''}`];
}

function drawn({ engines }: PairFigure, canvas: Canvas, top: number): Drawn {
  const { left, right, colours, style } = canvas;
  const sizes = engines.flatMap(({ gpus }) => gpus.flatMap((gpu) => barsOf(gpu).map(({ size }) => size)));
  const most = Math.max(0, ...sizes.map((size) => (size.known ? size.value : 0)));
  const scale = sizeScale({ from: 0, to: most }, { begin: left + NAME, end: right - BEHIND }, style.unit);
  const svg: string[] = [];
  const halo = { halo: colours.paper };
  let y = top;
  for (const { name, title, gpus } of engines) {
    svg.push(words(left, y + TEXT, name, { ...halo, size: TEXT, fill: colours.text, weight: 600 }));
    svg.push(
      words(left, y + TEXT + LINE, fitted(title, SMALL, right - left), { ...halo, size: SMALL, fill: colours.muted }),
    );
    y += 2 * LINE + 6;
    for (const gpu of gpus) {
      const group = gpuBars(gpu, { canvas, scale, top: y });
      svg.push(...group.svg);
      y += group.height;
    }
  }
  const under = axis(scale, { canvas, top, bottom: y });
  return { svg: [...under.svg, ...svg], height: y - top + under.height };
}

interface Place {
  readonly canvas: Canvas;
  readonly scale: SizeScale;
  readonly top: number;
}

function gpuBars(gpu: PairGpu, { canvas, scale, top }: Place): Drawn {
  const { left, right, colours, style } = canvas;
  const look = { size: SMALL, fill: colours.text, halo: colours.paper } as const;
  const svg = [words(left, top + BAR - 3, gpu.gpu, look)];
  let y = top;
  for (const { what, size, look: kind } of barsOf(gpu)) {
    const from = scale.place(0);
    const width = size.known ? scale.place(size.value) - from : STUB;
    // Below zero a bar goes to the left.
    const box = { x: Math.min(from, from + width), y, width: Math.abs(width), height: BAR - 3 };
    svg.push(element('rect', { ...box, ...fillOf(kind, size.known, canvas) }));
    const text = `${sizeWords(size, style)} ${size.known ? what : `(${what})`}`;
    const x = Math.max(from, from + width) + 6;
    svg.push(words(x, y + BAR - 4, fitted(text, SMALL, right - x), look));
    y += BAR;
  }
  for (const text of gapWords(gpu, style)) {
    svg.push(words(scale.place(0) + 6, y + BAR - 3, text, { ...look, weight: 600 }));
    y += BAR + 2;
  }
  return { svg, height: y - top + 10 };
}

function fillOf(look: PairBar['look'], isKnown: boolean, { colours, hatch }: Canvas) {
  const stroke = { stroke: colours.text, 'stroke-width': 1, 'stroke-dasharray': '4 3' };
  if (!isKnown) return { fill: hatch, ...stroke };
  if (look === 'accounted') return { fill: colours.paper, ...stroke };
  return { fill: colours.classes.engine, 'fill-opacity': look === 'awake' ? 0.4 : undefined };
}
