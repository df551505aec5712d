// Cycles as a figure: what stayed after each sleep, whether it grows, and the limit; an unknown residual is striped.
import { bytes, type Bytes } from '../../base/units.ts';
import { shortBus } from '../../ledger/short-bus.ts';
import { driftText, type BusCycles, type EngineCycles } from '../../session/cycles/cycle-table.ts';
import { figureSvg, LINE, sizeText, SMALL, TEXT, type Canvas, type Drawn } from './figure.ts';
import type { FigureFrame, FigureStyle } from './figure.ts';
import { sizeScale, type SizeScale } from './size-scale.ts';
import { measured, type Sized } from './sized.ts';
import { coordinate, element, fitted, line, textWidth, words } from './svg.ts';

export interface CycleFigure extends FigureFrame {
  readonly series: readonly CycleSeries[];
  /** undefined where nothing is judged. */
  readonly limit: Bytes | undefined;
}

export interface CycleSeries {
  /** `sglang :30000, the worst GPU`. */
  readonly name: string;
  readonly cycles: readonly FigureCycle[];
  /** Bytes a cycle; undefined where there are too few to tell. */
  readonly slope: number | undefined;
  /** `growing by 38 MiB a cycle (12 cycles)`. */
  readonly drift: string;
}

export interface FigureCycle {
  readonly number: number;
  readonly residual: Sized;
  readonly isRestarted: boolean;
}

/** `name` is the engine's, among those that are drawn beside it. Of the worst GPU of each look, unless one of the buses is asked for. */
export function cycleSeries({ worst }: EngineCycles, name: string, of: BusCycles = worst): CycleSeries {
  return {
    name: `${name}, ${of.bus === 'worst' ? 'the worst GPU of each look' : shortBus(of.bus)}`,
    cycles: of.cycles.map(({ number, residual, isRestarted }) => ({
      number,
      residual: measured(residual),
      isRestarted,
    })),
    // Of too few cycles a line would say more than anybody knows.
    slope: of.drift.judgement === 'too-few' ? undefined : of.drift.slope,
    drift: driftText(of.drift),
  };
}

const AXIS = 72;
const PLOT = 150;
const WIDEST = 64;

export function cycleFigure(figure: CycleFigure, style: FigureStyle): string {
  const { series, limit } = figure;
  const sentences = series.map((each) => `${each.name}: ${sentence(each, style)}`);
  const description = sentences.length === 0 ? ['No engine was found.'] : sentences;
  return figureSvg(figure, { name: 'cycles', description }, style, (canvas, top) => {
    const svg: string[] = [];
    let y = top;
    for (const each of series) {
      const one = chart(each, limit, { canvas, top: y });
      svg.push(...one.svg);
      y += one.height;
    }
    if (series.length > 0) return { svg, height: y - top };
    const look = { size: TEXT, fill: canvas.colours.muted };
    return { svg: [words(canvas.left, top + TEXT, 'No engine was found.', look)], height: LINE };
  });
}

function sentence({ cycles, drift }: CycleSeries, style: FigureStyle): string {
  const sizes = knownOf(cycles).map(({ value }) => value);
  const unknown = cycles.filter(({ residual }) => !residual.known).length;
  if (cycles.length === 0) return 'no sleep was seen.';
  const missing = unknown === 0 ? '' : `; ${unknown} unknown`;
  if (sizes.length === 0) return `${count(cycles.length)}, no residual is known${missing}.`;
  const [low, high] = [bytes(Math.min(...sizes)), bytes(Math.max(...sizes))];
  const range = low === high ? sizeText(low, style) : `${sizeText(low, style)} to ${sizeText(high, style)}`;
  return `${count(cycles.length)}, residual ${range}, ${drift}${missing}.`;
}

function count(cycles: number): string {
  return `${cycles} ${cycles === 1 ? 'cycle' : 'cycles'}`;
}

function knownOf(cycles: readonly FigureCycle[]): { readonly number: number; readonly value: Bytes }[] {
  return cycles.flatMap(({ number, residual }) => (residual.known ? [{ number, value: residual.value }] : []));
}

interface Place {
  readonly canvas: Canvas;
  readonly top: number;
}

function chart(series: CycleSeries, limit: Bytes | undefined, { canvas, top }: Place): Drawn {
  const { left, right, colours, style } = canvas;
  const { name, cycles } = series;
  const says = fitted(sentence(series, style), SMALL, right - left);
  const svg = [
    words(left, top + TEXT, fitted(name, TEXT, right - left), { size: TEXT, fill: colours.text, weight: 600 }),
    words(left, top + TEXT + LINE, says, { size: SMALL, fill: colours.text }),
  ];
  if (cycles.length === 0) return { svg, height: 2 * LINE + 12 };
  const from = top + 3 * LINE;
  const bottom = from + PLOT;
  const most = Math.max(limit ?? 0, ...knownOf(cycles).map(({ value }) => value));
  const scale = sizeScale({ from: 0, to: most }, { begin: bottom, end: from }, style.unit);
  const slot = Math.min(WIDEST * 1.5, (right - left - AXIS) / cycles.length);
  const plot: Plot = { canvas, scale, slot, begin: left + AXIS, from, bottom };
  svg.push(...side(plot), ...cycles.flatMap((cycle, at) => column(cycle, at, plot)));
  svg.push(...driftLine(series, plot), ...limitLine(limit, plot));
  svg.push(...cycles.flatMap((cycle, at) => sizeLabel(cycle, at, plot)));
  svg.push(words(left + AXIS - 6, bottom + 14, 'cycle', { size: SMALL, fill: colours.muted, anchor: 'end' }));
  return { svg, height: bottom + (cycles.some(({ isRestarted }) => isRestarted) ? 40 : 26) - top };
}

interface Plot {
  readonly canvas: Canvas;
  readonly scale: SizeScale;
  readonly slot: number;
  readonly begin: number;
  readonly from: number;
  readonly bottom: number;
}

function side({ canvas: { colours, right, style }, scale, begin }: Plot): string[] {
  const look = { size: SMALL, fill: colours.muted, anchor: 'end' } as const;
  return scale.ticks.flatMap(({ at, text }, index) => {
    const isTop = index === scale.ticks.length - 1;
    const y = scale.place(at);
    return [
      line(begin, y, right, y, { stroke: at === 0 ? colours.axis : colours.grid }),
      words(begin - 6, y + 4, isTop ? `${text} ${style.unit}` : text, look),
    ];
  });
}

function column(cycle: FigureCycle, at: number, plot: Plot): string[] {
  const { canvas, scale, slot, begin, from, bottom } = plot;
  const { colours, hatch } = canvas;
  const { number, residual, isRestarted } = cycle;
  const x = begin + at * slot;
  const middle = x + slot / 2;
  const width = Math.min(WIDEST, slot * 0.7);
  const look = { size: SMALL, fill: colours.text, anchor: 'middle' } as const;
  const parts: string[] = [];
  if (isRestarted) parts.push(line(x, from, x, bottom, { stroke: colours.muted, 'stroke-dasharray': '2 3' }));
  const y = residual.known ? scale.place(residual.value) : from;
  const box = { x: middle - width / 2, y, width, height: bottom - y };
  const dashed = { fill: hatch, stroke: colours.muted, 'stroke-dasharray': '4 3' };
  parts.push(element('rect', residual.known ? { ...box, fill: colours.classes.engine } : { ...box, ...dashed }));
  if (textWidth(`${number} `, SMALL) <= slot) {
    parts.push(words(middle, bottom + 14, String(number), { ...look, fill: colours.muted }));
  }
  if (isRestarted && textWidth('restarted', SMALL) <= slot) {
    parts.push(words(middle, bottom + 28, 'restarted', { ...look, fill: colours.muted }));
  }
  return parts;
}

/** Over the lines, with a rim: the number is what is looked for. */
function sizeLabel({ residual }: FigureCycle, at: number, { canvas, scale, slot, begin, from }: Plot): string[] {
  const { colours, style } = canvas;
  const size = residual.known ? sizeText(residual.value, style).replace(` ${style.unit}`, '') : 'unknown';
  if (textWidth(size, SMALL) > slot) return [];
  const y = residual.known ? scale.place(residual.value) : from;
  const look = { size: SMALL, fill: colours.text, anchor: 'middle', halo: colours.paper } as const;
  return [words(begin + (at + 0.5) * slot, Math.max(y - 4, from - 4), size, look)];
}

/** Through the middle of the residuals with their slope: a line to look along, from the first to the last. */
function driftLine({ cycles, slope }: CycleSeries, { canvas: { colours }, scale, slot, begin }: Plot): string[] {
  const known = knownOf(cycles);
  const first = cycles[0];
  const last = cycles.at(-1);
  if (slope === undefined || first === undefined || last === undefined || known.length < 3) return [];
  const starts = known.map(({ number, value }) => value - slope * number).toSorted((one, other) => one - other);
  const start = starts[Math.floor((starts.length - 1) / 2)] ?? 0;
  const point = (number: number, at: number): string =>
    `${coordinate(begin + (at + 0.5) * slot)},${coordinate(scale.place(start + slope * number))}`;
  const points = `${point(first.number, 0)} ${point(last.number, cycles.length - 1)}`;
  return [
    element('polyline', {
      points,
      fill: 'none',
      stroke: colours.text,
      'stroke-width': 1.5,
      'stroke-dasharray': '6 3',
    }),
  ];
}

function limitLine(limit: Bytes | undefined, { canvas, scale, begin }: Plot): string[] {
  if (limit === undefined) return [];
  const { colours, right, style } = canvas;
  const y = scale.place(limit);
  const text = `limit ${sizeText(limit, style)}`;
  return [
    line(begin, y, right, y, { stroke: colours.limit, 'stroke-width': 1.5, 'stroke-dasharray': '8 4' }),
    words(right, y - 4, text, { size: SMALL, fill: colours.limit, anchor: 'end', weight: 600, halo: colours.paper }),
  ];
}
