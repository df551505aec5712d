// The plot itself: uPlot on a canvas, given what to draw; it says where the pointer is and which range was dragged.
import { useEffect, useRef, type ReactElement } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Timeline, TimelineLine } from '../../../../shared/session/timeline/timeline-series.ts';
import { timelineColours, type TimelineColours } from './timeline-colours.ts';
import { paintLines, type LineLook } from './line-paint.ts';
import type { Pixel } from '../../../view/timeline/picture.ts';
import { timeTicks, type TimeTick } from '../../../view/timeline/time-axis.ts';
import type { TimeRange } from '../../../view/timeline/timeline-view.ts';
import { pixelReader } from './pixel-reader.ts';
import { paintBrush, paintGaps, paintLimit, paintMarks, paintZone } from './timeline-paint.ts';
import { useScheme } from './use-scheme.ts';
import { useWidth } from './use-width.ts';

export interface TimelinePlotProps {
  readonly timeline: Timeline;
  readonly range: TimeRange;
  readonly height: number;
  /** The line that is selected stands out; the others step back. */
  readonly selected: ((line: TimelineLine) => boolean) | undefined;
  readonly cursorMs: number | undefined;
  readonly onCursor: (ms: number | undefined) => void;
  /** A range of which the numbers are shown. */
  readonly brush: TimeRange | undefined;
  readonly onBrush: (range: TimeRange) => void;
  /** In CSS pixels, of the plotting area. */
  readonly onColumns: (columns: number) => void;
}

const AXIS_WIDTH = 64;
/** Beside the plot, so that the last time has room below it. */
const RIGHT = 24;

export function TimelinePlot(props: TimelinePlotProps): ReactElement {
  const { timeline, height, cursorMs, onColumns } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  // What uPlot calls back for is read when it calls, so that it need not be made anew with each look.
  const now = useRef(props);
  useEffect(() => {
    now.current = props;
  });
  const width = useWidth(box);
  const scheme = useScheme();
  const shape = shapeOf(props);

  useEffect(() => {
    const element = box.current;
    if (element === null || width === 0) return undefined;
    onColumns(Math.max(1, Math.floor(width - AXIS_WIDTH)));
    const colours = timelineColours(element);
    const made = new uPlot(optionsOf(now, { width, height, colours }), dataOf(now.current.timeline), element);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
    // `shape` and `scheme` stand for what the options are made from.
  }, [width, height, shape, scheme, onColumns]);

  useEffect(() => {
    plot.current?.setData(dataOf(timeline), true);
  }, [timeline, props.range.fromMs, props.range.toMs]);

  useEffect(() => {
    plot.current?.redraw(false);
  }, [props.brush]);

  useEffect(() => {
    if (plot.current !== null) placeCursor(plot.current, cursorMs);
  }, [cursorMs]);

  return <div ref={box} aria-hidden className="w-full" style={{ height }} />;
}

/** Where the shared cursor is; a plot that has not been drawn yet has no scale, so it is placed after each drawing too. */
function placeCursor(plot: uPlot, cursorMs: number | undefined): void {
  const left = cursorMs === undefined ? -10 : plot.valToPos(cursorMs / 1000, 'x');
  const top = cursorMs === undefined ? -10 : Math.max(plot.cursor.top ?? 0, 1);
  plot.setCursor({ left, top }, false);
}

/** Which look was the newest at this time, passing over the point that ends a line at a gap, 1 ms after a look. */
function heldAt(timesMs: readonly number[], cursorMs: number | undefined): number | undefined {
  if (cursorMs === undefined || timesMs.length === 0) return undefined;
  const after = timesMs.findIndex((ms) => ms > cursorMs);
  const at = Math.max((after === -1 ? timesMs.length : after) - 1, 0);
  return at > 0 && timesMs[at] === (timesMs[at - 1] ?? Number.NaN) + 1 ? at - 1 : at;
}

function shapeOf({ timeline, selected }: TimelinePlotProps): string {
  return timeline.lines.map((line) => `${line.id} ${line.colour} ${selected?.(line) ?? ''}`).join('\n');
}

function dataOf({ timesMs, lines }: Timeline): uPlot.AlignedData {
  return [timesMs.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])];
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly colours: TimelineColours;
}

function optionsOf(now: { readonly current: TimelinePlotProps }, frame: Frame): uPlot.Options {
  const { width, height, colours } = frame;
  const { timeline } = now.current;
  const sheet = document.createElement('canvas');
  const look = lineLook(colours);
  const ticks = (): TimeTick[] => timeTicks(now.current.range, width - AXIS_WIDTH - RIGHT, RIGHT);
  const axis: uPlot.Axis = {
    stroke: colours.text,
    font: '11px system-ui, sans-serif',
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1, size: 4 },
  };
  return {
    width,
    height,
    padding: [8, RIGHT, 0, 0],
    // Everywhere in this program times are UTC, as in the recordings.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      y: false,
      // The plot's own is the look nearest to the line; at a mark the panels show the one that was the newest then.
      dataIdx: (_plot, _series, nearest) => heldAt(now.current.timeline.timesMs, now.current.cursorMs) ?? nearest,
    },
    scales: {
      x: { time: true, range: () => [now.current.range.fromMs / 1000, now.current.range.toMs / 1000] },
      y: { range: () => [0, topOf(now.current.timeline)] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        splits: () => ticks().map(({ atMs }) => atMs / 1000),
        values: () => ticks().map(({ text }) => text),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        values: (_plot, mib) => mib.map((value) => value.toLocaleString('en-US')),
      },
    ],
    series: [
      {},
      ...timeline.lines.map((line) => seriesOf(line, colours, () => now.current.timeline.timesMs.length < 3)),
    ],
    hooks: {
      drawClear: [(plot) => paintGaps(plot, now.current.timeline, colours)],
      draw: [
        (plot) => {
          paintBrush(plot, now.current.brush, colours);
          paintLimit(plot, now.current.timeline, colours);
          paintMarks(plot, now.current.timeline, colours);
          paintZone(plot, colours);
          // Above everything else: nothing may hide a size.
          paintSeries(plot, sheet, now.current, look);
          placeCursor(plot, now.current.cursorMs);
        },
      ],
      // Not uPlot's own hook: that one is called by new data too, and would take the cursor of another panel away.
      ready: [
        (plot) => {
          const { over } = plot;
          over.addEventListener('mousemove', ({ clientX }) => {
            const at = now.current.timeline.timesMs[plot.posToIdx(clientX - over.getBoundingClientRect().left)];
            if (at !== now.current.cursorMs) now.current.onCursor(at);
          });
          over.addEventListener('mouseleave', () => now.current.onCursor(undefined));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: dragged } = plot.select;
          if (dragged < 4) return;
          const ms = (at: number): number => plot.posToVal(at, 'x') * 1000;
          now.current.onBrush({ fromMs: ms(left), toMs: ms(left + dragged) });
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** The value at the top of the plot, MiB. */
function topOf({ mostMib }: Timeline): number {
  return Math.max(mostMib * 1.08, 64);
}

/** A colour of the page is asked for once. */
function lineLook(colours: TimelineColours): Pick<LineLook, 'pixel' | 'css'> {
  const read = pixelReader(colours.panel);
  const pixels = new Map<string, Pixel>();
  const css = ({ colour }: TimelineLine): string => colours.line(colour);
  const pixel = (line: TimelineLine): Pixel => {
    const colour = css(line);
    const pixelOf = pixels.get(colour) ?? read?.(colour) ?? 0;
    pixels.set(colour, pixelOf);
    return pixelOf;
  };
  return { pixel, css };
}

/** What uPlot leaves out: its stroke along thousands of steps takes longer than all else together. */
function paintSeries(
  { ctx, bbox }: uPlot,
  sheet: HTMLCanvasElement,
  { timeline, range, selected }: TimelinePlotProps,
  look: Pick<LineLook, 'pixel' | 'css'>,
): void {
  const frame = { ...bbox, ...range, mostMib: topOf(timeline) };
  paintLines(ctx, sheet, timeline, frame, { ...look, isSelected: (line) => selected?.(line) });
}

/** Nothing but points is drawn by uPlot itself: of so few looks that steps between them are next to nothing. */
function seriesOf(line: TimelineLine, colours: TimelineColours, isFew: () => boolean): uPlot.Series {
  return {
    label: line.label,
    stroke: colours.line(line.colour),
    spanGaps: false,
    paths: () => null,
    points: { show: isFew, size: 5, fill: colours.line(line.colour) },
  };
}
