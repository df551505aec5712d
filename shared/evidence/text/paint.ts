// Colour is given to the text writers, so that they stay pure and a pipe gets plain text.

export interface Paint {
  readonly pass: (text: string) => string;
  readonly fail: (text: string) => string;
  readonly inconclusive: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly faint: (text: string) => string;
}

/** How a report is written as text. */
export interface TextOptions {
  readonly paint: Paint;
  /** Columns of the terminal: tables and sentences keep within it. */
  readonly width: number;
  /** A live view goes on: the exit code of a gate would say nothing there. */
  readonly isLive?: true;
}

const same = (text: string): string => text;

export const PLAIN: Paint = { pass: same, fail: same, inconclusive: same, bold: same, faint: same };

/** The word carries the meaning; colour only repeats it. */
export function paintVerdict(paint: Paint, verdict: 'pass' | 'fail' | 'inconclusive'): string {
  return paint.bold(paint[verdict](verdict.toUpperCase()));
}
