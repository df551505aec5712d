// A verdict: pass, fail or inconclusive, with its reasons. Unknown never passes.
import { reasonCodes, type Reason, type ReasonCode } from '../base/reason.ts';
import type { Bytes } from '../base/units.ts';
import type { BusKey, PerBus } from '../ledger/per-bus.ts';
import type { SeedReading } from './seed.ts';
import type { Subject } from './subject.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** What one policy says of one subject. */
export interface Judgement {
  readonly subject: Subject;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** The judged number; null when it is not known exactly. */
  readonly residual: Bytes | null;
  /** What was seen of it: a lower bound. */
  readonly atLeast: Bytes;
  /** Where `atLeast` is; null when nothing was seen, or the bus cannot be told. */
  readonly worstBus: BusKey | null;
  readonly perBus: PerBus;
  readonly seed: SeedReading;
  /** Said to be awake: listed, with the verdict that it would have, and not counted. */
  readonly exempt: boolean;
}

/**
 * Why a size that was judged is not known exactly. A pass without a reason has none where a rank is not listed that can hold
 * too little to matter.
 */
export function inexactBecause(reasons: readonly ReasonCode[]): readonly [ReasonCode, ...ReasonCode[]] {
  const [first, ...others] = reasons;
  return first === undefined ? ['unlisted-memory'] : [first, ...others];
}

export interface Combined {
  readonly verdict: Verdict;
  readonly reasons: readonly ReasonCode[];
}

/** Any fail is a fail; else any inconclusive is inconclusive; else pass. Nothing judged is inconclusive. */
export function combine(judgements: readonly Judgement[], nodeReasons: readonly Reason[]): Combined {
  const counted = judgements.filter((each) => !each.exempt);
  const reasons = [...nodeReasons, ...counted.flatMap((each) => each.reasons)];
  if (judgements.length === 0) {
    return { verdict: 'inconclusive', reasons: reasonCodes([...reasons, { code: 'engine-not-found', where: '' }]) };
  }
  if (counted.length === 0) {
    return { verdict: 'inconclusive', reasons: reasonCodes([...reasons, { code: 'nothing-judged', where: '' }]) };
  }
  const verdicts = counted.map((each) => each.verdict);
  if (verdicts.includes('fail')) return { verdict: 'fail', reasons: reasonCodes(reasons) };
  if (verdicts.includes('inconclusive') || nodeReasons.length > 0) {
    return { verdict: 'inconclusive', reasons: reasonCodes(reasons) };
  }
  return { verdict: 'pass', reasons: reasonCodes(reasons) };
}
