// `residuum compare` over several cycles or ranks: what was typed, found in recordings, as a report.
import { findSides, type FoundSide } from '../node/recorded-repeats.ts';
import type { MomentRequest } from '../node/recorded-moments.ts';
import { bytes } from '../shared/base/units.ts';
import {
  compareRepeatsReport,
  type ComparedSideOfRepeats,
  type JudgedRepeat,
} from '../shared/evidence/compare-repeats-report.ts';
import { compareRepeatsSchema, type CompareRepeats } from '../shared/evidence/compare-repeats-schema.ts';
import { compareRepeatsText } from '../shared/evidence/compare-repeats-text.ts';
import { COMPARE_REPEATS_SCHEMA } from '../shared/evidence/schema-names.ts';
import type { Policy } from '../shared/gates/policy.ts';
import { compareRepeats } from '../shared/session/compare-repeats.ts';
import { repeatSpec } from '../shared/session/repeat-spec.ts';
import type { FoldedRecording } from '../shared/recorded/fold-opened.ts';
import { errorOf } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { takeSides, type TakenSide } from './take-repeats.ts';
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

export async function comparedRepeats(
  requests: readonly [MomentRequest, MomentRequest],
  { who, overRanks, policyOf }: RepeatsOptions,
): Promise<CompareRepeats> {
  const [left, right] = await findSides(requests, who);
  if (left === undefined || right === undefined) throw new Error('a side for each was asked for');
  const policy = policyOf(left.recording);
  const { sides, noise } = await takeSides([left, right], policy);
  const [a, b] = [comparedSide(left, sides[0]), comparedSide(right, sides[1])];
  const isPaired = isOnePlace(left, right) && left.repeats.length === right.repeats.length;
  const looks = (side: ComparedSideOfRepeats): JudgedRepeat['look'][] => side.repeats.map(({ look }) => look);
  const comparison = compareRepeats(looks(a), looks(b), { noise: bytes(noise.bytes), isPaired, overRanks });
  return compareRepeatsReport(a, b, comparison, { policy, noise, isPaired, overRanks });
}

/** Cycles of one node belong together one by one; a single moment of each is one pair anyway. */
function isOnePlace(a: FoundSide, b: FoundSide): boolean {
  return (a.file === b.file && a.node === b.node) || (a.repeats.length === 1 && b.repeats.length === 1);
}

function comparedSide(
  { file, asked, text, node, target, recording }: FoundSide,
  taken: TakenSide | undefined,
): ComparedSideOfRepeats {
  const { isDemo } = recording.header;
  const { hostname, repeats, judged } = taken ?? { hostname: null, repeats: [], judged: [] };
  return { about: { file, asked, text, node, target, hostname, isDemo, repeats }, repeats: judged };
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
