// The figures of a recording: the same drawing wherever it is made, with stand-ins for names or without.
import type { FigureStyle } from '../evidence/figures/figure.ts';
import { lookFigure } from '../evidence/figures/look-figure.ts';
import { foundLook, sidePolicy, sideReport } from './recorded-evidence.ts';
import type { RecordedSide } from './recorded-side.ts';

/** A comparison needs two moments, and is drawn by the page. */
export const RECORDED_FIGURES = ['ledger', 'pair', 'timeline', 'cycles'] as const;
export type RecordedFigure = (typeof RECORDED_FIGURES)[number];

/** SVG. Timeline and cycles are of the whole recording. Throws a RecordedError. */
export function sideFigure(side: RecordedSide, figure: RecordedFigure, style: FigureStyle): string {
  const look = foundLook(side);
  const { header, record } = side;
  // The history of a session is bounded, and a recording is not.
  const history = { ...record.session.history, full: [record.points], last: [] };
  const node = { ...record.session, history };
  const { moment } = look;
  const { isDemo } = header;
  const policy = sidePolicy(header);
  const report = sideReport(side, look);
  return lookFigure(figure, { moment, report, policy, isDemo, node, engines: record.engines, kept: undefined }, style);
}
