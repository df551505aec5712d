// `residuum compare A[@MOMENT] [B[@MOMENT]]`: what was freed, what stayed and what grew between two moments, or between
// two moments of every cycle.
import { Option, type Command } from 'commander';
import { comparedRepeats, comparedStates, type ComparedOptions } from '../../node/evidence/compared-files.ts';
import { probeSha256, textSha256 } from '../../node/recording/provenance.ts';
import { recordedMoments, type MomentRequest, type RecordedMoment } from '../../node/evidence/recorded-moments.ts';
import { compareAsks } from '../../shared/recorded/compared-asks.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import { bytes } from '../../shared/base/units.ts';
import { compareReport } from '../../shared/evidence/compare/compare-report.ts';
import {
  compareReportSchema,
  type CompareMoment,
  type CompareReport,
} from '../../shared/evidence/compare/compare-schema.ts';
import { compareText } from '../../shared/evidence/compare/compare-text.ts';
import { COMPARE_SCHEMA } from '../../shared/evidence/schema-names.ts';
import { choosePolicy } from '../../shared/gates/limit.ts';
import { POLICY_KINDS, type Policy, type PolicyKind } from '../../shared/gates/policy.ts';
import { SELECTOR_GRAMMAR, type Selector } from '../../shared/gates/selector.ts';
import { compareMoments } from '../../shared/session/compare/compare.ts';
import { MOMENT_GRAMMAR } from '../../shared/session/compare/moment-spec.ts';
import { REPEAT_GRAMMAR } from '../../shared/session/compare/repeat-spec.ts';
import type { CompareRepeats } from '../../shared/evidence/compare/compare-repeats-schema.ts';
import type { CompareStates } from '../../shared/evidence/compare/compare-states-schema.ts';
import { failedRepeats, failedStates, isRepeated, printRepeats, printStates } from '../compare-repeats.ts';
import { COULD_NOT_RUN, errorOf } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { momentArgument } from '../moment-argument.ts';
import { collected } from '../node-options.ts';
import { selectorOption } from '../selector-option.ts';
import { terminalPaint } from '../terminal-paint.ts';
import { UsageError } from '../usage-error.ts';

interface CompareOptions {
  readonly json?: true;
  readonly all?: true;
  readonly overRanks?: true;
  readonly states?: true;
  readonly engine?: readonly string[];
  readonly node?: string;
  readonly maxResidualGib?: string;
  readonly policy?: PolicyKind;
}

const MOMENT_HELP = 'a recording, and behind an @ which moment of it (default: its last look)';

export function compareCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('compare')
    .description('put two moments of recordings beside each other, or every cycle of them')
    .argument('<a>', MOMENT_HELP)
    .argument('[b]', `${MOMENT_HELP}; @MOMENT alone is of the first file; of one cycle or of all it may be left out`)
    .option('--node <name>', 'which node, by its target or host name, where a recording has several')
    .option(
      '--engine <selector>',
      `whose cycles (default: those of every engine that has any): ${SELECTOR_GRAMMAR} (repeatable)`,
      collected,
    )
    .option('--all', 'list rows below the noise as well')
    .option('--states', 'awake, asleep and woken of every cycle beside each other, of one recording or of two')
    .option('--over-ranks', 'put the ranks of an engine into one row: the middle one, from the smallest to the largest')
    .option('--max-residual-gib <number>', 'limit in GiB (default: the one kept with A)')
    .addOption(
      new Option('--policy <kind>', 'which number is judged (default: the one kept with A)').choices(POLICY_KINDS),
    )
    .option('--json', 'print JSON and nothing else on standard output')
    .addHelpText('after', `\n${EXAMPLES}`)
    .action(async (a: string, b: string | undefined, options: CompareOptions) =>
      finish(await compare(a, b, options, io)),
    );
}

const EXAMPLES = `A moment: ${MOMENT_GRAMMAR}.
Several at once, as the middle one with the smallest and the largest: ${REPEAT_GRAMMAR}.

  residuum compare run.residuum.jsonl@#1 @#12           the first sleep beside the twelfth
  residuum compare run.residuum.jsonl@#all              each cycle: awake before it beside what stayed
  residuum compare main.jsonl@settled branch.jsonl@settled    what stays in two runs, over all their cycles
  residuum compare main.jsonl branch.jsonl --states     awake, asleep and woken in both, and what differs
  residuum compare run.residuum.jsonl --states --engine port:30000    the cycles of one engine alone
  residuum compare run.residuum.jsonl@#3 --over-ranks   one cycle, the ranks of each engine in one row
`;

async function compare(a: string, b: string | undefined, options: CompareOptions, io: CommandIo): Promise<number> {
  const [json, all, overRanks] = [options.json === true, options.all === true, options.overRanks === true];
  if (options.states === true) {
    const report = await states(a, b, options).catch((error: unknown) => failedStates(error, overRanks));
    printStates(report, json, all, io);
    return codeOf(report);
  }
  let requests: readonly [MomentRequest, MomentRequest];
  try {
    requests = await requested(a, b);
  } catch (error) {
    const report = failedCompare(error);
    printCompare(report, json, all, io);
    return codeOf(report);
  }
  if (overRanks || isRepeated(requests)) {
    const report = await repeats(requests, options).catch((error: unknown) => failedRepeats(error, overRanks));
    printRepeats(report, json, all, io);
    return codeOf(report);
  }
  const report = await compared(requests, options).catch(failedCompare);
  printCompare(report, json, all, io);
  return codeOf(report);
}

function codeOf({ error }: { readonly error?: unknown }): number {
  return error === undefined ? 0 : COULD_NOT_RUN;
}

/** Throws a UsageError for what is no selector. */
function howOf(options: CompareOptions): ComparedOptions {
  return {
    who: options.node,
    selectors: selectorsOf(options),
    overRanks: options.overRanks === true,
    policyOf: (header) => policyOf(options, header),
  };
}

function selectorsOf({ engine = [] }: CompareOptions): Selector[] {
  return engine.map((text) => selectorOption('--engine', text));
}

async function states(a: string, b: string | undefined, options: CompareOptions): Promise<CompareStates> {
  const [left, right] = [await momentArgument(a), b === undefined ? undefined : await momentArgument(b)];
  const moment = [left, right].find((each) => each !== undefined && each.asked !== '');
  if (moment !== undefined) {
    throw new UsageError(`--states compares every cycle of a recording: leave out @${moment.asked}.`);
  }
  return comparedStates(left.file, right?.file, howOf(options));
}

async function repeats(
  requests: readonly [MomentRequest, MomentRequest],
  options: CompareOptions,
): Promise<CompareRepeats> {
  return comparedRepeats(requests, howOf(options));
}

/** Of one cycle, or of all, the release is meant where nothing stands beside it: awake before it, and what stayed. */
async function requested(specA: string, specB: string | undefined): Promise<readonly [MomentRequest, MomentRequest]> {
  const left = await momentArgument(specA);
  if (specB !== undefined) {
    return [left, specB.startsWith('@') ? { file: left.file, asked: specB.slice(1) } : await momentArgument(specB)];
  }
  const [before, after] = (left.asked === '' ? undefined : compareAsks(left.asked, '', false))?.own ?? [];
  if (before === undefined || after === undefined) {
    const { file } = left;
    throw new UsageError(
      `compare needs a second moment, such as ${file}@first @last, or the cycles of one recording, as ${file}@#all (awake beside what stayed, of each).`,
    );
  }
  return [
    { ...left, asked: before },
    { ...left, asked: after },
  ];
}

async function compared(
  [left, right]: readonly [MomentRequest, MomentRequest],
  options: CompareOptions,
): Promise<CompareReport> {
  const [a, b] = await recordedMoments([left, right], options.node, selectorsOf(options));
  if (a === undefined || b === undefined) throw new Error('a moment for each was asked for');
  const noise = bytes(Math.max(a.noise, b.noise));
  return compareReport(
    { about: aboutMoment(left, a), moment: a.moment },
    { about: aboutMoment(right, b), moment: b.moment },
    compareMoments(a.moment, b.moment, noise),
    {
      policy: policyOf(options, a.recording.header),
      noise: { bytes: noise, looks: Math.max(a.idleLooks, b.idleLooks) },
      probeSha256: probeSha256(),
    },
  );
}

function aboutMoment(
  { file, asked }: MomentRequest,
  { recording, node, target, found, moment }: RecordedMoment,
): CompareMoment {
  const { sample, sighting } = moment;
  return {
    file,
    asked,
    ...found,
    sinceStartMs: found.atMs - recording.header.startedMs,
    node,
    target,
    hostname: sighting.snapshot.node.hostname ?? null,
    isDemo: recording.header.isDemo,
    rawSha256: textSha256(sample.text),
  };
}

function policyOf({ policy, maxResidualGib }: CompareOptions, header: RecordingHeader): Policy {
  if (policy === undefined && maxResidualGib === undefined) {
    const { kind, limitBytes, origin } = header.policy;
    return { kind, limit: bytes(limitBytes), origin };
  }
  const chosen = choosePolicy(policy ?? header.policy.kind, maxResidualGib, undefined);
  if (!chosen.ok) throw new UsageError(chosen.text);
  return chosen.policy;
}

export function failedCompare(error: unknown): CompareReport {
  const nothing = { a: null, b: null, policy: null, noise: null, engines: [], rows: [] };
  return { schema: COMPARE_SCHEMA, ...nothing, error: errorOf(error) };
}

export function printCompare(report: CompareReport, json: boolean, all: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(compareReportSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${compareText(report, { paint: terminalPaint(io), width: io.width, all }).join('\n')}\n`);
}
