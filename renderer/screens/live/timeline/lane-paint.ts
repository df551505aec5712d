// Draws the lanes on a canvas: stacked steps a GPU, hatched gaps, marks, the range and the cursor. In CSS pixels.
import type { Lane, Lanes } from '../../../view/lanes.ts';
import type { TimelineColours } from './timeline-colours.ts';
import { CAUSES, hatching } from './timeline-paint.ts';
import type { TimeRange } from './timeline-plot.tsx';

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
  /** Of a class of the ledger. */
  readonly fill: (name: string) => string;
}

const RIGHT = 24;
const FONT = '11px system-ui, sans-serif';
/** A label needs so many pixels. */
const ROOM = 64;

export function timeAt(x: number, { width, gutter, range }: Pick<LaneFrame, 'width' | 'gutter' | 'range'>): number {
  const share = (x - gutter) / Math.max(1, width - gutter - RIGHT);
  return range.fromMs + Math.min(1, Math.max(0, share)) * (range.toMs - range.fromMs);
}

export function paintLanes(pen: CanvasRenderingContext2D, lanes: Lanes, frame: LaneFrame): void {
  const { width, laneHeight, gutter, axis, range, brush, cursorMs, colours } = frame;
  const bottom = lanes.lanes.length * laneHeight;
  const right = width - RIGHT;
  const xOf = (ms: number): number =>
    gutter + ((ms - range.fromMs) / Math.max(1, range.toMs - range.fromMs)) * (right - gutter);
  pen.clearRect(0, 0, width, bottom + axis);
  pen.font = FONT;
  pen.textBaseline = 'alphabetic';
  pen.save();
  pen.beginPath();
  pen.rect(gutter, 0, right - gutter, bottom);
  pen.clip();
  lanes.lanes.forEach((lane, at) => paintLane(pen, lane, lanes.timesMs, { ...frame, xOf, top: at * laneHeight + 3 }));
  const hatch = hatching(pen, colours.hatch) ?? colours.grid;
  for (const { fromMs, toMs, cause } of lanes.gaps) {
    const [from, to] = [xOf(fromMs), xOf(toMs)];
    pen.fillStyle = hatch;
    pen.fillRect(from, 0, Math.max(2, to - from), bottom);
    if (to - from >= ROOM) backed(pen, CAUSES[cause], Math.max(from, gutter) + 4, 12, colours);
  }
  let label = Number.NEGATIVE_INFINITY;
  for (const { atMs, short, isInferred } of lanes.marks) {
    const x = Math.round(xOf(atMs)) + 0.5;
    line(pen, x, bottom, { colour: colours.mark, dash: isInferred ? [3, 3] : [] });
    if (short === '' || x - label < ROOM) continue;
    label = x;
    backed(pen, short.length > 24 ? `${short.slice(0, 23)}…` : short, x + 4, 26, colours);
  }
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

interface LanePlace extends LaneFrame {
  readonly xOf: (ms: number) => number;
  readonly top: number;
}

/** Steps, never slopes: a size holds until the next look. */
function paintLane(pen: CanvasRenderingContext2D, lane: Lane, timesMs: readonly number[], place: LanePlace): void {
  const { xOf, top, laneHeight, fill, colours, range } = place;
  const tall = laneHeight - 6;
  const yOf = (mib: number): number => top + tall - (mib / lane.topMib) * tall;
  const edge = (at: number): number => xOf(timesMs[at + 1] ?? range.toMs);
  for (const { class: kind, base, top: high } of lane.layers) {
    pen.fillStyle = fill(kind);
    timesMs.forEach((ms, at) => {
      const [from, to] = [base[at] ?? null, high[at] ?? null];
      if (from === null || to === null || from === to) return;
      const x = xOf(ms);
      // A size below 0 reaches down into what the others say that they hold: an outline, as it fills nothing.
      pen.globalAlpha = to < from ? 0.35 : 1;
      const [upper, lower] = [yOf(Math.max(from, to)), yOf(Math.min(from, to))];
      // A pixel at least: what is small beside a whole GPU is still there.
      pen.fillRect(x, Math.min(upper, lower - 1), Math.max(edge(at) - x, 1), Math.max(lower - upper, 1));
    });
    pen.globalAlpha = 1;
  }
  pen.strokeStyle = colours.text;
  pen.lineWidth = 1;
  pen.setLineDash([]);
  pen.beginPath();
  timesMs.forEach((ms, at) => {
    const used = lane.used[at] ?? null;
    if (used === null) return;
    const y = Math.round(yOf(used)) - 0.5;
    pen.moveTo(xOf(ms), y);
    pen.lineTo(Math.max(edge(at), xOf(ms) + 1), y);
  });
  pen.stroke();
}

function paintFrame(
  pen: CanvasRenderingContext2D,
  lanes: readonly Lane[],
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
  const step = timeStep(range.toMs - range.fromMs);
  pen.textAlign = 'center';
  for (let ms = Math.ceil(range.fromMs / step) * step; ms <= range.toMs; ms += step) {
    pen.fillText(new Date(ms).toISOString().slice(11, 19), xOf(ms), lanes.length * laneHeight + 15);
  }
  pen.textAlign = 'left';
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];

/** Round, and at most five labels. */
function timeStep(spanMs: number): number {
  return (STEPS_S.find((seconds) => spanMs / (seconds * 1000) <= 5) ?? 86_400) * 1000;
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

/** So that a word on hatching can be read. */
function backed(pen: CanvasRenderingContext2D, text: string, x: number, y: number, colours: TimelineColours): void {
  pen.textAlign = 'left';
  pen.fillStyle = colours.panel;
  pen.fillRect(x - 3, y - 11, pen.measureText(text).width + 6, 15);
  pen.fillStyle = colours.text;
  pen.fillText(text, x, y);
}
