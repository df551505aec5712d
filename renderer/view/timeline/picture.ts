// A picture made pixel by pixel, where so much is drawn that a pen would take too long.

/** A colour as a canvas holds it: 0xAABBGGRR. */
export type Pixel = number;

export interface Picture {
  /** Row by row from the top, `width` pixels each. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const CLEAR_OF_ALPHA = 0x00_ff_ff_ff;

/** The same colour seen through: 1 is opaque, 0 is not there. */
export function seenThrough(colour: Pixel, opacity: number): Pixel {
  return ((colour & CLEAR_OF_ALPHA) | (Math.round(opacity * 255) << 24)) >>> 0;
}
