// `residuum gate TARGET`: samples a node once and judges the engines that should be asleep.
import type { Command } from 'commander';
import { Option } from 'commander';
import { LinkError } from '../../node/link/link-error.ts';
import { probeSha256, rawSha256 } from '../../node/recording/provenance.ts';
import { takeLook } from '../../node/probe/take-look.ts';
import type { Engine } from '../../shared/engines/detect.ts';
import type { TypedAddress } from '../../shared/engines/typed-address.ts';
import { baselineReport, type BaselineRequest } from '../../shared/evidence/gate/baseline.ts';
import { gateReport } from '../../shared/evidence/gate/gate-report.ts';
import { gateReportSchema, type GateReport } from '../../shared/evidence/gate/gate-schema.ts';
import type { SnapshotReport } from '../../shared/evidence/gate/snapshot-schema.ts';
import { gateText } from '../../shared/evidence/gate/gate-text.ts';
import { runGate } from '../../shared/gates/gate.ts';
import { LIMIT_VARIABLE, POLICY_KINDS } from '../../shared/gates/policy.ts';
import { SELECTOR_GRAMMAR } from '../../shared/gates/selector.ts';
import { engineStates, rememberStates } from '../../shared/session/engine-states.ts';
import { EMPTY_SESSION, observeAccounting, type Session } from '../../shared/session/session.ts';
import { baselineOption } from '../baseline-option.ts';
import { cyclePlan, runCycleGate, type CycleOptions, type CyclePlan } from '../cycle-gate-run.ts';
import { typedAddress } from '../endpoint-option.ts';
import { failedGateReport, unlessStopped } from '../failed-report.ts';
import {
  gatePlan,
  isJudged,
  subjectsOf,
  toldState,
  withRunLimit,
  type GateOptions,
  type GatePlan,
} from '../gate-plan.ts';
import { writeGateFiles, type GateFileOptions } from '../gate-files.ts';
import type { CommandIo } from '../io.ts';
import { addNodeOptions, collected } from '../node-options.ts';
import { openNode, type OpenNode } from '../open-node.ts';
import { UsageError } from '../usage-error.ts';
import { terminalPaint } from '../terminal-paint.ts';

export function addGateOptions(command: Command): Command {
  return addNodeOptions(command)
    .option('--max-residual-gib <number>', `limit in GiB (default: ${LIMIT_VARIABLE}, then 3.0, or 7.0 for whole-gpu)`)
    .addOption(new Option('--policy <kind>', 'which number is judged').choices(POLICY_KINDS).default('engine-tree'))
    .option('--root-pid <pid>', 'judge the tree under this pid, as the seed does')
    .option('--engine <selector>', `judge only engines that match: ${SELECTOR_GRAMMAR} (repeatable)`, collected)
    .option('--expect-awake <selector>', 'exempt engines that are meant to be awake (repeatable)', collected)
    .option('--bus <buses>', 'the cards that whole-gpu judges, separated by commas')
    .option('--limit-from-run', "take the limit from the engine's own environment")
    .option('--fail-open', 'exit with 0 when the verdict is inconclusive');
}

export function gateCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  addGateOptions(program.command('gate').description('judge once what engines still hold'))
    .option('--cycle', 'wait for the engines to release, and judge what stays when it holds still')
    .option('--timeout <seconds>', 'how long --cycle waits (default: 60)')
    .option('--interval <seconds>', 'from one look of --cycle to the next (default: 1)')
    .option('--baseline <file>', 'also say what was freed since residuum snapshot wrote this file')
    .option('--junit <file>', 'also write the verdict as JUnit XML')
    .option('--markdown <file>', 'also append it as Markdown, for a job summary')
    .option('--quiet', 'print nothing but errors: the exit code is the verdict')
    .action(async (target: string, options: GateCommandOptions) => finish(await gate(target, options, io)));
}

interface GateCommandOptions extends GateOptions, GateFileOptions, CycleOptions {
  readonly quiet?: true;
  readonly baseline?: string;
}

async function gate(target: string, options: GateCommandOptions, io: CommandIo): Promise<number> {
  let report: GateReport;
  try {
    const plan = gatePlan(options, io.env);
    const cycle = cyclePlan(options);
    const baseline = await baselineOf(options);
    const node = await openNode(target, options, io);
    try {
      const judged =
        cycle === undefined
          ? (await judgeOnce(target, plan, node, EMPTY_SESSION)).report
          : await judgeRelease(target, plan, node, cycle, io);
      report = baseline === undefined ? judged : baselineReport(judged, baseline, baselineRequest(plan));
    } finally {
      await node.close();
    }
  } catch (error) {
    const cause = unlessStopped(error, target, io.signal);
    report = failedGateReport(target, cause, options.failOpen === true);
  }
  if (options.quiet !== true || report.error !== undefined) printGate(report, options.json === true, io);
  return await writeGateFiles(report, options, io);
}

/** Throws a UsageError. */
async function baselineOf({ baseline, cycle }: GateCommandOptions): Promise<SnapshotReport | undefined> {
  if (baseline === undefined) return undefined;
  if (cycle === true) throw new UsageError('--cycle takes its own baseline before the release; leave --baseline out.');
  return await baselineOption(baseline);
}

/** With --root-pid nobody else of the baseline is missed. */
function baselineRequest({ rootPid, selectors, expectAwake }: GatePlan): BaselineRequest {
  return { selectors: rootPid === undefined ? selectors : [{ by: 'pid', pid: rootPid }], expectAwake };
}

async function judgeRelease(
  target: string,
  plan: GatePlan,
  node: OpenNode,
  cycle: CyclePlan,
  io: CommandIo,
): Promise<GateReport> {
  let session = EMPTY_SESSION;
  const judge = async (): Promise<GateReport> => {
    // Stopped between two looks: nothing was judged.
    if (io.signal.aborted) throw new LinkError('cancelled', target, `Stopped before ${target} was judged.`);
    const judged = await judgeOnce(target, plan, node, session, cycle.intervalMs);
    session = judged.session;
    return judged.report;
  };
  return await runCycleGate(judge, cycle, io);
}

/** One sample, judged. The session goes on to the next sample of the same node. */
export async function judgeOnce(
  target: string,
  plan: GatePlan,
  node: OpenNode,
  before: Session,
  /** How long engines may take to answer; without it, as long as each of them may. */
  patienceMs?: number,
): Promise<{ report: GateReport; session: Session }> {
  const look = await takeLook(node.probe, before, plan.rootPid);
  const { sighting } = look;
  const asked = await askWanted(plan, node, look.session, patienceMs);
  const states = engineStates(asked, (engine) => toldState(plan, engine, asked));
  const session = rememberStates(asked, states);
  const saidAwake = [...states].filter(([, { value, source }]) => value === 'awake' && source === 'reported');
  const reportedAwake = new Set(plan.waitsForRelease ? [] : saidAwake.map(([key]) => key));
  const subjects = subjectsOf(plan, session);
  const policy = withRunLimit(plan, subjects, sighting.snapshot);
  const { selectors, expectAwake, buses } = plan;
  const result = runGate({ policy, subjects, selectors, expectAwake, reportedAwake, buses }, sighting);
  const hashes = { rawSha256: rawSha256(look.sample), probeSha256: probeSha256() };
  const run = { target, ...hashes, failOpen: plan.failOpen, isDemo: node.isDemo };
  // What was seen before stands beside this sample: with its own level as the last one it would equal itself.
  return { report: gateReport(result, sighting, asked, { ...run, states, nowMs: performance.now() }), session };
}

async function askWanted(plan: GatePlan, node: OpenNode, session: Session, patienceMs?: number): Promise<Session> {
  if (!plan.accounting) return session;
  const isWanted = (engine: Engine): boolean => isJudged(plan, engine, session);
  const typed = (engine: Engine): TypedAddress | undefined => typedAddress(plan.endpoints, engine, session);
  return observeAccounting(session, await node.engines.ask(session, isWanted, typed, { patienceMs }));
}

export function printGate(report: GateReport, json: boolean, io: CommandIo): void {
  // Checked before it is printed: whoever reads it must be able to rely on its shape.
  if (json) io.out(`${JSON.stringify(gateReportSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${gateText(report, { paint: terminalPaint(io), width: io.width }).join('\n')}\n`);
}
