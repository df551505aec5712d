// Compares recordings that are files of this machine over several of their moments: each file is read twice.
import type { CompareRepeats } from '../../shared/evidence/compare/compare-repeats-schema.ts';
import type { CompareStates } from '../../shared/evidence/compare/compare-states-schema.ts';
import type { Policy } from '../../shared/gates/policy.ts';
import type { Selector } from '../../shared/gates/selector.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import { comparedOf, repeatsReport, STATE_SPECS, statesReport } from '../../shared/recorded/compared-report.ts';
import { readSide, type RecordedSide } from '../../shared/recorded/recorded-side.ts';
import { fileSource, namedError } from './recorded-file.ts';
import type { MomentRequest } from './recorded-moments.ts';
import { openRecording } from '../recording/recording-reader.ts';

export interface ComparedOptions {
  /** Which node, where a recording has several. */
  readonly who: string | undefined;
  /** Whose cycles; empty for those of all engines that have any. */
  readonly selectors: readonly Selector[];
  readonly overRanks: boolean;
  /** Chosen by the user, or the one kept with A. */
  readonly policyOf: (header: RecordingHeader) => Policy;
}

/** Throws a RecordingError that says which side cannot be found and why. */
export async function comparedRepeats(
  [left, right]: readonly [MomentRequest, MomentRequest],
  options: ComparedOptions,
): Promise<CompareRepeats> {
  const isOne = left.file === right.file;
  const policy = await policyOf(left.file, options);
  const first = await sideOf(left.file, isOne ? [left.asked, right.asked] : [left.asked], policy, options);
  const second = isOne ? first : await sideOf(right.file, [right.asked], policy, options);
  const b = { file: right.file, side: second, place: isOne ? 1 : 0 };
  return repeatsReport({ file: left.file, side: first, place: 0 }, b, { policy, overRanks: options.overRanks });
}

/** Awake, asleep and woken of every cycle of one recording, or of two. Throws a RecordingError. */
export async function comparedStates(
  file: string,
  against: string | undefined,
  options: ComparedOptions,
): Promise<CompareStates> {
  const policy = await policyOf(file, options);
  const side = await sideOf(file, STATE_SPECS, policy, options);
  const facts = { policy, overRanks: options.overRanks };
  if (against === undefined) return statesReport({ file, side }, undefined, facts);
  const other = await sideOf(against, STATE_SPECS, policy, options);
  return statesReport({ file, side }, { file: against, side: other }, facts);
}

async function policyOf(file: string, { policyOf: choose }: ComparedOptions): Promise<Policy> {
  const opened = await openRecording(file);
  await opened.close();
  return choose(opened.header);
}

async function sideOf(
  file: string,
  asked: readonly string[],
  policy: Policy,
  { who, selectors }: ComparedOptions,
): Promise<RecordedSide> {
  // Without a hash, so that a recording which is still written to can be compared.
  const source = { ...fileSource(file), identity: () => Promise.resolve(undefined) };
  const compared = { asked, selectors, policy };
  try {
    const side = await readSide(source, { who, at: '', cycle: undefined, redaction: 'none', compared });
    comparedOf(side);
    return side;
  } catch (error) {
    throw namedError(error, file);
  }
}
