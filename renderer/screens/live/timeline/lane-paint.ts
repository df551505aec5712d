// Draws what stands over the lanes: hatched gaps, marks, the range, the cursor, names and times. In CSS pixels.
import type { Lanes } from '../../../view/timeline/lanes.ts';
import { markLabels, type MarkPlace } from '../../../view/timeline/mark-labels.ts';
import { timeTicks } from '../../../view/timeline/time-axis.ts';
import type { TimelineColours } from './timeline-colours.ts';
import { writeHaloText } from './halo-text.ts';
import { CAUSES, isDense, SHORT_MARK, ZONE_GAP } from './timeline-paint.ts';
import type { TimeRange } from '../../../view/timeline/timeline-view.ts';

export interface LaneFrame {
  readonly width: number;
  /** Of one lane, with the line between it and the next. */
  readonly laneHeight: number;
  readonly gutter: number;
  readonly axis: number;
  readonly range: TimeRange;
  readonly brush: TimeRange | undefined;
  readonly cursorMs: number | undefined;
  readonly colours: TimelineColours;
}

/** Beside the lanes, so that the last time has room below them. */
export const RIGHT = 24;
const FONT = '11px system-ui, sans-serif';
/** A label needs so many pixels. */
const ROOM = 64;
/** More marks than pixels are not drawn one by one. */
const MARK_STEP = 1;

export function timeAt(x: number, { width, gutter, range }: Pick<LaneFrame, 'width' | 'gutter' | 'range'>): number {
  const share = (x - gutter) / Math.max(1, width - gutter - RIGHT);
  return range.fromMs + Math.min(1, Math.max(0, share)) * (range.toMs - range.fromMs);
}

/** The lanes themselves are there already: pixels, which a canvas does not clip. */
export function paintOverLanes(pen: CanvasRenderingContext2D, lanes: Lanes, frame: LaneFrame): void {
  const { width, laneHeight, gutter, range, brush, cursorMs, colours } = frame;
  const bottom = lanes.lanes.length * laneHeight;
  const right = width - RIGHT;
  const xOf = (ms: number): number =>
    gutter + ((ms - range.fromMs) / Math.max(1, range.toMs - range.fromMs)) * (right - gutter);
  pen.font = FONT;
  pen.textBaseline = 'alphabetic';
  pen.save();
  pen.beginPath();
  pen.rect(gutter, 0, right - gutter, bottom);
  pen.clip();
  for (const { fromMs, toMs, cause } of lanes.gaps) {
    const [from, to] = [xOf(fromMs), xOf(toMs)];
    pen.fillStyle = colours.hatching;
    pen.fillRect(from, 0, Math.max(2, to - from), bottom);
    if (to - from >= ROOM) backed(pen, CAUSES[cause], Math.max(from, gutter) + 4, 12, colours);
  }
  const places: MarkPlace[] = [];
  let drawn = Number.NEGATIVE_INFINITY;
  const dense = isDense(lanes.marks.length, right - gutter);
  for (const { atMs, short, isInferred } of lanes.marks) {
    const x = Math.round(xOf(atMs)) + 0.5;
    if (x - drawn < MARK_STEP) continue;
    drawn = x;
    line(pen, x, dense ? SHORT_MARK : bottom, { colour: colours.mark, dash: isInferred && !dense ? [3, 3] : [] });
    if (!dense) places.push({ text: short, at: x });
  }
  // Over all lines, so that none crosses a word.
  const space = { widthOf: (text: string) => pen.measureText(text).width, gap: 4, right };
  for (const { text, left } of markLabels(places, space)) backed(pen, text, left, 26, colours);
  if (brush !== undefined) {
    pen.globalAlpha = 0.15;
    pen.fillStyle = colours.mark;
    pen.fillRect(xOf(brush.fromMs), 0, xOf(brush.toMs) - xOf(brush.fromMs), bottom);
    pen.globalAlpha = 1;
  }
  if (cursorMs !== undefined) line(pen, Math.round(xOf(cursorMs)) + 0.5, bottom, { colour: colours.text, dash: [] });
  pen.restore();
  paintFrame(pen, lanes.lanes, frame, xOf);
}

function paintFrame(
  pen: CanvasRenderingContext2D,
  lanes: Lanes['lanes'],
  { width, laneHeight, gutter, range, colours }: LaneFrame,
  xOf: (ms: number) => number,
): void {
  pen.fillStyle = colours.text;
  lanes.forEach(({ label }, at) => {
    pen.textAlign = 'right';
    pen.fillText(label, gutter - 6, at * laneHeight + laneHeight / 2 + 4);
    pen.fillStyle = colours.grid;
    pen.fillRect(gutter, (at + 1) * laneHeight - 1, width - gutter - RIGHT, 1);
    pen.fillStyle = colours.text;
  });
  pen.textAlign = 'right';
  pen.fillText('UTC', gutter - ZONE_GAP, lanes.length * laneHeight + 15);
  pen.textAlign = 'center';
  for (const { atMs, text } of timeTicks(range, width - gutter - RIGHT, RIGHT)) {
    pen.fillText(text, xOf(atMs), lanes.length * laneHeight + 15);
  }
  pen.textAlign = 'left';
}

function line(
  pen: CanvasRenderingContext2D,
  x: number,
  bottom: number,
  { colour, dash }: { readonly colour: string; readonly dash: number[] },
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x, 0);
  pen.lineTo(x, bottom);
  pen.stroke();
  pen.setLineDash([]);
}

/** So that a word on hatching, or on a lane, can be read. */
function backed(pen: CanvasRenderingContext2D, text: string, x: number, y: number, colours: TimelineColours): void {
  writeHaloText(pen, { text, left: x, baseline: y, ink: colours.text, rim: colours.panel, scale: 1 });
}
