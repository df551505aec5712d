// Lanes as pixels: each column of a picture is filled once, so that hours cost as much as minutes.
import type { LedgerClass } from '../../../shared/ledger/device-ledger.ts';
import type { Lane } from './lanes.ts';
import type { Picture, Pixel } from './picture.ts';

export interface LanePalette {
  readonly panel: Pixel;
  /** Of the line of what is used. */
  readonly line: Pixel;
  /** Of looks that could not measure it. */
  readonly unknown: Pixel;
  readonly layer: (name: LedgerClass) => Pixel;
}

/** Of the height of a lane, so that two of them do not touch. */
const MARGIN = 3;
/** Of what a picture is wide for several sizes at once: as much of both. */
const HALF = 0.5;
/** A size below 0 is seen through. */
const THROUGH = 0.35;

/** `laneHeight` and `margin` in pixels of the picture, whose width is the number of columns of the lanes. */
export function laneRaster(
  lanes: readonly Lane[],
  columns: number,
  palette: LanePalette,
  { laneHeight, margin = MARGIN }: { readonly laneHeight: number; readonly margin?: number },
): Picture {
  const height = laneHeight * lanes.length;
  const pixels = new Uint32Array(columns * height).fill(palette.panel);
  for (const [at, lane] of lanes.entries()) {
    const colours = lane.layers.map((layer) => palette.layer(layer.class));
    const first = at * laneHeight + margin;
    for (let column = 0; column < columns; column += 1) {
      paintColumn({ pixels, width: columns, column, first, tall: laneHeight - 2 * margin }, lane, colours, palette);
    }
  }
  return { pixels, width: columns, height };
}

interface Strip {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly column: number;
  /** Its top row. */
  readonly first: number;
  readonly tall: number;
}

function paintColumn(strip: Strip, lane: Lane, colours: readonly Pixel[], palette: LanePalette): void {
  const { column, tall } = strip;
  const { used, layers, below, topMib } = lane;
  /** Rows from the top of the lane; its height is nothing. */
  const rowOf = (mib: number): number => {
    const row = tall - Math.round((mib / topMib) * tall);
    return row < 0 ? 0 : row > tall ? tall : row;
  };
  let filled = tall;
  let under = 0;
  for (const [at, { top }] of layers.entries()) {
    const most = top.most[column] ?? Number.NaN;
    if (Number.isNaN(most)) break;
    if (most > under) {
      // A pixel at least: what is small beside a whole GPU is still there.
      const row = Math.max(0, Math.min(rowOf(most), filled - 1));
      fill(strip, row, filled, colours[at] ?? palette.line);
      filled = row;
      under = most;
    }
  }
  // Where a class was lower in some look of this pixel, what was there instead shows half.
  for (const [at, { top }] of layers.entries()) {
    const [least, most] = [top.least[column] ?? Number.NaN, top.most[column] ?? Number.NaN];
    if (!(least < most)) continue;
    mix(strip, rowOf(most), rowOf(least), colours[at + 1] ?? palette.panel, HALF);
  }
  const hole = below[column] ?? Number.NaN;
  const unattributed = colours.at(-1);
  if (hole < 0 && unattributed !== undefined) {
    const from = rowOf(under);
    mix(strip, from, Math.max(from + 1, rowOf(under + hole)), unattributed, THROUGH);
  }
  const [low, high] = [used.least[column] ?? Number.NaN, used.most[column] ?? Number.NaN];
  if (!Number.isNaN(high))
    fill(strip, Math.min(rowOf(high), tall - 1), Math.max(rowOf(high), rowOf(low)) + 1, palette.line);
  if (isUnknown(lane, column)) dash(strip, palette.unknown);
}

function isUnknown({ used, layers }: Lane, column: number): boolean {
  return used.unknown[column] === 1 || layers.some(({ top }) => top.unknown[column] === 1);
}

/** Rows from `from` up to `to`, which is not one of them, as far as the lane has them. */
function fill({ pixels, width, column, first, tall }: Strip, from: number, to: number, colour: Pixel): void {
  for (let row = from; row < to && row < tall; row += 1) pixels[(first + row) * width + column] = colour;
}

function mix(
  { pixels, width, column, first, tall }: Strip,
  from: number,
  to: number,
  colour: Pixel,
  share: number,
): void {
  for (let row = from; row < to && row < tall; row += 1) {
    const at = (first + row) * width + column;
    pixels[at] = mixed(pixels[at] ?? colour, colour, share);
  }
}

/** Two rows of four: a column that holds both a number and an unknown shows both. */
function dash({ pixels, width, column, first, tall }: Strip, colour: Pixel): void {
  for (let row = 0; row < tall; row += 1) if (row % 4 < 2) pixels[(first + row) * width + column] = colour;
}

/** So much of the second colour, opaque. */
export function mixed(one: Pixel, other: Pixel, share: number): Pixel {
  const channel = (shift: number): number => {
    const [from, to] = [(one >>> shift) & 255, (other >>> shift) & 255];
    return Math.round(from + (to - from) * share) << shift;
  };
  return (0xff00_0000 | channel(16) | channel(8) | channel(0)) >>> 0;
}
