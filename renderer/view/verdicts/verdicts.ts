// The verdicts of one look at a node, as a live view shows them: nothing that only looks awake is failed without being asked.
import { shortReason } from '../../../shared/base/reason.ts';
import { nextSteps } from '../../../shared/evidence/gate/next-step.ts';
import { runGate } from '../../../shared/gates/gate.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import { subjectKey } from '../../../shared/gates/sighting.ts';
import { allSubjects } from '../../../shared/gates/subject.ts';
import type { Verdict } from '../../../shared/gates/verdict.ts';
import type { ProcessKey } from '../../../shared/model/ids.ts';
import type { EngineState } from '../../../shared/session/engine-state.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { nodeNotices } from '../live-notices.ts';
import { verdictHeadline } from './verdict-headline.ts';
import { verdictCard, type Standing, type VerdictCard } from './verdict-card.ts';

export interface VerdictInput {
  readonly moment: Moment;
  readonly policy: Policy;
  readonly told: ReadonlyMap<ProcessKey, 'awake' | 'asleep'>;
  /** `live` mutes what looks awake. `asked` is "judge now": as the gate would, only what is reported or said exempts. */
  readonly mode: 'live' | 'asked';
}

export interface NodeVerdict {
  readonly verdict: Verdict;
  /** Nothing was judged, for want of an engine or because all of them are awake. */
  readonly isEmpty: boolean;
  readonly badge: string;
  readonly sentence: string;
  readonly next: readonly string[];
}

export interface VerdictBoard {
  readonly node: NodeVerdict;
  readonly cards: readonly VerdictCard[];
}

export function verdictBoard({ moment, policy, told, mode }: VerdictInput): VerdictBoard {
  const { session, sighting, states } = moment;
  const subjects = session.latest === undefined ? [] : allSubjects(session.latest.detection, session.latest.tree);
  const standings = new Map([...states].map(([key, state]) => [key, standingOf(state, mode)]));
  const reportedAwake = new Set([...standings].flatMap(([key, standing]) => (standing === 'judged' ? [] : [key])));
  const request = { policy, subjects, selectors: [], expectAwake: [], reportedAwake, buses: undefined };
  const result = runGate(request, sighting);
  const cards = result.judgements.flatMap((judgement) => {
    const key = subjectKey(judgement.subject);
    if (key === undefined) return [];
    const standing = standings.get(key) ?? 'judged';
    return verdictCard({ judgement, subjects, policy, standing, moment, told: told.get(key) }) ?? [];
  });
  const counted = result.judgements.filter((judgement) => !judgement.exempt);
  // What stands above the panels about the whole node, with what to do, is not said again here.
  const saidAbove = new Set<string>(nodeNotices(moment).map(({ key }) => key));
  const open = result.reasons.filter((code) => !saidAbove.has(code));
  const node = nodeVerdict(cards, {
    verdict: result.verdict,
    summary: verdictHeadline({ judged: counted, subjects, policy, verdict: result.verdict }),
    next: result.verdict === 'pass' ? [] : nextSteps(open, 'window'),
    unseen: unseenText(sighting),
    holders: new Set(sighting.held.map(({ pid }) => pid)).size,
  });
  return { node, cards: cards.toSorted((one, other) => urgency(one) - urgency(other)) };
}

/** An inferred state never exempts; in a live view it mutes. */
function standingOf({ value, source }: EngineState, mode: VerdictInput['mode']): Standing {
  if (value !== 'awake') return 'judged';
  if (source === 'reported' || source === 'told') return 'exempt';
  return mode === 'live' ? 'muted' : 'judged';
}

const URGENCY: Readonly<Record<Verdict, number>> = { fail: 0, inconclusive: 1, pass: 2 };

/** Judged before muted, the worst first; equal ones keep the order of their pids. */
function urgency({ verdict, standing }: VerdictCard): number {
  return standing === 'judged' ? URGENCY[verdict] : 3;
}

interface Whole {
  readonly verdict: Verdict;
  readonly summary: string;
  readonly next: readonly string[];
  readonly holders: number;
  /** Why there may be an engine although none was found; empty when all was seen. */
  readonly unseen: string;
}

function nodeVerdict(cards: readonly VerdictCard[], { verdict, summary, next, holders, unseen }: Whole): NodeVerdict {
  const muted = cards.filter(({ standing }) => standing === 'muted').length;
  const exempt = cards.filter(({ standing }) => standing === 'exempt').length;
  if (cards.length === 0 && unseen !== '') {
    const sentence = `No engine was found, and there may be one: ${unseen}.`;
    return { verdict: 'inconclusive', isEmpty: false, badge: 'INCONCLUSIVE', sentence, next };
  }
  if (cards.length === 0) {
    const seen =
      holders === 0
        ? 'No process was seen to hold GPU memory.'
        : `${holders === 1 ? '1 process holds GPU memory, and it is no engine' : `${holders} processes hold GPU memory, and none of them is an engine`} that is known here. The ledger shows what is resident; a verdict needs an engine.`;
    return { verdict, isEmpty: true, badge: 'NO ENGINE', sentence: `No engine was found. ${seen}`, next };
  }
  const apart = [
    muted === 0 ? '' : `${muted} ${muted === 1 ? 'looks' : 'look'} awake and ${muted === 1 ? 'is' : 'are'} not judged`,
    exempt === 0 ? '' : `${exempt} ${exempt === 1 ? 'is' : 'are'} awake and not counted`,
  ].filter((text) => text !== '');
  if (muted + exempt === cards.length) {
    const sentence = `Nothing is judged: ${apart.join(', ')}.`;
    return { verdict, isEmpty: true, badge: 'NOT JUDGED', sentence, next };
  }
  const text = [summary, ...(apart.length === 0 ? [] : [apart.join(', ')])].join('; ');
  const sentence = `${text.replace(/^all /, 'All ')}.`;
  return { verdict, isEmpty: false, badge: verdict.toUpperCase(), sentence, next };
}

/** What was not read cannot be said not to be there. */
function unseenText({ snapshot, held }: Moment['sighting']): string {
  const [why] = snapshot.driverReasons;
  const hidden = new Set(held.filter(({ owner }) => owner.class === 'hidden').map(({ pid }) => pid)).size;
  const parts = [
    why === undefined ? '' : `what holds GPU memory was not read (${shortReason(why.code)})`,
    snapshot.scan.complete ? '' : 'the process table was not read to its end',
    hidden === 0
      ? ''
      : `${hidden} ${hidden === 1 ? 'process that holds' : 'processes that hold'} GPU memory cannot be seen`,
  ];
  return parts.filter((part) => part !== '').join(', and ');
}
