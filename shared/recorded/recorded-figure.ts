// The figures of a recording: the same drawing wherever it is made, with stand-ins for names or without.
import { SMI_RESOLUTION, type Bytes } from '../base/units.ts';
import { recordingNotes, STAND_INS_NOTE } from '../evidence/evidence.ts';
import type { FigureStyle } from '../evidence/figures/figure.ts';
import { lookFigure, type FigureName, type LookFigureInput } from '../evidence/figures/look-figure.ts';
import { noiseFloor } from '../session/compare/compare.ts';
import { idleLooksAround, noiseWithin } from '../session/history/idle-looks.ts';
import { foundLook, sideReport } from './recorded-evidence.ts';
import { RecordedError } from './recorded-error.ts';
import { sidePolicy, type KeptLook, type RecordedSide } from './recorded-side.ts';

/** Of one recording: the comparison is of awake and asleep of its last cycle that settled. */
export const RECORDED_FIGURES = ['ledger', 'pair', 'timeline', 'cycles', 'compare'] as const;
export type RecordedFigure = (typeof RECORDED_FIGURES)[number];

/** SVG. Timeline and cycles are of the whole recording; the comparison is of the states' cycle. Throws a RecordedError. */
export function sideFigure(side: RecordedSide, figure: RecordedFigure, style: FigureStyle): string {
  if (figure !== 'compare') return figureOf(side, foundLook(side), figure, undefined, style);
  const sleep = sleepFigure(side, style);
  if (sleep === undefined)
    throw new RecordedError(
      'no-moment',
      'no sleep that settled was seen, so there are no two moments to compare: name them.',
    );
  return sleep;
}

/** SVG: what was freed and what grew from the look of `a` to that of `b`. Throws a RecordedError. */
export function comparedFigure(a: RecordedSide, b: RecordedSide, style: FigureStyle): string {
  const [before, after] = [foundLook(a), foundLook(b)];
  const noise = largerOf(noiseAround(a, before.moment.atMs), noiseAround(b, after.moment.atMs));
  return figureOf(b, after, 'compare', { a: before.moment, b: after.moment, noise }, style, a);
}

/** SVG of the same, from awake to asleep in the cycle of the states; undefined where no engine has such a one. */
export function sleepFigure(side: RecordedSide, style: FigureStyle): string | undefined {
  for (const { state, atMs, kind, rootPid } of side.states) {
    if (state !== 'asleep' || atMs === undefined) continue;
    const awake = side.states.find((each) => each.state === 'awake' && each.kind === kind && each.rootPid === rootPid);
    const [a, b] = [lookAt(side, awake?.atMs), lookAt(side, atMs)];
    if (a === undefined || b === undefined) continue;
    const noise = largerOf(noiseAround(side, a.moment.atMs), noiseAround(side, atMs));
    return figureOf(side, b, 'compare', { a: a.moment, b: b.moment, noise }, style);
  }
  return undefined;
}

function figureOf(
  side: RecordedSide,
  look: KeptLook,
  figure: FigureName,
  kept: LookFigureInput['kept'],
  style: FigureStyle,
  other = side,
): string {
  const {
    header,
    record: { session: node, engines },
  } = side;
  const { moment } = look;
  const { isDemo } = header;
  const policy = sidePolicy(header);
  const report = sideReport(side, look);
  const notes = figureNotes(other, side);
  return lookFigure(figure, { moment, report, notes, policy, isDemo, node, engines, kept }, style);
}

/** Which file it is made of, so that a picture alone can be traced. */
function figureNotes(a: RecordedSide, { source, header, redaction }: RecordedSide): string[] {
  const isOne = a.source?.sha256 === source?.sha256;
  const recordings = [...(isOne ? [] : [a.source]), source].flatMap((each) => each ?? []);
  const made = source === undefined ? { recordings, unsaved: { startedMs: header.startedMs } } : { recordings };
  return [...recordingNotes(made), ...(redaction === 'names' ? [STAND_INS_NOTE] : [])];
}

function lookAt({ looks }: RecordedSide, atMs: number | undefined): KeptLook | undefined {
  return atMs === undefined ? undefined : looks.get(atMs);
}

/** What the same rows differ by while nothing happens. */
function noiseAround({ record, looks }: RecordedSide, atMs: number): Bytes {
  const idle = idleLooksAround(record.session.history, atMs).flatMap((each) => looks.get(each)?.moment ?? []);
  return noiseWithin(noiseFloor(idle, SMI_RESOLUTION));
}

function largerOf(one: Bytes, other: Bytes): Bytes {
  return one > other ? one : other;
}
