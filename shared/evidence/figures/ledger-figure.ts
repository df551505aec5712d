// The ledger as a figure: per GPU who holds what, as one bar, above what each engine accounts for, with the signed gap.
import type { Bytes } from '../../base/units.ts';
import { CLASS_ORDER, type Placed, type SegmentClass } from '../../ledger/bus-line.ts';
import { ACCOUNTED_NAMES, type AccountedClass, type GapSpan } from '../../session/accounted-line.ts';
import { changeText, figureSvg, LINE, sizeText, SMALL, TEXT, type Canvas, type Drawn } from './figure.ts';
import type { FigureFrame, FigureStyle } from './figure.ts';
import { legend, type LegendKey } from './legend.ts';
import { axis } from './size-axis.ts';
import { sizeScale, type SizeScale } from './size-scale.ts';
import type { Sized } from './sized.ts';
import { element, fitted, line, textWidth, words, wrapped } from './svg.ts';

export interface LedgerFigure extends FigureFrame {
  readonly gpus: readonly LedgerGpu[];
}

export interface LedgerGpu {
  readonly gpu: string;
  /** Its model; may be empty. */
  readonly device: string;
  readonly used: Sized;
  readonly total: Sized;
  readonly parts: readonly FigurePart<SegmentClass>[];
  /** One an engine that holds something here. */
  readonly accounted: readonly FigureAccounted[];
  readonly limits: readonly FigureLimit[];
}

/** A part of a bar; its place is in bytes from the left end. */
export interface FigurePart<Class> extends Placed {
  readonly class: Class;
  readonly label: string;
  readonly size: Sized;
}

export interface FigureAccounted {
  readonly name: string;
  readonly parts: readonly FigurePart<AccountedClass>[];
  /** Why nothing is accounted here; empty where something is. */
  readonly why: string;
  /** undefined without both numbers. */
  readonly gap: GapSpan | undefined;
  readonly within: boolean;
}

export interface FigureLimit {
  readonly at: Bytes;
  /** `limit 3,072 MiB` is written in the unit of the figure. */
  readonly limit: Bytes;
}

export const PART_NAMES: Readonly<Record<SegmentClass, string>> = {
  reserved: 'reserved',
  engine: 'engine',
  trainer: 'trainer',
  process: 'other process',
  orphan: 'orphan',
  gone: 'gone process',
  unattributed: 'no process',
  free: 'free',
};

const BAR = 20;
const THIN = 10;

export function ledgerFigure(figure: LedgerFigure, style: FigureStyle): string {
  const { gpus } = figure;
  const sentences = gpus.flatMap((gpu) => [
    `${gpu.gpu}: ${headText(gpu, style)}; ${partTexts(gpu, style).join(', ')}.`,
    ...gpu.accounted.map((each) => `${accountedText(each, style)}.`),
  ]);
  const description = sentences.length === 0 ? ['No GPU was read.'] : sentences;
  return figureSvg(figure, { name: 'ledger', description }, style, (canvas, top) => drawn(gpus, canvas, top));
}

function headText({ used, total }: LedgerGpu, style: FigureStyle): string {
  const usedText = used.known ? `used ${sizeText(used.value, style)}` : `used unknown: ${used.why}`;
  return total.known ? `${usedText} of ${sizeText(total.value, style)}` : `${usedText}, total unknown`;
}

/** Every number in words: a bar alone says too little. */
function partTexts({ parts }: LedgerGpu, style: FigureStyle): string[] {
  return parts.map(({ class: kind, label, size }) => {
    const who = label === '' ? PART_NAMES[kind] : `${PART_NAMES[kind]} ${label}`;
    if (!size.known) return `${who} unknown: ${size.why}`;
    return `${who} ${kind === 'unattributed' ? changeText(size.value, style) : sizeText(size.value, style)}`;
  });
}

function accountedText({ name, parts, why, gap, within }: FigureAccounted, style: FigureStyle): string {
  if (parts.length === 0) return `${name}, accounting not reported here: ${why}`;
  const texts = parts.map(({ label, size }) =>
    size.known ? `${label} ${sizeText(size.value, style)}` : `${label} unknown: ${size.why}`,
  );
  const gapText = gap === undefined ? 'gap unknown' : `gap ${changeText(gap.bytes, style)}`;
  return `${name} accounts for ${texts.join(', ')}; ${gapText}${within ? ', within resolution' : ''}`;
}

function drawn(gpus: readonly LedgerGpu[], canvas: Canvas, top: number): Drawn {
  const { left, right, colours, style } = canvas;
  if (gpus.length === 0) {
    const look = { size: TEXT, fill: colours.muted };
    return { svg: [words(left, top + TEXT, 'No GPU was read.', look)], height: LINE };
  }
  const scale = sizeScale({ from: 0, to: mostOf(gpus) }, { begin: left, end: right - 40 }, style.unit);
  const svg: string[] = [];
  let y = top;
  for (const gpu of gpus) {
    const one = gpuBars(gpu, { canvas, scale, top: y });
    svg.push(...one.svg);
    y += one.height;
  }
  const under = axis(scale, { canvas, top, bottom: y });
  const keys = legend(keysOf(gpus, canvas), canvas, y + under.height);
  // Words on the grid lines would be hard to read, so the lines go behind everything.
  return { svg: [...under.svg, ...svg, ...keys.svg], height: y - top + under.height + keys.height };
}

function mostOf(gpus: readonly LedgerGpu[]): number {
  const ends = gpus.flatMap(({ total, parts, accounted, limits }) => [
    ...(total.known ? [total.value] : []),
    ...[...parts, ...accounted.flatMap((each) => each.parts)].map(({ to }) => to),
    ...accounted.flatMap(({ gap }) => (gap === undefined ? [] : [gap.to])),
    ...limits.map(({ at }) => at),
  ]);
  return Math.max(0, ...ends);
}

interface Place {
  readonly canvas: Canvas;
  readonly scale: SizeScale;
  readonly top: number;
}

function gpuBars(gpu: LedgerGpu, { canvas, scale, top }: Place): Drawn {
  const { left, right, colours, style } = canvas;
  const head = headText(gpu, style);
  const room = right - left - textWidth(head, TEXT) - 24;
  const name = [gpu.gpu, gpu.device].filter((part) => part !== '').join('  ');
  const look = { size: TEXT, fill: colours.text, halo: colours.paper } as const;
  const svg = [
    words(left, top + TEXT, fitted(name, TEXT, Math.max(room, 80)), { ...look, weight: 600 }),
    words(right, top + TEXT, fitted(head, TEXT, right - left - 100), { ...look, anchor: 'end' }),
  ];
  let y = top + LINE + 4;
  const barTop = y;
  const colour = ({ class: kind }: FigurePart<SegmentClass>): string => colours.classes[kind];
  svg.push(...gpu.parts.flatMap((part) => partRect(part, colour(part), { canvas, scale, top: y }, BAR)));
  svg.push(...gpu.parts.flatMap((part) => inside(part, { canvas, scale, top: y })));
  y += BAR + 3;
  for (const each of gpu.accounted) {
    const one = accountedBar(each, { canvas, scale, top: y });
    svg.push(...one.svg);
    y += one.height;
  }
  for (const { at } of gpu.limits) {
    const x = scale.place(at);
    svg.push(line(x, barTop - 3, x, barTop + BAR + 3, { stroke: colours.limit, 'stroke-width': 2 }));
  }
  const text = partTexts(gpu, style)
    .map((part) => fitted(part, SMALL, (right - left) * 0.7))
    .join(' · ');
  for (const each of wrapped(text, SMALL, right - left)) {
    svg.push(backed(left, y + SMALL + 2, each, canvas));
    y += LINE;
  }
  return { svg, height: y - top + 14 };
}

/** Words with the paper behind them, so that no grid line goes through a digit. */
function backed(x: number, y: number, text: string, { colours }: Canvas): string {
  return words(x, y, text, { size: SMALL, fill: colours.text, halo: colours.paper });
}

function partRect<Class>(part: FigurePart<Class>, fill: string, place: Place, height: number): string[] {
  const { canvas, scale, top } = place;
  const { colours, hatch } = canvas;
  const [from, to] = [scale.place(part.from), scale.place(part.to)];
  const box = { x: from, y: top, width: to - from, height };
  if (to <= from) return [];
  const edge = { stroke: colours.paper, 'stroke-width': 0.75 };
  const dashes = { fill: hatch, stroke: colours.muted, 'stroke-dasharray': '4 3' };
  if (part.drawn === 'measured') {
    const stripes = part.class === 'gone' ? [element('rect', { ...box, fill: hatch })] : [];
    return [element('rect', { ...box, fill, ...edge }), ...stripes];
  }
  if (part.drawn === 'unknown')
    return [element('rect', { ...box, fill: colours.paper }), element('rect', { ...box, ...dashes })];
  // Backwards over what it takes back: an outline takes nothing away from what is below it.
  return [element('rect', { ...box, fill: 'none', stroke: colours.limit, 'stroke-width': 2 })];
}

/** Its size on the bar where there is room; all sizes stand below. */
function inside(part: FigurePart<SegmentClass>, { canvas, scale, top }: Place): string[] {
  const { colours, style } = canvas;
  const { class: kind, size } = part;
  const [from, to] = [scale.place(part.from), scale.place(part.to)];
  const text = size.known ? sizeText(size.value, style) : 'unknown';
  if (part.drawn === 'negative' || textWidth(text, SMALL) + 8 > to - from) return [];
  const look = { size: SMALL, fill: size.known ? colours.onClasses[kind] : colours.text, anchor: 'middle' } as const;
  const halo = size.known ? {} : { halo: colours.paper };
  return [words((from + to) / 2, top + BAR - 6, text, { ...look, ...halo })];
}

function accountedBar(each: FigureAccounted, { canvas, scale, top }: Place): Drawn {
  const { colours, left, right, style } = canvas;
  const svg: string[] = [];
  let y = top;
  if (each.parts.length > 0) {
    svg.push(
      ...each.parts.flatMap((part) => partRect(part, colours.accounted[part.class], { canvas, scale, top: y }, THIN)),
    );
    y += THIN + 2;
  }
  if (each.gap !== undefined) {
    const [from, to] = [scale.place(each.gap.from), scale.place(each.gap.to)];
    const look = { stroke: colours.text, 'stroke-width': 1.5 };
    svg.push(line(from, y + 3, to, y + 3, look), line(from, y, from, y + 6, look), line(to, y, to, y + 6, look));
    y += 8;
  }
  for (const text of wrapped(accountedText(each, style), SMALL, right - left)) {
    svg.push(backed(left, y + SMALL + 1, text, canvas));
    y += LINE;
  }
  return { svg, height: y - top };
}

function keysOf(gpus: readonly LedgerGpu[], { colours, hatch, style }: Canvas): LegendKey[] {
  const parts = gpus.flatMap((gpu) => gpu.parts);
  const accounted = gpus.flatMap((gpu) => gpu.accounted.flatMap((each) => each.parts));
  const kinds = CLASS_ORDER.filter((kind) => parts.some((part) => part.class === kind));
  const said = (['weight', 'kvcache', 'graph'] as const).filter((kind) =>
    accounted.some((part) => part.class === kind),
  );
  const limits = [...new Set(gpus.flatMap((gpu) => gpu.limits.map(({ limit }) => limit)))];
  const isUnknown = [...parts, ...accounted].some(({ drawn: how }) => how === 'unknown');
  return [
    ...kinds.map((kind) => ({
      text: PART_NAMES[kind],
      fill: colours.classes[kind],
      over: kind === 'gone' ? hatch : '',
    })),
    ...said.map((kind) => ({ text: `accounted ${ACCOUNTED_NAMES[kind]}`, fill: colours.accounted[kind], over: '' })),
    ...(isUnknown ? [{ text: 'unknown', fill: colours.paper, over: hatch }] : []),
    ...limits.map((limit) => ({
      text: `limit ${sizeText(limit, style)}`,
      fill: colours.limit,
      over: '',
      isLine: true,
    })),
  ];
}
