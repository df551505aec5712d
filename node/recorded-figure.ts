// A figure of a recording: reads the file.
import type { FigureStyle } from '../shared/evidence/figures/figure.ts';
import { sideFigure, type RecordedFigure } from '../shared/recorded/recorded-figure.ts';
import { namedError, readFileSide } from './recorded-file.ts';

export interface FigureRequest {
  readonly figure: RecordedFigure;
  /** A moment as a user says it; empty for the last look. Timeline and cycles are of the whole recording. */
  readonly at: string;
  readonly node: string | undefined;
  readonly redaction: 'names' | 'none';
  readonly style: FigureStyle;
}

/** SVG. Throws a RecordingError that says which file, why, and what to do. */
export async function recordedFigure(file: string, request: FigureRequest): Promise<string> {
  const { figure, at, node, redaction, style } = request;
  const side = await readFileSide(file, { who: node, at, cycle: undefined, redaction });
  try {
    return sideFigure(side, figure, style);
  } catch (error) {
    throw namedError(error, file);
  }
}
