// One verdict with everything that explains it: rule, number, who holds it, what was not measured, what would change it.
import { REASONS, reasonCodes, shortReason, type ReasonCode } from '../../../shared/base/reason.ts';
import { ownSentences } from '../../../shared/evidence/gate/accounting-text.ts';
import { engineReport, judgedReport, type JudgedReport } from '../../../shared/evidence/gate/gate-report.ts';
import type { GateEngine } from '../../../shared/evidence/gate/gate-schema.ts';
import {
  heldSentence,
  orphanHint,
  ruleSentence,
  runLimitSentence,
  type GateRule,
} from '../../../shared/evidence/gate/gate-sentences.ts';
import { seedSentence } from '../../../shared/evidence/gate/seed-difference.ts';
import { mib, mibAndGib } from '../../../shared/evidence/text/sizes.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import { subjectKey } from '../../../shared/gates/sighting.ts';
import type { Subject } from '../../../shared/gates/subject.ts';
import type { Judgement, Verdict } from '../../../shared/gates/verdict.ts';
import type { ProcessKey } from '../../../shared/model/ids.ts';
import type { EngineState } from '../../../shared/session/engine-state.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { OFFENDER_CLASSES, offendersOf, type Offender } from './offenders.ts';
import { verdictChanges } from './verdict-changes.ts';
import { nameAmong } from '../../../shared/session/engine-name.ts';

/** `muted`: it only looks awake, so a live view says what the verdict would be. `exempt`: it or the user says awake. */
export type Standing = 'judged' | 'muted' | 'exempt';

export interface BusLine {
  readonly bus: string;
  readonly text: string;
  /** Signed against the limit, `+58,368 MiB`; empty where the sum is unknown. */
  readonly against: string;
  readonly isOver: boolean;
  readonly isWorst: boolean;
}

export interface Missing {
  readonly code: ReasonCode;
  readonly meaning: string;
  /** Buses, pids and calls; may be empty when the whole node is meant. */
  readonly where: readonly string[];
}

export interface EvidenceLine {
  readonly label: string;
  readonly value: string;
}

/** What the row of an engine shows; what its card shows is looked up when it is opened. */
export interface VerdictCard {
  /** Pid and start of the root, or of the first process of an orphan. */
  readonly key: ProcessKey;
  readonly isOrphan: boolean;
  readonly name: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly standing: Standing;
  /** The word on the badge. */
  readonly badge: string;
  /** The verdict in one sentence. */
  readonly sentence: string;
  readonly state: EngineState;
  readonly told: 'awake' | 'asleep' | undefined;
  readonly from: CardInput;
}

export interface CardDetails {
  readonly rule: string;
  readonly runLimit: string;
  readonly buses: readonly BusLine[];
  readonly worstBus: string;
  readonly offenders: readonly Offender[];
  readonly notMeasured: readonly Missing[];
  readonly seed: string;
  readonly changes: readonly string[];
  readonly says: readonly string[];
  readonly hints: GateEngine['hints'];
  readonly evidence: readonly EvidenceLine[];
}

export interface CardInput {
  readonly judgement: Judgement;
  /** All of the look: among them it is named. */
  readonly subjects: readonly Subject[];
  readonly policy: Policy;
  readonly standing: Standing;
  readonly moment: Moment;
  readonly told: 'awake' | 'asleep' | undefined;
}

/** undefined for a subject without a process, which only a typed root can be. */
export function verdictCard(from: CardInput): VerdictCard | undefined {
  const { judgement, subjects, standing, moment, told } = from;
  const { subject, verdict } = judgement;
  const key = subjectKey(subject);
  if (key === undefined) return undefined;
  const engine = judgedReport(judgement);
  return {
    key,
    isOrphan: subject.rootPid === null,
    name: nameAmong(subject, subjects),
    title: engine.title,
    verdict,
    standing,
    badge: badgeOf(verdict, standing),
    sentence: sentenceOf(from, engine),
    state: moment.states.get(key) ?? { value: 'unknown', source: 'none', text: 'nobody says whether it sleeps' },
    told,
    from,
  };
}

export function cardDetails({ from: { judgement, policy, moment } }: VerdictCard): CardDetails {
  const { sighting, session, states, atMs } = moment;
  const engine = engineReport(judgement, sighting, session, { nowMs: atMs, states });
  const rule = ruleOf(policy);
  const { subject, worstBus } = judgement;
  return {
    rule: ruleSentence(rule, 'window'),
    runLimit: runLimitSentence(engine, rule, 'window'),
    buses: busLines(engine, rule),
    worstBus: engine.worstBus ?? (worstBus === null ? '' : 'all GPUs together'),
    offenders: offendersOf({ subject, sighting, session, policy: policy.kind, bus: worstBus }),
    notMeasured: missingOf(judgement),
    seed: seedSentence(engine),
    changes: verdictChanges(engine, rule),
    says: ownSentences(engine, rule, 'window'),
    hints: engine.hints,
    evidence: evidenceOf(moment),
  };
}

function ruleOf({ kind, limit, origin }: Policy): GateRule {
  return { kind, limitBytes: limit, origin };
}

function badgeOf(verdict: Verdict, standing: Standing): string {
  return standing === 'judged' ? verdict.toUpperCase() : standing === 'muted' ? 'LOOKS AWAKE' : 'AWAKE';
}

function sentenceOf({ policy, standing, moment, judgement }: CardInput, engine: JudgedReport): string {
  const held = heldSentence(engine, ruleOf(policy));
  if (standing === 'judged') {
    if (engine.verdict === 'fail' && engine.rootPid === null) return `${held} ${orphanHint(judgement.subject.members)}`;
    if (engine.verdict !== 'inconclusive') return held;
    return `${held} Not decided: ${engine.reasons.map(shortReason).join('; ')}.`;
  }
  const least = engine.residualBytes === null ? 'at least ' : '';
  const size = gib(engine.atLeastBytes);
  const where = engine.worstBus === null ? '' : ` on GPU ${engine.worstBus}`;
  const would = `If this engine is meant to be offloaded: ${engine.verdict.toUpperCase()}, ${least}${size}${where}.`;
  if (standing === 'muted') return `It looks awake, so it is not judged. ${would}`;
  const key = subjectKey(judgement.subject);
  const reports = key !== undefined && moment.states.get(key)?.source === 'reported';
  return `${reports ? 'It reports that it is awake' : 'You said that it is awake'}, so it is not counted. ${would}`;
}

function gib(size: number): string {
  return /\((.*)\)/.exec(mibAndGib(size))?.[1] ?? mib(size);
}

function busLines({ perBus, worstBus }: GateEngine, { limitBytes }: GateRule): BusLine[] {
  return perBus.map(({ bus, bytes: size }) => {
    const apart = size === null ? undefined : size - limitBytes;
    return {
      bus: bus ?? 'all GPUs together',
      text: mib(size),
      against: apart === undefined ? '' : signed(apart),
      isOver: apart !== undefined && apart > 0,
      isWorst: bus === worstBus,
    };
  });
}

/** `+58,368 MiB`, `−1,331 MiB`, `0 MiB`. */
export function signed(size: number): string {
  return size > 0 ? `+${mib(size)}` : mib(size).replace('-', '−');
}

function missingOf({ reasons }: Judgement): Missing[] {
  return reasonCodes(reasons).map((code) => {
    const where = reasons.flatMap((each) => (each.code === code && each.where !== '' ? [each.where] : []));
    return { code, meaning: REASONS[code], where: [...new Set(where)] };
  });
}

function evidenceOf({ sample, closing, sighting: { snapshot } }: Moment): EvidenceLine[] {
  const { time, calls } = snapshot;
  const took = time.beginMs === undefined || time.endMs === undefined ? undefined : time.endMs - time.beginMs;
  return [
    { label: 'Sampled', value: `${time.wallTime ?? 'at an unknown time'} on the node's clock` },
    { label: 'Received', value: `${new Date(sample.atMs).toISOString()} on the host's clock` },
    ...(took === undefined ? [] : [{ label: 'Took', value: `${took} ms on the node` }]),
    {
      label: 'Closing reading',
      value: closing === undefined ? 'none: the driver gave no devices' : `${closing.atMs - sample.atMs} ms later`,
    },
    { label: 'Source', value: calls.map((call) => call.command).join('\n') || 'nvidia-smi was not started' },
    { label: 'Resolution', value: 'whole MiB, rounded down by nvidia-smi' },
  ];
}

/** For the clipboard: all of the card, without what only a screen needs. */
export function cardText(card: VerdictCard, details: CardDetails, rawSha256: string | undefined): string {
  const lines = [
    `${card.badge}  ${card.name}  ${card.title}`,
    card.sentence,
    card.isOrphan || card.state.source === 'none'
      ? ''
      : `State: ${card.state.value} (${card.state.source}): ${card.state.text}.`,
    details.rule,
    details.runLimit,
    ...details.buses.map((each) => `  GPU ${each.bus}: ${each.text}${each.against === '' ? '' : ` (${each.against})`}`),
    ...(details.offenders.length === 0 ? [] : [`Who holds GPU ${details.worstBus}:`]),
    ...details.offenders.map(offenderText),
    ...details.notMeasured.map(({ code, meaning, where }) => `${code}: ${meaning}${places(where)}.`),
    details.seed,
    ...details.says,
    ...details.changes,
    ...details.hints.map(({ text, confidence }) => `Hint (${confidence} confidence): ${text}`),
    ...details.evidence.map(({ label, value }) => `${label}: ${value.replaceAll('\n', ' ; ')}`),
    rawSha256 === undefined ? '' : `SHA-256 of the raw frame: ${rawSha256}`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

export function places(where: readonly string[]): string {
  return where.length === 0 ? '' : ` (${where.join(', ')})`;
}

function offenderText({ class: kind, who, title, size, counted }: Offender): string {
  const name = [OFFENDER_CLASSES[kind], who, title].filter((each) => each !== '').join(', ');
  const amount = size.known ? mib(size.value) : `unknown (${REASONS[size.why.code]})`;
  return `  ${amount}  ${name}${counted ? '' : ' (not counted)'}`;
}
