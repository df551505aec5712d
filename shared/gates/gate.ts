// Running a gate: who is judged, who is exempt, and the verdict of the whole.
import { reason, type Reason } from '../base/reason.ts';
import { aliveness } from '../ledger/holding.ts';
import type { BusId, ProcessKey } from '../model/ids.ts';
import { evaluateCard } from './evaluate-card.ts';
import { evaluateTree } from './evaluate-tree.ts';
import type { Policy } from './policy.ts';
import { exempts, selects, type Selector } from './selector.ts';
import { driverGaps, listingGaps, ownRows, subjectKey, type Sighting } from './sighting.ts';
import type { Subject } from './subject.ts';
import { combine, type Combined, type Judgement } from './verdict.ts';

export interface GateRequest {
  readonly policy: Policy;
  /** Everything that could be judged on this node, or the one tree that the user named. */
  readonly subjects: readonly Subject[];
  /** Empty: every engine of the node should be asleep. */
  readonly selectors: readonly Selector[];
  /** Engines that the user says are awake. An inferred state never exempts. */
  readonly expectAwake: readonly Selector[];
  /** Engines that report of themselves that they are awake, by the key of their root. */
  readonly reportedAwake?: ReadonlySet<ProcessKey>;
  /** The cards of a whole-gpu gate, when the user names them. */
  readonly buses: readonly BusId[] | undefined;
}

export interface GateResult extends Combined {
  readonly policy: Policy;
  readonly judgements: readonly Judgement[];
  /** Exemptions that match no engine: nothing was exempted by them, and somebody should know. */
  readonly unmatchedAwake: readonly Selector[];
}

export function runGate(request: GateRequest, sighting: Sighting): GateResult {
  const { policy, selectors, expectAwake, buses } = request;
  const subjects = request.subjects.filter((subject) => !isSpent(subject, sighting));
  const chosen =
    selectors.length === 0
      ? subjects
      : subjects.filter((subject) => selectors.some((selector) => selects(selector, subject)));
  const judgements = chosen.map((subject): Judgement => {
    const judgement =
      policy.kind === 'engine-tree'
        ? evaluateTree(subject, sighting, policy)
        : evaluateCard(subject, sighting, policy, buses);
    const key = subjectKey(subject);
    const reports = key !== undefined && request.reportedAwake?.has(key) === true;
    return { ...judgement, exempt: reports || expectAwake.some((selector) => exempts(selector, subject)) };
  });
  const unmatched = (asked: readonly Selector[], matches: typeof exempts): Selector[] =>
    asked.filter((selector) => !subjects.some((subject) => matches(selector, subject)));
  const combined = combine(judgements, nodeReasons(sighting, judgements, unmatched(selectors, selects)));
  return { policy, judgements, unmatchedAwake: unmatched(expectAwake, exempts), ...combined };
}

/**
 * Zombies that nobody waits for, of an engine whose server is gone, and the driver, which answered whole, lists none of
 * them: they hold nothing and never will. Judged, they would keep a container whose process 1 does not reap inconclusive
 * for good.
 */
function isSpent(subject: Subject, sighting: Sighting): boolean {
  if (subject.rootPid !== null || !subject.members.every((member) => aliveness(member) === 'zombie')) return false;
  const isWhole =
    sighting.snapshot.usage !== undefined && listingGaps(sighting).length + driverGaps(sighting).length === 0;
  return isWhole && ownRows(subject, sighting).length === 0;
}

/**
 * With nobody to judge, why the node could not be read explains more than "engine-not-found" alone. A selector that
 * names nobody is never ignored: the user meant an engine that is not there.
 */
function nodeReasons(sighting: Sighting, judgements: readonly Judgement[], unmatched: readonly Selector[]): Reason[] {
  const reasons: Reason[] = unmatched.length > 0 ? [reason('engine-not-found')] : [];
  if (judgements.length > 0) return reasons;
  const { snapshot } = sighting;
  if (snapshot.node.pidNamespace !== 'host') reasons.push(reason('pid-namespace'));
  if (!snapshot.scan.complete) reasons.push(reason('proc-incomplete'));
  return [...reasons, ...snapshot.driverReasons];
}
