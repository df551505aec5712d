// `residuum compare` over several cycles or ranks, and of the states of every cycle: what is printed of the report.
import { compareRepeatsSchema, type CompareRepeats } from '../shared/evidence/compare/compare-repeats-schema.ts';
import { compareRepeatsText } from '../shared/evidence/compare/compare-repeats-text.ts';
import { compareStatesSchema, type CompareStates } from '../shared/evidence/compare/compare-states-schema.ts';
import { compareStatesText } from '../shared/evidence/compare/compare-states-text.ts';
import { COMPARE_REPEATS_SCHEMA, COMPARE_STATES_SCHEMA } from '../shared/evidence/schema-names.ts';
import { repeatSpec } from '../shared/session/compare/repeat-spec.ts';
import type { MomentRequest } from '../node/evidence/recorded-moments.ts';
import { errorOf } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { terminalPaint } from './terminal-paint.ts';

/** Several moments are meant by one of the texts behind an `@`. */
export function isRepeated(requests: readonly MomentRequest[]): boolean {
  return requests.some(({ asked }) => repeatSpec(asked) !== undefined);
}

const NOTHING = { a: null, b: null, policy: null, noise: null, engines: [], rows: [] };

export function failedRepeats(error: unknown, overRanks: boolean): CompareRepeats {
  return { schema: COMPARE_REPEATS_SCHEMA, ...NOTHING, isPaired: false, overRanks, error: errorOf(error) };
}

export function failedStates(error: unknown, overRanks: boolean): CompareStates {
  return { schema: COMPARE_STATES_SCHEMA, ...NOTHING, overRanks, error: errorOf(error) };
}

export function printRepeats(report: CompareRepeats, json: boolean, all: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(compareRepeatsSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${compareRepeatsText(report, { paint: terminalPaint(io), width: io.width, all }).join('\n')}\n`);
}

export function printStates(report: CompareStates, json: boolean, all: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(compareStatesSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${compareStatesText(report, { paint: terminalPaint(io), width: io.width, all }).join('\n')}\n`);
}
