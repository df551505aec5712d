// A figure of a recording: the same drawing that the page shows of that look, with stand-ins for names or without.
import { bytes } from '../shared/base/units.ts';
import type { FigureStyle } from '../shared/evidence/figures/figure.ts';
import { lookFigure } from '../shared/evidence/figures/look-figure.ts';
import { momentReport } from '../shared/evidence/moment-report.ts';
import type { Policy } from '../shared/gates/policy.ts';
import { textSha256 } from './provenance.ts';
import { readRecorded } from './recorded-looks.ts';
import { RecordingError } from './recording-error.ts';

/** A comparison needs two moments, and is drawn by the page. */
export const RECORDED_FIGURES = ['ledger', 'pair', 'timeline', 'cycles'] as const;
export type RecordedFigure = (typeof RECORDED_FIGURES)[number];

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
  const read = await readRecorded(file, { who: node, asked: at, pick: undefined, redaction });
  const { header, record, found, looks, rawOf, target } = read;
  const moment = found === undefined ? undefined : looks.get(found.atMs);
  if (moment === undefined) throw new RecordingError('no-moment', `${file}: it changed while it was read; try again.`);
  const { isDemo, probeSha256 } = header;
  const { kind, limitBytes, origin } = header.policy;
  const policy: Policy = { kind, limit: bytes(limitBytes), origin };
  const rawSha256 = textSha256(rawOf(moment.sample));
  const report = momentReport(moment, { target, rawSha256, probeSha256, isDemo, policy });
  // The history of a session is bounded, and a recording is not.
  const history = { ...record.session.history, full: [record.points], last: [] };
  const whole = { ...record.session, history };
  const input = { moment, report, policy, isDemo, node: whole, engines: record.engines, kept: undefined };
  return lookFigure(figure, input, style);
}
