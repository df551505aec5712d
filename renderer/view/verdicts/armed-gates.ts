// Gates over one release that the user armed: each takes every look as it comes, and says in words where it stands.
import { known, total } from '../../../shared/base/known.ts';
import { REASONS, reason } from '../../../shared/base/reason.ts';
import { toMiB } from '../../../shared/base/units.ts';
import {
  ARMED,
  CYCLE_LIMITS,
  stepCycleGate,
  type CycleGate,
  type CycleLook,
} from '../../../shared/gates/cycle-gate.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import { inexactBecause, type Verdict } from '../../../shared/gates/verdict.ts';
import type { ProcessKey } from '../../../shared/model/ids.ts';
import { wholeOf } from '../../../shared/session/cycles/engine-look.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { engineLooks } from '../engine-looks.ts';
import { wholeMib } from '../screen-text.ts';
import type { CurvePoint } from './verdict-curve.ts';

export interface ArmedGate {
  /** As it was when the gate was armed: a gate does not change its rule on the way. */
  readonly policy: Policy;
  readonly gate: CycleGate;
}

export type ArmedGates = ReadonlyMap<ProcessKey, ArmedGate>;

export const NO_GATES: ArmedGates = new Map();

/** The newest look is its baseline. */
export function withArmed(gates: ArmedGates, key: ProcessKey, policy: Policy, moment: Moment): ArmedGates {
  return new Map(gates).set(key, { policy, gate: stepCycleGate(ARMED, lookAt(key, policy, moment)) });
}

export function withoutGate(gates: ArmedGates, key: ProcessKey): ArmedGates {
  return new Map([...gates].filter(([each]) => each !== key));
}

/** Once for each look; gates that are done stay as they are. */
export function steppedGates(gates: ArmedGates, moment: Moment): ArmedGates {
  if ([...gates.values()].every(({ gate }) => gate.phase === 'done')) return gates;
  return new Map(
    [...gates].map(([key, { policy, gate }]) => [
      key,
      { policy, gate: gate.phase === 'done' ? gate : stepCycleGate(gate, lookAt(key, policy, moment)) },
    ]),
  );
}

/** As the gate of a single look judges it; of an engine that is not there, nobody can say what it holds. */
function lookAt(key: ProcessKey, policy: Policy, moment: Moment): CycleLook {
  const { atMs, states } = moment;
  const judgement = engineLooks(moment, policy).find((look) => look.key === key)?.judgement;
  if (judgement === undefined) {
    const why = reason('engine-not-found');
    return { atMs, resident: { known: false, why }, verdict: 'inconclusive', reasons: [why], saidAsleep: false };
  }
  const { residual, perBus, verdict, reasons } = judgement;
  const state = states.get(key);
  const isSaid = state?.source === 'reported' || state?.source === 'told';
  const resident =
    residual === null ? { known: false as const, why: reasons[0] ?? reason(inexactBecause([])[0]) } : known(residual);
  const whole = wholeOf(resident, new Map([...perBus].map(([bus, tally]) => [bus, total(tally)] as const)));
  return { atMs, resident, whole, verdict, reasons, saidAsleep: isSaid && state.value === 'asleep' };
}

export const GATE_STEPS = ['armed', 'releasing', 'settling', 'done'] as const;

export interface GateView {
  readonly phase: CycleGate['phase'];
  /** `settling 3.2 s`, for the step that it is in. */
  readonly step: string;
  readonly sentence: string;
  /** undefined before it is done. */
  readonly verdict: Verdict | undefined;
  readonly curve: readonly CurvePoint[];
}

export function gateView({ gate, policy }: ArmedGate): GateView {
  const { phase, looks, outcome } = gate;
  return {
    phase,
    step: phase === 'settling' ? `settling ${seconds(heldMs(gate))}` : phase === 'done' ? 'verdict' : phase,
    sentence: sentenceOf(gate, policy),
    verdict: outcome?.verdict,
    curve: looks.map(({ atMs, resident }) => ({ atMs, mib: resident.known ? toMiB(resident.value) : null })),
  };
}

function heldMs({ still, looks }: CycleGate): number {
  const last = looks.at(-1);
  return still === undefined || last === undefined ? 0 : last.atMs - still.sinceMs;
}

function sentenceOf(gate: CycleGate, policy: Policy): string {
  const { phase, looks, baseline, startedMs, outcome } = gate;
  const last = looks.at(-1);
  const size = last?.resident.known === true ? `${wholeMib(last.resident.value)} MiB` : 'an unknown size';
  const from = baseline?.known === true ? `${wholeMib(baseline.value)} MiB` : 'an unknown level';
  const leftMs = CYCLE_LIMITS.timeoutMs - ((last?.atMs ?? 0) - (startedMs ?? 0));
  switch (phase) {
    case 'armed':
      return `Waiting for a release from ${from}; ${seconds(leftMs)} are left. Let the engine go now.`;
    case 'releasing':
      return `It is letting go: ${size}, from ${from}; ${seconds(leftMs)} are left.`;
    case 'settling': {
      const needed = last?.verdict === 'pass' ? CYCLE_LIMITS.holdWithinMs : CYCLE_LIMITS.holdAboveMs;
      const where = last?.verdict === 'pass' ? 'within the limit' : 'not within the limit';
      return `${size} has held still for ${seconds(heldMs(gate))} of ${seconds(needed)}, ${where}.`;
    }
    case 'done':
      return doneText(policy, { size, from, outcome });
  }
}

interface DoneParts {
  readonly size: string;
  readonly from: string;
  readonly outcome: CycleGate['outcome'];
}

function doneText({ limit }: Policy, { size, from, outcome }: DoneParts): string {
  if (outcome === undefined) return '';
  const { verdict, reasons, settleTimeMs } = outcome;
  const why = reasons.map(({ code }) => REASONS[code]).join('; ');
  if (verdict === 'inconclusive') return `Inconclusive: ${why}.`;
  const settled = settleTimeMs === undefined ? 'it never held still' : `settled after ${seconds(settleTimeMs)}`;
  const against = `${verdict === 'pass' ? 'at most' : 'over'} the ${wholeMib(limit)} MiB of the limit`;
  return `${size}, ${against}; ${settled}, from ${from}.${why === '' ? '' : ` ${why}.`}`;
}

function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
}
