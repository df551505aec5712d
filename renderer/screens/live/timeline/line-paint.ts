// Draws a line of the timeline as steps, a bar for each pixel column: hours of looks cost as much as minutes.
import type { TimelineLine } from '../../../../shared/session/timeline-series.ts';

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
  readonly thickness: number;
}

/**
 * Steps, never slopes: between two looks nothing is known. Each pixel column is a bar over all that the line reached in it,
 * and a bar across leads to the next; nothing is drawn where there is no value.
 */
export function paintLine(
  pen: CanvasRenderingContext2D,
  timesMs: readonly number[],
  { values }: Pick<TimelineLine, 'values'>,
  frame: LineFrame,
): void {
  const { left, top, width, height, fromMs, toMs, mostMib, thickness } = frame;
  const half = Math.floor(thickness / 2);
  const perMs = width / Math.max(1, toMs - fromMs);
  let column = Number.NaN;
  let [high, low, last] = [0, 0, 0];
  const flush = (): void => {
    pen.fillRect(column - half, high - half, thickness, low - high + thickness);
  };
  for (const [at, value] of values.entries()) {
    const x = Math.round(left + ((timesMs[at] ?? fromMs) - fromMs) * perMs);
    if (value === null) {
      if (!Number.isNaN(column)) {
        flush();
        pen.fillRect(column, last - half, Math.max(0, x - column), thickness);
      }
      column = Number.NaN;
      continue;
    }
    const y = Math.round(top + height - (value / mostMib) * height);
    if (x === column) {
      high = Math.min(high, y);
      low = Math.max(low, y);
    } else {
      const isOpen = !Number.isNaN(column);
      if (isOpen) {
        flush();
        pen.fillRect(column, last - half, x - column, thickness);
      }
      high = isOpen ? Math.min(last, y) : y;
      low = isOpen ? Math.max(last, y) : y;
      column = x;
    }
    last = y;
  }
  if (!Number.isNaN(column)) flush();
}

/**
 * The same as a dashed stroke, for what seldom changes: a point for each change, however many looks say the same again. The
 * pen's own colour and dash.
 */
export function strokeLine(
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
