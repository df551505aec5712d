// A comparison over several moments as a report: of the recordings that were read, in the command line, a bundle and a page.
import { compareRepeatsReport, type ComparedSideOfRepeats } from '../evidence/compare/compare-repeats-report.ts';
import type { CompareRepeats, RepeatsSide } from '../evidence/compare/compare-repeats-schema.ts';
import { compareStatesReport, type ComparedRun } from '../evidence/compare/compare-states-report.ts';
import type { CompareStates } from '../evidence/compare/compare-states-schema.ts';
import { bytes } from '../base/units.ts';
import type { Policy } from '../gates/policy.ts';
import type { Repeats } from '../session/compare/align-repeats.ts';
import { compareRepeats } from '../session/compare/compare-repeats.ts';
import {
  compareStates,
  type CycleLooks,
  type CyclesOfEngine,
  type CycleState,
} from '../session/compare/compare-states.ts';
import type { ComparedLooks, ComparedRepeat, FoundCompared, SeenLook } from './compared-looks.ts';
import { RecordedError } from './recorded-error.ts';
import type { RecordedSide } from './recorded-side.ts';

/** Awake, asleep and woken of every cycle, in the order of the states. */
export const STATE_SPECS = ['#all:awake', '#all:settled', '#all:woken'] as const;

/** What is said of a whole comparison. */
export interface ComparedFacts {
  /** By which the looks of both sides were judged when they were read. */
  readonly policy: Policy;
  /** The ranks of an engine stand in one row. */
  readonly overRanks: boolean;
}

export interface ReportedSide {
  /** As whoever asks calls it. */
  readonly file: string;
  readonly side: RecordedSide;
  /** Which of what was asked for of it. */
  readonly place: number;
}

/** Two moments of one recording are pairs where there are as many of each; those of two recordings are not. */
export function repeatsReport(a: ReportedSide, b: ReportedSide, { policy, overRanks }: ComparedFacts): CompareRepeats {
  const [left, right] = [foundIn(a.side, a.place), foundIn(b.side, b.place)];
  const counts = ({ engines }: FoundCompared): string => engines.map(({ repeats }) => repeats.length).join();
  const isSingle = counts(left) === '1' && counts(right) === '1';
  const isPaired = isSingle || (a.side === b.side && counts(left) === counts(right));
  const noise = noiseOf([a.side, b.side]);
  const options = { noise: bytes(noise.bytes), isPaired, overRanks };
  const comparison = compareRepeats(repeatsOf(a.side, left), repeatsOf(b.side, right), options);
  const facts = { policy, noise, isPaired, overRanks };
  return compareRepeatsReport(sideOf(a, left), sideOf(b, right), comparison, facts);
}

/** Sides that were read with STATE_SPECS; `b` is undefined for one run. */
export function statesReport(
  a: Omit<ReportedSide, 'place'>,
  b: Omit<ReportedSide, 'place'> | undefined,
  { policy, overRanks }: ComparedFacts,
): CompareStates {
  const [left, right] = [runOf(a), b === undefined ? undefined : runOf(b)];
  const noise = noiseOf([a.side, ...(b === undefined ? [] : [b.side])]);
  const comparison = compareStates(left.cycles, right?.cycles, { noise: bytes(noise.bytes), overRanks });
  return compareStatesReport(left, right, comparison, { policy, noise, overRanks });
}

/** Throws a RecordedError where what was asked for is not in the recording. */
export function comparedOf({ compared }: RecordedSide): ComparedLooks {
  if (compared === undefined) throw new Error('nothing was asked to be compared when it was read');
  if (typeof compared === 'string') throw new RecordedError('no-moment', compared);
  return compared;
}

function foundIn(side: RecordedSide, place: number): FoundCompared {
  const found = comparedOf(side).found[place];
  if (found === undefined) throw new Error('less was asked to be compared when it was read');
  return found;
}

/** The larger of the floors. */
function noiseOf(sides: readonly RecordedSide[]): NonNullable<CompareRepeats['noise']> {
  return sides
    .map(comparedOf)
    .map(({ noise, idleLooks }) => ({ bytes: noise as number, looks: idleLooks }))
    .reduce((most, each) => ({
      bytes: Math.max(most.bytes, each.bytes),
      looks: Math.max(most.looks, each.looks),
    }));
}

function seenAt(side: RecordedSide, { atMs }: ComparedRepeat): SeenLook | undefined {
  return atMs === undefined ? undefined : comparedOf(side).looks.get(atMs);
}

function repeatsOf(side: RecordedSide, { engines }: FoundCompared): Repeats {
  return engines.map(({ lives, repeats }) => ({ lives, repeats: repeats.map((each) => seenAt(side, each)?.look) }));
}

function judgedOf(side: RecordedSide, { engines }: FoundCompared): ComparedSideOfRepeats['judged'] {
  return engines.map(({ repeats }) => repeats.map((each) => seenAt(side, each)?.judged ?? []));
}

function aboutFile({ file, side }: Omit<ReportedSide, 'place'>, found: FoundCompared) {
  const { node, target, header } = side;
  const looks = found.engines.flatMap(({ repeats }) => repeats.flatMap((each) => seenAt(side, each) ?? []));
  return { file, node, target, hostname: looks.at(-1)?.hostname ?? null, isDemo: header.isDemo };
}

function sideOf(reported: ReportedSide, found: FoundCompared): ComparedSideOfRepeats {
  const { side } = reported;
  const { asked, engines, others } = found;
  // A name of a mark is no name of ours to show.
  const text = side.redaction === 'names' ? found.plain : found.text;
  const cycles = engines.map(({ name, rootPids, repeats }) => ({
    name,
    rootPids: [...rootPids],
    repeats: repeats.map((each) => repeatOf(side, each)),
  }));
  const about = { ...aboutFile(reported, found), asked, text, cycles, others: [...others] };
  return { about, judged: judgedOf(side, found) };
}

function repeatOf(side: RecordedSide, repeat: ComparedRepeat): RepeatsSide['cycles'][number]['repeats'][number] {
  const { cycle = null, atMs, why } = repeat;
  const seen = seenAt(side, repeat);
  if (seen !== undefined && atMs !== undefined) {
    return { cycle, atMs, sinceStartMs: atMs - side.header.startedMs, rawSha256: seen.frame, why: null };
  }
  // A file that changed while it was read may have lost a look.
  return { cycle, atMs: null, sinceStartMs: null, rawSha256: null, why: why === '' ? 'was not read' : why };
}

function runOf(reported: Omit<ReportedSide, 'place'>): ComparedRun & { readonly cycles: readonly CyclesOfEngine[] } {
  const { side } = reported;
  const [awake, asleep, woken] = [foundIn(side, 0), foundIn(side, 1), foundIn(side, 2)];
  const states = { awake, asleep, woken };
  const repeatsAt = (state: CycleState, engine: number): readonly ComparedRepeat[] =>
    states[state].engines[engine]?.repeats ?? [];
  const cycles = awake.engines.map(({ lives, repeats }, engine): CyclesOfEngine => {
    const looks = repeats.map((_, at): CycleLooks => {
      const look = (state: CycleState): CycleLooks['awake'] => {
        const repeat = repeatsAt(state, engine)[at];
        return repeat === undefined ? undefined : seenAt(side, repeat)?.look;
      };
      return { awake: look('awake'), asleep: look('asleep'), woken: look('woken') };
    });
    return { lives, cycles: looks };
  });
  const about = {
    ...aboutFile(reported, asleep),
    text: awake.text.replace(/, awake before each release$/, ''),
    cycles: awake.engines.map(({ name, rootPids }, engine) => {
      const reports = (state: CycleState) => repeatsAt(state, engine).map((each) => repeatOf(side, each));
      const own = { awake: reports('awake'), asleep: reports('asleep'), woken: reports('woken') };
      return { name, rootPids: [...rootPids], states: own };
    }),
    others: [...awake.others],
  };
  return { about, asleep: judgedOf(side, asleep), cycles };
}
