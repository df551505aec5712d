// Lines of the timeline as pixels: steps, a bar for each pixel column, so that hours of looks cost as much as minutes.
import type { Picture, Pixel } from './picture.ts';

export interface RasterLine {
  /** In MiB, one for each time; null is a gap. */
  readonly values: readonly (number | null)[];
  readonly colour: Pixel;
  /** In pixels of the picture. */
  readonly thickness: number;
}

/** What the picture shows. Pixels, ms, MiB. */
export interface LineWindow {
  readonly width: number;
  readonly height: number;
  /** At the left edge. */
  readonly fromMs: number;
  /** At the right edge. */
  readonly toMs: number;
  /** The value at the top; 0 is at the bottom. */
  readonly mostMib: number;
}

/**
 * Steps, never slopes: between two looks nothing is known. Each pixel column is a bar over all that a line reached in it, and
 * a bar across leads to the next; nothing is drawn where there is no value. A later line hides an earlier one. What is not
 * drawn is seen through.
 */
export function lineRaster(timesMs: readonly number[], lines: readonly RasterLine[], window: LineWindow): Picture {
  const { width, height, fromMs, toMs } = window;
  const pixels = new Uint32Array(width * height);
  const perMs = width / Math.max(1, toMs - fromMs);
  const columns = timesMs.map((ms) => Math.round((ms - fromMs) * perMs));
  for (const line of lines) drawLine({ pixels, width, height }, columns, line, height / window.mostMib);
  return { pixels, width, height };
}

function drawLine(picture: Picture, columns: readonly number[], line: RasterLine, perMib: number): void {
  const { values, colour, thickness } = line;
  const half = Math.floor(thickness / 2);
  const across = ({ column, last }: Reached, to: number): void =>
    fill(picture, { left: column, right: to, top: last - half, bottom: last - half + thickness }, colour);
  const upright = ({ column, high, low }: Reached): void => {
    const left = column - half;
    fill(picture, { left, right: left + thickness, top: high - half, bottom: low - half + thickness }, colour);
  };
  let reached: Reached | undefined;
  for (const [at, value] of values.entries()) {
    const column = columns[at] ?? 0;
    if (reached !== undefined && (value === null || column !== reached.column)) {
      upright(reached);
      across(reached, column);
    }
    reached = value === null ? undefined : after(reached, column, Math.round(picture.height - value * perMib));
  }
  if (reached !== undefined) upright(reached);
}

/** How far a line reached in a pixel column, in rows from the top. */
interface Reached {
  readonly column: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
}

/** From where the line stood before, if it stood anywhere, to this row. */
function after(before: Reached | undefined, column: number, row: number): Reached {
  if (before === undefined) return { column, high: row, low: row, last: row };
  const { high, low } = before.column === column ? before : { high: before.last, low: before.last };
  return { column, high: Math.min(high, row), low: Math.max(low, row), last: row };
}

interface Box {
  readonly left: number;
  readonly top: number;
  /** The first pixel that is not filled, as `bottom`. */
  readonly right: number;
  readonly bottom: number;
}

/** As much of it as the picture has. */
function fill({ pixels, width, height }: Picture, box: Box, colour: Pixel): void {
  const [left, right] = [Math.max(0, box.left), Math.min(width, box.right)];
  const [top, bottom] = [Math.max(0, box.top), Math.min(height, box.bottom)];
  if (left >= right) return;
  for (let row = top; row < bottom; row += 1) pixels.fill(colour, row * width + left, row * width + right);
}
