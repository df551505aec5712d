// Which moments a comparison is of, where not all of it was said: the same for the command line, evidence and the page.
import { isCompared, type EvidenceChoices } from '../evidence/evidence.ts';
import type { Policy } from '../gates/policy.ts';
import { parseSelector } from '../gates/selector.ts';
import { STATE_SPECS } from './compared-report.ts';
import { sidePolicy, type ComparedRequest, type RecordedSide } from './recorded-side.ts';

export interface ComparedAsks {
  /** Of the recording itself: A, and B where it is of the same one. */
  readonly own: readonly string[];
  /** Of the other recording; empty without one. */
  readonly other: readonly string[];
}

/** Awake, asleep and woken of every cycle. */
export function statesAsks(isOfTwo: boolean): ComparedAsks {
  return { own: STATE_SPECS, other: isOfTwo ? STATE_SPECS : [] };
}

/**
 * `at` and `beside` are moments as a user says them, empty where none was said. Of two recordings B is what A is. Of one
 * the release is meant where nothing stands beside its cycles: awake before it, and what stayed. undefined for a moment
 * that is of no cycle and has nothing beside it.
 */
export function compareAsks(at: string, beside: string, isOfTwo: boolean): ComparedAsks | undefined {
  if (isOfTwo) {
    const own = at === '' ? '#all' : at;
    return { own: [own], other: [beside === '' ? own : beside] };
  }
  if (beside !== '') return { own: [at, beside], other: [] };
  const cycles = at === '' ? '#all' : at;
  return /^#(?:\*|all|\d+|\d+-\d+)$/.test(cycles) ? { own: [`${cycles}:awake`, cycles], other: [] } : undefined;
}

/** What the sides of a table must be read for. */
export interface ComparedRequests {
  readonly own: ComparedRequest;
  /** Both sides are judged by what is kept with A. */
  readonly other: (side: RecordedSide) => ComparedRequest;
}

/** `policy` judges A where it is not its own. undefined for a table that compares nothing, and for a moment that nothing stands beside. */
export function comparedRequests(
  { table, at, beside = '', engines = [] }: Pick<EvidenceChoices, 'table' | 'at' | 'beside' | 'engines'>,
  isOfTwo: boolean,
  policy?: Policy,
): ComparedRequests | undefined {
  if (!isCompared(table)) return undefined;
  const asks = table === 'compare-states' ? statesAsks(isOfTwo) : compareAsks(at, beside, isOfTwo);
  if (asks === undefined) return undefined;
  const selectors = engines.flatMap((text) => parseSelector(text) ?? []);
  return {
    own: { asked: asks.own, selectors, ...(policy === undefined ? {} : { policy }) },
    other: ({ header }) => ({ asked: asks.other, selectors, policy: sidePolicy(header) }),
  };
}
