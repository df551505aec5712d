// `residuum compare` over several cycles or ranks: what was typed, found in recordings, as a report.
import { probeSha256, textSha256 } from '../node/provenance.ts';
import { findSides, readSides, type FoundSide } from '../node/recorded-repeats.ts';
import type { MomentRequest } from '../node/recorded-moments.ts';
import {
  compareRepeatsReport,
  type ComparedSideOfRepeats,
  type JudgedRepeat,
} from '../shared/evidence/compare-repeats-report.ts';
import {
  compareRepeatsSchema,
  type CompareRepeats,
  type RepeatsSide,
} from '../shared/evidence/compare-repeats-schema.ts';
import { compareRepeatsText } from '../shared/evidence/compare-repeats-text.ts';
import { momentReport } from '../shared/evidence/moment-report.ts';
import { COMPARE_REPEATS_SCHEMA } from '../shared/evidence/schema-names.ts';
import type { Policy } from '../shared/gates/policy.ts';
import { compareRepeats } from '../shared/session/compare-repeats.ts';
import { repeatSpec } from '../shared/session/repeat-spec.ts';
import type { FoldedRecording } from '../shared/recorded/fold-opened.ts';
import { errorOf } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { terminalPaint } from './terminal-paint.ts';

/** Several moments are meant by one of the texts behind an `@`. */
export function isRepeated(requests: readonly MomentRequest[]): boolean {
  return requests.some(({ asked }) => repeatSpec(asked) !== undefined);
}

export interface RepeatsOptions {
  /** Which node, where a recording has several. */
  readonly who: string | undefined;
  readonly overRanks: boolean;
  /** Chosen by the user, or the one kept with A. */
  readonly policyOf: (recording: FoldedRecording) => Policy;
}

interface Taken {
  readonly judged: JudgedRepeat;
  readonly rawSha256: string;
  readonly hostname: string | null;
}

export async function comparedRepeats(
  requests: readonly [MomentRequest, MomentRequest],
  { who, overRanks, policyOf }: RepeatsOptions,
): Promise<CompareRepeats> {
  const [left, right] = await findSides(requests, who);
  if (left === undefined || right === undefined) throw new Error('a side for each was asked for');
  const sides = [left, right];
  const policy = policyOf(left.recording);
  const taken = sides.map(() => new Map<number, Taken>());
  const { noise, idleLooks } = await readSides(sides, (side, repeat, moment, look) => {
    const { target, recording } = sides[side] ?? left;
    const rawSha256 = textSha256(moment.sample.text);
    const facts = { target, rawSha256, probeSha256: probeSha256(), isDemo: recording.header.isDemo, policy };
    const { engines } = momentReport(moment, facts);
    const hostname = moment.sighting.snapshot.node.hostname ?? null;
    taken[side]?.set(repeat, { judged: { look, engines }, rawSha256, hostname });
  });
  const [a, b] = [comparedSide(left, taken[0] ?? new Map()), comparedSide(right, taken[1] ?? new Map())];
  const isPaired = isOnePlace(left, right) && left.repeats.length === right.repeats.length;
  const looks = (side: ComparedSideOfRepeats): JudgedRepeat['look'][] => side.repeats.map(({ look }) => look);
  return compareRepeatsReport(a, b, compareRepeats(looks(a), looks(b), { noise, isPaired, overRanks }), {
    policy,
    noise: { bytes: noise, looks: idleLooks },
    isPaired,
    overRanks,
  });
}

/** Cycles of one node belong together one by one; a single moment of each is one pair anyway. */
function isOnePlace(a: FoundSide, b: FoundSide): boolean {
  return (a.file === b.file && a.node === b.node) || (a.repeats.length === 1 && b.repeats.length === 1);
}

function comparedSide(side: FoundSide, taken: ReadonlyMap<number, Taken>): ComparedSideOfRepeats {
  const { file, asked, text, node, target, recording } = side;
  const { startedMs, isDemo } = recording.header;
  const repeats = side.repeats.map(({ cycle, atMs, why }, at): RepeatsSide['repeats'][number] => {
    const look = taken.get(at);
    // A file that changed while it was read may have lost a look.
    if (look === undefined || atMs === undefined)
      return {
        cycle: cycle ?? null,
        atMs: null,
        sinceStartMs: null,
        rawSha256: null,
        why: why === '' ? 'was not read' : why,
      };
    return { cycle: cycle ?? null, atMs, sinceStartMs: atMs - startedMs, rawSha256: look.rawSha256, why: null };
  });
  const hostname = [...taken.values()].at(-1)?.hostname ?? null;
  return {
    about: { file, asked, text, node, target, hostname, isDemo, repeats },
    repeats: repeats.map((_, at) => taken.get(at)?.judged ?? { look: undefined, engines: [] }),
  };
}

export function failedRepeats(error: unknown, overRanks: boolean): CompareRepeats {
  return {
    schema: COMPARE_REPEATS_SCHEMA,
    a: null,
    b: null,
    policy: null,
    noise: null,
    isPaired: false,
    overRanks,
    engines: [],
    rows: [],
    error: errorOf(error),
  };
}

export function printRepeats(report: CompareRepeats, json: boolean, all: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(compareRepeatsSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${compareRepeatsText(report, { paint: terminalPaint(io), width: io.width, all }).join('\n')}\n`);
}
