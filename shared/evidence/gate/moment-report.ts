// One moment of a recording, judged: the same object that a gate would have printed then.
import { runGate } from '../../gates/gate.ts';
import type { Policy } from '../../gates/policy.ts';
import { allSubjects } from '../../gates/subject.ts';
import type { Moment } from '../../session/moment.ts';
import { gateReport } from './gate-report.ts';
import type { GateReport } from './gate-schema.ts';

export interface MomentFacts {
  readonly target: string;
  /** Of the text of the look's frame. */
  readonly rawSha256: string;
  /** Of the probe that measured. */
  readonly probeSha256: string;
  readonly isDemo: boolean;
  readonly policy: Policy;
}

/** Every engine as if it was meant to be asleep, beside what it says itself: the same as a gate at that moment. */
export function momentReport(moment: Moment, { policy, ...facts }: MomentFacts): GateReport {
  const { sighting, before, states, session, atMs } = moment;
  const { latest } = session;
  const subjects = latest === undefined ? [] : allSubjects(latest.detection, latest.tree);
  const result = runGate({ policy, subjects, selectors: [], expectAwake: [], buses: undefined }, sighting);
  // What was seen before stands beside this look: with its own level as the last one it would equal itself.
  return gateReport(result, sighting, before, { ...facts, failOpen: false, states, nowMs: atMs });
}
