// What a gate was asked to do, checked before anything is connected.
import { choosePolicy } from '../shared/gates/limit.ts';
import { LIMIT_VARIABLE, type Policy, type PolicyKind } from '../shared/gates/policy.ts';
import { runLimit } from '../shared/gates/run-limit.ts';
import { exempts, selects, type Selector } from '../shared/gates/selector.ts';
import { allSubjects, fromEngine, fromRootPid, type Subject } from '../shared/gates/subject.ts';
import type { Bytes } from '../shared/base/units.ts';
import type { Engine } from '../shared/engines/detect.ts';
import { parseBusId, type BusId, type Pid } from '../shared/model/ids.ts';
import type { Snapshot } from '../shared/model/snapshot.ts';
import type { Session } from '../shared/session/session.ts';
import { endpointOption, type TypedEndpoint } from './endpoint-option.ts';
import type { NodeOptions } from './node-options.ts';
import { selectorOption } from './selector-option.ts';
import { UsageError } from './usage-error.ts';

export interface GateOptions extends NodeOptions {
  readonly maxResidualGib?: string;
  readonly policy: PolicyKind;
  readonly rootPid?: string;
  readonly engine?: readonly string[];
  readonly expectAwake?: readonly string[];
  readonly bus?: string;
  readonly limitFromRun?: true;
  readonly failOpen?: true;
  readonly cycle?: true;
}

export interface GatePlan {
  readonly policy: Policy;
  readonly limitFromRun: boolean;
  readonly rootPid: Pid | undefined;
  readonly selectors: readonly Selector[];
  readonly expectAwake: readonly Selector[];
  readonly buses: readonly BusId[] | undefined;
  readonly failOpen: boolean;
  /** Ask the engines for their own numbers. */
  readonly accounting: boolean;
  readonly endpoints: readonly TypedEndpoint[];
  /** A gate over a release begins while its engines are awake: that they say so exempts none. */
  readonly waitsForRelease: boolean;
}

/** Throws a UsageError that names the option. */
export function gatePlan(options: GateOptions, env: Readonly<Record<string, string | undefined>>): GatePlan {
  const limitFromRun = options.limitFromRun === true;
  if (limitFromRun && options.maxResidualGib !== undefined) {
    throw new UsageError('--limit-from-run and --max-residual-gib both give the limit; use one.');
  }
  if (options.rootPid !== undefined && options.engine !== undefined) {
    throw new UsageError('--root-pid and --engine both say what is judged; use one.');
  }
  if (options.bus !== undefined && options.policy !== 'whole-gpu') {
    throw new UsageError('--bus gives --policy whole-gpu its cards; engine-tree judges the buses of the tree.');
  }
  const chosen = choosePolicy(options.policy, options.maxResidualGib, env[LIMIT_VARIABLE]);
  if (!chosen.ok) throw new UsageError(chosen.text);
  return {
    policy: chosen.policy,
    limitFromRun,
    rootPid: options.rootPid === undefined ? undefined : pidOption(options.rootPid),
    selectors: (options.engine ?? []).map((text) => selectorOption('--engine', text)),
    expectAwake: (options.expectAwake ?? []).map((text) => selectorOption('--expect-awake', text)),
    buses: options.bus?.split(',').map(busOption),
    failOpen: options.failOpen === true,
    accounting: options.accounting,
    endpoints: (options.endpoint ?? []).map(endpointOption),
    waitsForRelease: options.cycle === true,
  };
}

export function subjectsOf({ rootPid }: GatePlan, { latest }: Session): Subject[] {
  if (latest === undefined) return [];
  return rootPid === undefined ? allSubjects(latest.detection, latest.tree) : [fromRootPid(rootPid, latest.tree)];
}

/**
 * The policy with the run's own limit where that was asked for. All judged engines must agree on one; a run without a
 * limit is refused rather than judged by another one.
 */
export function withRunLimit(plan: GatePlan, subjects: readonly Subject[], snapshot: Snapshot): Policy {
  if (!plan.limitFromRun) return plan.policy;
  const judged = subjects.filter(
    (subject) =>
      (plan.selectors.length === 0 || plan.selectors.some((selector) => selects(selector, subject))) &&
      !plan.expectAwake.some((selector) => exempts(selector, subject)),
  );
  const limits = new Set<Bytes>();
  for (const subject of judged) {
    const found = runLimit(subject, snapshot);
    const who = subject.rootPid === null ? subject.title : `pid ${subject.rootPid}`;
    if (found.kind === 'bad') throw new UsageError(`--limit-from-run: ${found.text}`);
    if (found.kind === 'unset') {
      throw new UsageError(
        `--limit-from-run: the environment of ${who} has no ${LIMIT_VARIABLE}; use --max-residual-gib.`,
      );
    }
    if (found.kind === 'unreadable') {
      throw new UsageError(
        `--limit-from-run: the environment of ${who} cannot be read; log in as its owner or as root, or use --max-residual-gib.`,
      );
    }
    limits.add(found.limit);
  }
  const [limit, ...others] = limits;
  if (others.length > 0) {
    throw new UsageError('--limit-from-run: the engines were started with different limits; choose one with --engine.');
  }
  return limit === undefined ? plan.policy : { ...plan.policy, limit, origin: 'run' };
}

/** Chosen by --engine or --root-pid, or by nobody having chosen. */
export function isJudged({ selectors, rootPid }: GatePlan, engine: Engine, { latest }: Session): boolean {
  if (latest === undefined) return false;
  if (rootPid !== undefined) return engine.root.pid === rootPid;
  const subject = fromEngine(engine, latest.tree);
  return selectors.length === 0 || selectors.some((selector) => selects(selector, subject));
}

/** What the user said of an engine: --expect-awake. That the others should be asleep is asked, not said. */
export function toldState({ expectAwake }: GatePlan, engine: Engine, { latest }: Session): 'awake' | undefined {
  if (latest === undefined) return undefined;
  const subject = fromEngine(engine, latest.tree);
  return expectAwake.some((selector) => selects(selector, subject)) ? 'awake' : undefined;
}

function pidOption(text: string): Pid {
  const pid = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (pid === 0) throw new UsageError(`--root-pid must be a process id, got ${JSON.stringify(text)}.`);
  return pid;
}

function busOption(text: string): BusId {
  const bus = parseBusId(text);
  if (bus === undefined) {
    throw new UsageError(`--bus must be PCI bus ids such as 00000000:3B:00.0, got ${JSON.stringify(text)}.`);
  }
  return bus;
}
