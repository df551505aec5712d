// Draws the lines of the timeline: what is resident as a picture of pixels, what is accounted for as a thin dashed stroke.
import type { Timeline, TimelineLine } from '../../../../shared/session/timeline/timeline-series.ts';
import { lineRaster } from '../../../view/timeline/line-raster.ts';
import { seenThrough, type Pixel } from '../../../view/timeline/picture.ts';

/** Pixels of the canvas. */
export interface LineFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** The value at the top, MiB; 0 is at the bottom. */
  readonly mostMib: number;
}

export interface LineLook {
  readonly pixel: (line: TimelineLine) => Pixel;
  readonly css: (line: TimelineLine) => string;
  /** Whether it stands out; undefined where no line is selected. */
  readonly isSelected: (line: TimelineLine) => boolean | undefined;
}

/** Of a line that is not selected where another one is. */
const BACK = 0.35;
/** CSS pixels drawn and left out. */
const ACCOUNTING_DASH = [7, 4];

/**
 * A pen takes longer along thousands of steps than all else together, so the pixels are made first, on `sheet`, and laid over
 * what is there already.
 */
export function paintLines(
  pen: CanvasRenderingContext2D,
  sheet: HTMLCanvasElement,
  { timesMs, lines }: Timeline,
  frame: LineFrame,
  look: LineLook,
): void {
  const resident = lines.filter(({ kind }) => kind === 'resident').map((line) => ({ line, is: look.isSelected(line) }));
  // What stands out stands over the others.
  const ordered = [...resident.filter(({ is }) => is !== true), ...resident.filter(({ is }) => is === true)];
  const drawn = ordered.map(({ line, is }) => ({
    values: line.values,
    colour: seenThrough(look.pixel(line), is === false ? BACK : 1),
    thickness: Math.round((is === true ? 3 : 2) * devicePixelRatio),
  }));
  const { left, top, width, height } = frame;
  const size = { width: Math.round(width), height: Math.round(height) };
  if (size.width < 1 || size.height < 1) return;
  const { pixels } = lineRaster(timesMs, drawn, { ...frame, ...size });
  // A canvas whose size is set is made anew.
  if (sheet.width !== size.width) sheet.width = size.width;
  if (sheet.height !== size.height) sheet.height = size.height;
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), size.width, size.height);
  sheet.getContext('2d')?.putImageData(image, 0, 0);
  pen.drawImage(sheet, Math.round(left), Math.round(top));
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.lineWidth = devicePixelRatio;
  pen.setLineDash(ACCOUNTING_DASH.map((length) => length * devicePixelRatio));
  for (const line of lines) {
    if (line.kind !== 'accounting') continue;
    pen.globalAlpha = look.isSelected(line) === false ? BACK : 1;
    pen.strokeStyle = look.css(line);
    strokeLine(pen, timesMs, line, frame);
  }
  pen.restore();
}

/**
 * Steps too, for what seldom changes: a point for each change, however many looks say the same again. The pen's own colour
 * and dash.
 */
function strokeLine(
  pen: CanvasRenderingContext2D,
  timesMs: readonly number[],
  { values }: Pick<TimelineLine, 'values'>,
  frame: LineFrame,
): void {
  const { left, top, width, height, fromMs, toMs, mostMib } = frame;
  const perMs = width / Math.max(1, toMs - fromMs);
  const xOf = (at: number): number => left + ((timesMs[at] ?? fromMs) - fromMs) * perMs;
  const yOf = (value: number): number => top + height - (value / mostMib) * height;
  let before: number | null = null;
  pen.beginPath();
  for (const [at, value] of values.entries()) {
    if (value === before) continue;
    if (before !== null) pen.lineTo(xOf(at), yOf(before));
    if (value !== null && before === null) pen.moveTo(xOf(at), yOf(value));
    else if (value !== null) pen.lineTo(xOf(at), yOf(value));
    before = value;
  }
  if (before !== null) pen.lineTo(xOf(values.length - 1), yOf(before));
  pen.stroke();
}
