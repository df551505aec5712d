// A range of time as a figure: steps of what is resident, hatched gaps, the limit; what was not seen is not drawn.
import { bytes, fromMiB, type Bytes } from '../../base/units.ts';
import type { Timeline, TimelineLine } from '../../session/timeline/timeline-series.ts';
import type { TimelineMark } from '../../session/timeline/timeline-marks.ts';
import { figureSvg, LINE, sizeText, SMALL, TEXT, type Canvas, type Drawn } from './figure.ts';
import type { FigureFrame, FigureStyle } from './figure.ts';
import { legend, type LegendKey } from './legend.ts';
import { sizeScale, type SizeScale } from './size-scale.ts';
import { coordinate, element, fitted, line, textWidth, words } from './svg.ts';
import { timeTicks } from './time-ticks.ts';

export interface TimelineFigure extends FigureFrame {
  readonly timeline: Timeline;
}

const AXIS = 72;
const PLOT = 260;
/** Beyond this the words below the drawing would be longer than the drawing. */
const MOST_GAPS = 8;
/** So that lines can be told apart without their colours. */
const DASHES = [undefined, '10 3', '5 3', '10 3 2 3', '14 4', '7 2 2 2 2 2', '3 2', '16 3 4 3'];
const ACCOUNTED_DASHES = '1.5 3';

export function timelineFigure(figure: TimelineFigure, style: FigureStyle): string {
  const { timeline } = figure;
  const gaps = timeline.gaps.slice(0, MOST_GAPS).map(({ fromMs, text }) => {
    return `Gap at ${sinceText(fromMs - startOf(timeline))}: ${text}.`;
  });
  const more = timeline.gaps.length - gaps.length;
  const notes = [...gaps, ...(more === 0 ? [] : [`${more} more gaps.`]), ...figure.notes];
  const sentences = timeline.lines.map((each) => `${lineText(each, style)}.`);
  const description = sentences.length === 0 ? ['Nothing was seen in this range.'] : sentences;
  return figureSvg({ ...figure, notes }, { name: 'timeline', description }, style, (canvas, top) =>
    timeline.timesMs.length === 0 ? nothing(canvas, top) : drawn(timeline, canvas, top),
  );
}

function nothing({ left, colours }: Canvas, top: number): Drawn {
  const look = { size: TEXT, fill: colours.muted };
  return { svg: [words(left, top + TEXT, 'Nothing was seen in this range.', look)], height: LINE };
}

function startOf({ timesMs }: Timeline): number {
  return timesMs[0] ?? 0;
}

function sinceText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `sglang :30000: 1,740 MiB to 64,000 MiB, unknown at 3 looks`. */
function lineText({ label, values, unknown }: TimelineLine, style: FigureStyle): string {
  const sizes = values.flatMap((value) => (value === null ? [] : [value]));
  const missing = unknown === 0 ? '' : `, unknown at ${unknown} ${unknown === 1 ? 'look' : 'looks'}`;
  if (sizes.length === 0) return `${label}: no look measured it${missing}`;
  const size = (mib: number): string => sizeText(fromMiB(mib), style);
  const [low, high] = sizes.reduce(
    ([least, most], each) => [Math.min(least, each), Math.max(most, each)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return `${label}: ${low === high ? size(low) : `${size(low)} to ${size(high)}`}${missing}`;
}

interface Plot {
  readonly canvas: Canvas;
  readonly scale: SizeScale;
  readonly at: (ms: number) => number;
  readonly top: number;
  readonly bottom: number;
  readonly begin: number;
}

function drawn(timeline: Timeline, canvas: Canvas, top: number): Drawn {
  const { left, right, style } = canvas;
  const { timesMs, lines, limitMib, mostMib } = timeline;
  const from = top + 4;
  const bottom = from + PLOT;
  const begin = left + AXIS;
  const firstMs = startOf(timeline);
  const spanMs = Math.max((timesMs.at(-1) ?? firstMs) - firstMs, 1);
  const at = (ms: number): number => begin + ((ms - firstMs) / spanMs) * (right - begin);
  const scale = sizeScale({ from: 0, to: fromMiB(mostMib) }, { begin: bottom, end: from }, style.unit);
  const plot: Plot = { canvas, scale, at, top: from, bottom, begin };
  const limit = limitMib === undefined ? undefined : fromMiB(limitMib);
  const keys = legend(keysOf(timeline, canvas), canvas, bottom + 26);
  const svg = [
    ...grid(plot, spanMs, firstMs),
    ...timeline.gaps.flatMap((gap) => gapRect(gap, plot)),
    ...lines.map((each) => stepLine(each, timesMs, plot)),
    ...(limit === undefined ? [] : limitLine(limit, plot)),
    ...timeline.marks.flatMap((mark, index) => markLine(mark, index, plot)),
    ...keys.svg,
  ];
  return { svg, height: bottom + 26 + keys.height - top };
}

function grid({ canvas, scale, at, top, bottom, begin }: Plot, spanMs: number, firstMs: number): string[] {
  const { colours, right, style } = canvas;
  const look = { size: SMALL, fill: colours.muted } as const;
  const sizes = scale.ticks.flatMap(({ at: size, text }, index) => {
    const y = scale.place(size);
    const isTop = index === scale.ticks.length - 1;
    return [
      line(begin, y, right, y, { stroke: size === 0 ? colours.axis : colours.grid }),
      words(begin - 6, y + 4, isTop ? `${text} ${style.unit}` : text, { ...look, anchor: 'end' }),
    ];
  });
  const times = timeTicks(spanMs).flatMap(({ ms, text }) => {
    const x = at(firstMs + ms);
    const anchor = x + textWidth(text, SMALL) / 2 > right ? 'end' : 'middle';
    return [line(x, top, x, bottom, { stroke: colours.grid }), words(x, bottom + 14, text, { ...look, anchor })];
  });
  return [...sizes, ...times];
}

function gapRect({ fromMs, toMs }: Timeline['gaps'][number], { canvas, at, top, bottom, begin }: Plot): string[] {
  const { right, hatch, colours } = canvas;
  const [x, end] = [Math.max(at(fromMs), begin), Math.min(at(toMs), right)];
  if (end < x) return [];
  const width = Math.max(end - x, 2);
  const rect = element('rect', { x, y: top, width, height: bottom - top, fill: hatch });
  const room = textWidth('unknown', SMALL) + 8 <= width;
  const look = { size: SMALL, fill: colours.text, anchor: 'middle', halo: colours.paper } as const;
  return room ? [rect, words(x + width / 2, top + 16, 'unknown', look)] : [rect];
}

/** A size holds until the next look; at a gap the line ends, and begins again behind it. */
function stepLine({ values, colour, kind }: TimelineLine, timesMs: readonly number[], plot: Plot): string {
  const { canvas, scale, at } = plot;
  const { series } = canvas.colours;
  let path = '';
  let isDown = false;
  values.forEach((value, index) => {
    const x = coordinate(at(timesMs[index] ?? 0));
    if (isDown) path += `H${x}`;
    if (value !== null)
      path += isDown
        ? `V${coordinate(scale.place(fromMiB(value)))}`
        : `M${x} ${coordinate(scale.place(fromMiB(value)))}`;
    // The last look is a point; so that it shows, it is drawn a little to the right.
    if (value !== null && values[index + 1] === undefined) path += 'h1';
    isDown = value !== null;
  });
  const isAccounted = kind === 'accounting';
  const stroke = series[colour % series.length];
  const dashes = isAccounted ? ACCOUNTED_DASHES : DASHES[colour % DASHES.length];
  const look = { fill: 'none', stroke, 'stroke-width': isAccounted ? 1.25 : 2, 'stroke-dasharray': dashes };
  return element('path', { d: path === '' ? 'M0 0' : path, ...look });
}

function limitLine(limit: Bytes, { canvas, scale, begin }: Plot): string[] {
  const { colours, right, style } = canvas;
  const y = scale.place(limit);
  const look = { size: SMALL, fill: colours.limit, anchor: 'end', weight: 600, halo: colours.paper } as const;
  return [
    line(begin, y, right, y, { stroke: colours.limit, 'stroke-width': 1.5, 'stroke-dasharray': '8 4' }),
    words(right - 4, y - 5, `limit ${sizeText(bytes(limit), style)}`, look),
  ];
}

/** Neighbours stand on different lines, so that their words do not cover each other. */
const MARK_ROWS = 3;

function markLine({ atMs, short }: TimelineMark, index: number, { canvas, at, top, bottom }: Plot): string[] {
  const { colours, right } = canvas;
  const x = at(atMs);
  if (x > right) return [];
  const look = { size: SMALL, fill: colours.text, halo: colours.paper } as const;
  const y = top + 34 + (index % MARK_ROWS) * LINE;
  const text = fitted(short, SMALL, 160);
  const isLate = x + textWidth(text, SMALL) + 4 > right;
  return [
    line(x, top, x, bottom, { stroke: colours.text, 'stroke-dasharray': '2 2' }),
    words(isLate ? x - 4 : x + 4, y, text, { ...look, anchor: isLate ? 'end' : 'start' }),
  ];
}

function keysOf({ lines, gaps }: Timeline, { colours, hatch, style }: Canvas): LegendKey[] {
  const keys = lines.map((each): LegendKey => {
    const fill = colours.series[each.colour % colours.series.length] ?? colours.text;
    const dashes = each.kind === 'accounting' ? ACCOUNTED_DASHES : DASHES[each.colour % DASHES.length];
    return { text: lineText(each, style), fill, over: '', isLine: true, dashes };
  });
  return gaps.length === 0 ? keys : [...keys, { text: 'unknown: not seen', fill: colours.paper, over: hatch }];
}
