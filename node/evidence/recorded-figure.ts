// A figure of a recording, or of two: reads the files.
import type { FigureStyle } from '../../shared/evidence/figures/figure.ts';
import type { FigureName } from '../../shared/evidence/figures/look-figure.ts';
import { comparedFigure, sideFigure } from '../../shared/recorded/recorded-figure.ts';
import { namedError, readFileSide } from './recorded-file.ts';
import type { MomentRequest } from './recorded-moments.ts';

export interface FigureRequest {
  readonly figure: FigureName;
  /** A moment as a user says it; empty for the last look. Timeline and cycles are of the whole recording. */
  readonly at: string;
  /** B of a comparison, whose A is `at`. Without it, awake and asleep of the last cycle that settled are compared. */
  readonly against: MomentRequest | undefined;
  readonly node: string | undefined;
  readonly redaction: 'names' | 'none';
  readonly style: FigureStyle;
}

/** SVG. Throws a RecordingError that says which file, why, and what to do. */
export async function recordedFigure(file: string, request: FigureRequest): Promise<string> {
  const { figure, at, against, node, redaction, style } = request;
  const side = await readFileSide(file, { who: node, at, cycle: undefined, redaction });
  const other =
    against === undefined
      ? undefined
      : await readFileSide(against.file, { who: node, at: against.asked, cycle: undefined, redaction });
  try {
    return figure === 'compare' && other !== undefined
      ? comparedFigure(side, other, style)
      : sideFigure(side, figure, style);
  } catch (error) {
    throw namedError(error, file);
  }
}
