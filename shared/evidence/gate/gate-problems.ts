// Everything that was seen and is not right, in one list, for a gate's output.
import type { Problem } from '../../base/problem.ts';
import { minus, toGiB, toMiB } from '../../base/units.ts';
import type { GateResult } from '../../gates/gate.ts';
import { LIMIT_VARIABLE } from '../../gates/policy.ts';
import { runLimit } from '../../gates/run-limit.ts';
import type { Sighting } from '../../gates/sighting.ts';
import { foreignContextProblems } from '../../ledger/foreign-context.ts';
import type { DeviceLedger } from '../../ledger/device-ledger.ts';
import type { Session } from '../../session/session.ts';

export const DEMO_PROBLEM: Problem = {
  code: 'demo',
  where: 'target',
  text: 'demo data: nothing here was measured',
};

export function reportProblems(
  result: GateResult,
  { snapshot, held }: Sighting,
  session: Session,
  ledgers: readonly DeviceLedger[],
  isDemo: boolean,
): Problem[] {
  const problems: Problem[] = [...snapshot.problems, ...session.problems, ...(session.latest?.tree.problems ?? [])];
  if (isDemo) problems.unshift(DEMO_PROBLEM);
  for (const engine of session.latest?.detection.engines ?? []) problems.push(...foreignContextProblems(engine, held));
  for (const ledger of ledgers) problems.push(...movingProblem(ledger));
  for (const selector of result.unmatchedAwake) {
    const text = 'this --expect-awake matches no engine, so it exempts none';
    problems.push({ code: 'selector-unmatched', where: Object.values(selector).join(':'), text });
  }
  for (const { subject } of result.judgements) {
    const limit = runLimit(subject, snapshot);
    const where = subject.rootPid === null ? subject.title : `pid ${subject.rootPid}`;
    if (limit.kind === 'bad') problems.push({ code: 'limit-ignored', where, text: limit.text });
    if (limit.kind === 'set' && limit.limit !== result.policy.limit) {
      const text = `the run's own ${LIMIT_VARIABLE} is ${toGiB(limit.limit)} GiB; --limit-from-run judges by it`;
      problems.push({ code: 'limit-from-run', where, text });
    }
  }
  return problems;
}

function movingProblem({ device, moving, usedNext }: DeviceLedger): Problem[] {
  if (moving !== true || usedNext === undefined || !usedNext.known || !device.used.known) return [];
  const change = toMiB(minus(usedNext.value, device.used.value));
  const text = `memory.used changed by ${change > 0 ? '+' : ''}${change} MiB between the two readings, so what belongs to no process judges nothing`;
  return [{ code: 'memory-moving', where: device.bus, text }];
}
