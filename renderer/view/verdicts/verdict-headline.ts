// The verdict of a node in one clause: who is over the limit, by how much and where; the rows below say the rest.
import { summaryText } from '../../../shared/evidence/gate/gate-sentences.ts';
import { mib } from '../../../shared/evidence/text/sizes.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import type { Subject } from '../../../shared/gates/subject.ts';
import type { Judgement, Verdict } from '../../../shared/gates/verdict.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';
import { nameAmong } from '../../../shared/session/engine-name.ts';

export interface HeadlineInput {
  /** Those that count. */
  readonly judged: readonly Judgement[];
  /** All of the look, also those that do not count. */
  readonly subjects: readonly Subject[];
  readonly policy: Policy;
  readonly verdict: Verdict;
}

/** Without its full stop, and begun with a small letter unless a name begins it. */
export function verdictHeadline({ judged, subjects, policy, verdict }: HeadlineInput): string {
  const found = judged.filter((each) => each.verdict === verdict).toSorted((one, other) => other.atLeast - one.atLeast);
  const [worst] = found;
  if (worst === undefined) return summaryText({ engines: judged, verdict });
  const name = nameAmong(worst.subject, subjects);
  const all = `${judged.length} ${nounOf(judged)}`;
  const isOne = found.length === 1;
  if (verdict === 'fail') {
    const over = overText(worst, policy);
    if (judged.length === 1) return `${name} is over the limit ${over}`;
    return `${found.length} of ${all} ${isOne ? 'is' : 'are'} over the limit${isOne ? ': ' : '; the worst is '}${name}, ${over}`;
  }
  if (verdict === 'inconclusive') {
    if (judged.length === 1) return `${name} could not be judged`;
    return `${found.length} of ${all} could not be judged${isOne ? `: ${name}` : ''}`;
  }
  return judged.length === 1 ? `${name} is within the limit` : `all ${all} are within the limit`;
}

/** `by 58,368 MiB on GPU 41:00.0`; a part that is unknown makes it a lower bound. */
function overText({ residual, atLeast, worstBus }: Judgement, { limit }: Policy): string {
  const where = worstBus === null ? 'on all GPUs together' : `on GPU ${shortBus(worstBus)}`;
  return `by ${residual === null ? 'at least ' : ''}${mib(atLeast - limit)} ${where}`;
}

function nounOf(judged: readonly Judgement[]): string {
  const orphans = judged.filter(({ subject }) => subject.rootPid === null).length;
  if (orphans === 0) return 'engines';
  return orphans === judged.length ? 'orphans' : 'engines and orphans';
}
