// `residuum compare A [B] --states`: awake, asleep and woken of every cycle beside each other, of one run or of two.
import { findStates, type FoundSide } from '../node/recorded-repeats.ts';
import type { MomentRequest } from '../node/recorded-moments.ts';
import { bytes } from '../shared/base/units.ts';
import { compareStatesReport, type ComparedRun } from '../shared/evidence/compare-states-report.ts';
import { compareStatesSchema, type CompareStates } from '../shared/evidence/compare-states-schema.ts';
import { compareStatesText } from '../shared/evidence/compare-states-text.ts';
import { COMPARE_STATES_SCHEMA } from '../shared/evidence/schema-names.ts';
import { compareStates, type CycleLooks } from '../shared/session/compare-states.ts';
import type { RepeatsOptions } from './compare-repeats.ts';
import { errorOf } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { takeSides, type TakenSide } from './take-repeats.ts';
import { terminalPaint } from './terminal-paint.ts';
import { UsageError } from './usage-error.ts';

export async function comparedStates(
  requests: readonly MomentRequest[],
  { who, overRanks, policyOf }: RepeatsOptions,
): Promise<CompareStates> {
  const moment = requests.find(({ asked }) => asked !== '');
  if (moment !== undefined)
    throw new UsageError(`--states compares every cycle of a recording: leave out @${moment.asked}.`);
  const found: FoundSide[] = [];
  for (const { file } of requests) found.push(...(await findStates(file, who)));
  const [first] = found;
  if (first === undefined) throw new UsageError('--states needs a recording.');
  const policy = policyOf(first.recording);
  const { sides, noise } = await takeSides(found, policy);
  const [a, b] = [runOf(found.slice(0, 3), sides.slice(0, 3)), runOf(found.slice(3), sides.slice(3))];
  if (a === undefined) throw new UsageError('--states needs a recording.');
  const comparison = compareStates(a.cycles, b?.cycles, { noise: bytes(noise.bytes), overRanks });
  return compareStatesReport(a, b, comparison, { policy, noise, overRanks });
}

interface Run extends ComparedRun {
  readonly cycles: readonly CycleLooks[];
}

/** From its awake, settled and woken side; undefined where there is none. */
function runOf(found: readonly FoundSide[], taken: readonly TakenSide[]): Run | undefined {
  const [side] = found;
  const [awake, asleep, woken] = taken;
  if (side === undefined || awake === undefined || asleep === undefined || woken === undefined) return undefined;
  const { file, node, target, recording, text } = side;
  return {
    about: {
      file,
      node,
      target,
      hostname: asleep.hostname ?? awake.hostname,
      isDemo: recording.header.isDemo,
      text: text.replace(/, awake before each release$/, ''),
      states: { awake: awake.repeats, asleep: asleep.repeats, woken: woken.repeats },
    },
    asleep: asleep.judged,
    cycles: awake.judged.map(({ look }, at) => ({
      awake: look,
      asleep: asleep.judged[at]?.look,
      woken: woken.judged[at]?.look,
    })),
  };
}

export function failedStates(error: unknown, overRanks: boolean): CompareStates {
  const nothing = { a: null, b: null, policy: null, noise: null, engines: [], rows: [] };
  return { schema: COMPARE_STATES_SCHEMA, ...nothing, overRanks, error: errorOf(error) };
}

export function printStates(report: CompareStates, json: boolean, all: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(compareStatesSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${compareStatesText(report, { paint: terminalPaint(io), width: io.width, all }).join('\n')}\n`);
}
