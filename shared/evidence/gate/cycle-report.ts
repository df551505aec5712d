// A gate over one release in the gate's own report: each look judged as a gate of a single look, and the look that counts.
import { known, type Known } from '../../base/known.ts';
import { reason, reasonCodes } from '../../base/reason.ts';
import { bytes, type Bytes } from '../../base/units.ts';
import type { CycleGate, CycleLimits, CycleLook } from '../../gates/cycle-gate.ts';
import { inexactBecause, type Verdict } from '../../gates/verdict.ts';
import { exitCode } from './gate-report.ts';
import type { GateEngine, GateReport } from './gate-schema.ts';

/** Names an engine from look to look: a root that was started again is another one. */
export function cycleKey({ kind, rootPid, processes }: GateEngine): string {
  const root = processes.find(({ pid }) => pid === rootPid) ?? processes[0];
  return `${kind} ${rootPid ?? 'orphan'} ${root?.pid ?? ''}@${root?.startTicks ?? ''}`;
}

/** One look at an engine as a cycle gate takes it. `atMs` on one clock for the whole gate. */
export function cycleLook({ residualBytes, perBus, verdict, reasons, state }: GateEngine, atMs: number): CycleLook {
  const [why] = inexactBecause(reasons);
  const resident: Known<Bytes> =
    residualBytes === null ? { known: false, why: reason(why) } : known(bytes(residualBytes));
  const isSaid = state.source === 'reported' || state.source === 'told';
  const saidAsleep = isSaid && state.value === 'asleep';
  return { atMs, resident, whole: wholeOf(perBus), verdict, reasons: reasons.map((code) => reason(code)), saidAsleep };
}

/** Over all buses; undefined where the size of one is unknown. */
function wholeOf(perBus: GateEngine['perBus']): Known<Bytes> | undefined {
  const sizes = perBus.flatMap((each) => (each.bytes === null ? [] : [each.bytes]));
  return sizes.length < perBus.length ? undefined : known(bytes(sizes.reduce((sum, each) => sum + each, 0)));
}

/** An engine that is not there any more: nobody can say what it holds. */
export function absentLook(atMs: number): CycleLook {
  const why = reason('engine-not-found');
  return { atMs, resident: { known: false, why }, verdict: 'inconclusive', reasons: [why], saidAsleep: false };
}

/** A gate, and its engine as it was at the look that the gate judged; before that, at the newest look. */
export interface CycledEngine {
  readonly gate: CycleGate;
  readonly engine: GateEngine;
}

/**
 * The report of the last look with the verdicts of the gates. Engines without one (orphans, and those that are exempt)
 * are as that look has them.
 */
export function cycleReport(
  last: GateReport,
  cycled: ReadonlyMap<string, CycledEngine>,
  { timeoutMs }: CycleLimits,
): GateReport {
  const others = last.engines.filter((engine) => !cycled.has(cycleKey(engine)));
  const engines = [...[...cycled.values()].map((each) => cycledEngine(each, timeoutMs)), ...others];
  const counted = engines.filter(({ exempt }) => !exempt);
  // Of the node as a whole, such as a selector that matches nobody.
  const ofEngines = new Set(last.engines.filter(({ exempt }) => !exempt).flatMap(({ reasons }) => reasons));
  const ofNode = last.reasons.filter((code) => counted.length === 0 || !ofEngines.has(code));
  const verdict = last.verdict === null || counted.length === 0 ? last.verdict : combined(counted, ofNode.length > 0);
  const codes = [...ofNode, ...counted.flatMap(({ reasons }) => reasons)].map((code) => reason(code));
  return {
    ...last,
    engines,
    verdict,
    reasons: reasonCodes(codes),
    exitCode: verdict === null ? last.exitCode : exitCode(verdict, last.failOpen),
  };
}

function combined(engines: readonly GateEngine[], isNodeInDoubt: boolean): Verdict {
  const verdicts = engines.map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return 'fail';
  return isNodeInDoubt || verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

function cycledEngine({ gate, engine }: CycledEngine, timeoutMs: number): GateEngine {
  const { outcome, startedMs, baseline, looks } = gate;
  const first = startedMs ?? looks[0]?.atMs;
  return {
    ...engine,
    verdict: outcome?.verdict ?? 'inconclusive',
    reasons: outcome === undefined ? engine.reasons : reasonCodes(outcome.reasons),
    cycle: {
      baselineBytes: baseline?.known === true ? baseline.value : null,
      settleTimeMs: outcome?.settleTimeMs ?? null,
      timeoutMs,
      looks: looks.map(({ atMs, resident }) => ({
        atMs: first === undefined ? 0 : atMs - first,
        bytes: resident.known ? resident.value : null,
      })),
    },
  };
}
