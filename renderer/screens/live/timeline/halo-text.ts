// A word over a plot: with a rim of the panel's colour, so that it can be read on anything and hides next to nothing.

export interface HaloText {
  readonly text: string;
  readonly left: number;
  /** Of the line that the letters stand on. */
  readonly baseline: number;
  readonly ink: string;
  readonly rim: string;
  /** Pixels of the canvas in one of CSS. */
  readonly scale: number;
}

/** CSS pixels around each letter. */
const RIM = 2;

export function writeHaloText(pen: CanvasRenderingContext2D, halo: HaloText): void {
  const { text, left, baseline, ink, rim, scale } = halo;
  pen.save();
  pen.font = `${11 * scale}px system-ui, sans-serif`;
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  pen.setLineDash([]);
  pen.lineJoin = 'round';
  pen.lineWidth = 2 * RIM * scale;
  pen.strokeStyle = rim;
  pen.strokeText(text, left, baseline);
  pen.fillStyle = ink;
  pen.fillText(text, left, baseline);
  pen.restore();
}
