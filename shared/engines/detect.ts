// Finds the engines of a node in its processes: roots, members, roles, ranks, orphans, trainers.
import { reason, type Reason } from '../base/reason.ts';
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { rayActorClass } from './command-line.ts';
import { ENGINES } from './definitions.ts';
import type { EngineDefinition, EngineKind } from './engine-definition.ts';
import { membersOf, ownDescendants } from './members.ts';
import { groupOrphans, maybeLost, type OrphanGroup, type OrphanTree } from './orphans.ts';
import { rolesOf, type ProcessRole } from './process-role.ts';
import { findRoots, type EngineRoot } from './roots.ts';
import { serverPort } from './server-port.ts';
import { findTrainers } from './trainers.ts';

export interface Engine {
  readonly kind: EngineKind;
  readonly root: HostProcess;
  readonly title: string;
  /**
   * The root first, then its descendants by pid. A trainer that holds an engine in its own process tree (verl, ROLL) is
   * the root and no member: its memory is the trainer's, only the engine's processes below it are judged.
   */
  readonly members: readonly HostProcess[];
  readonly incomplete: readonly Reason[];
  /** From `--port` of the root's command line; none is guessed. */
  readonly ports: readonly number[];
}

/** What is left of one engine whose root is gone: its top-most processes in the order of their start, each with its own. */
export interface Orphan {
  readonly kind: EngineKind;
  readonly members: readonly HostProcess[];
  readonly title: string;
}

export interface Detection {
  readonly engines: readonly Engine[];
  readonly orphans: readonly Orphan[];
  readonly roles: ReadonlyMap<Pid, ProcessRole>;
  readonly trainers: ReadonlySet<Pid>;
}

/** Deterministic: engines by the pid of their root, orphans by the start of their first process. */
export function detectEngines(processes: ReadonlyMap<Pid, HostProcess>, tree: ProcessTree): Detection {
  const known = ENGINES.map(looksOnce);
  const { engines: roots, orphans: left } = findRoots(known, processes.values(), tree);
  const trainers = findTrainers(processes.values(), tree);
  const around = { engines: known, tree, trainers, tops: new Set([...roots.keys(), ...left.keys()]) };
  const drafts = [...roots.values()].map((each) => ({ ...each, members: membersOf(each, around) }));
  const orphans = [...left.values()]
    .map((each) => ({ ...each, members: ownDescendants(each.top, around) }))
    .toSorted((one, other) => one.top.pid - other.top.pid);
  const taken = new Set([...drafts, ...orphans].flatMap(({ members }) => members.map((member) => member.pid)));
  const outside = [...processes.values()]
    .filter((process) => !taken.has(process.pid))
    .toSorted((one, other) => one.pid - other.pid);
  const training = new Set(outside.filter(trainers.isTrainer).map(({ pid }) => pid));
  return {
    engines: drafts
      .map((draft) => engineOf(draft, whyIncomplete(draft, outside, orphans, tree)))
      .toSorted((one, other) => one.root.pid - other.root.pid),
    orphans: groupOrphans(orphans).map(orphanOf),
    roles: rolesOf(known, processes, new Set(roots.keys()), training),
    trainers: training,
  };
}

interface Draft extends EngineRoot {
  readonly members: readonly HostProcess[];
}

function engineOf({ definition, root, members }: Draft, incomplete: readonly Reason[]): Engine {
  const port = serverPort(root);
  const ports = port === undefined ? [] : [port];
  return { kind: definition.kind, root, title: nameOf(root), members, incomplete, ports };
}

function orphanOf(group: OrphanGroup): Orphan {
  const [{ definition, top }] = group;
  return { kind: definition.kind, members: group.flatMap(({ members }) => members), title: nameOf(top) };
}

function nameOf({ title, comm }: HostProcess): string {
  return title === '' ? comm : title;
}

function whyIncomplete(
  draft: Draft,
  outside: readonly HostProcess[],
  orphans: readonly OrphanTree[],
  tree: ProcessTree,
): Reason[] {
  const { definition, root, members } = draft;
  const underRay = [root, ...tree.ancestorsOf(root.pid)].some((each) => rayActorClass(each.title) !== undefined);
  const reasons = [...definition.incomplete({ root, members, outside, underRay })];
  // Without the root the sum is a lower bound: part of the engine may be inside the trainer itself.
  if (!members.includes(root)) {
    const where = `pid ${root.pid} trains and holds this engine: its own memory cannot be divided between the two`;
    reasons.push(reason('tree-incomplete', where));
  }
  for (const { pid } of maybeLost(draft, members, orphans)) {
    reasons.push(reason('tree-incomplete', `pid ${pid} lost its parent and may belong to pid ${root.pid}`));
  }
  return reasons;
}

/** Every process is asked about many times on the way; its command line is read the first time. */
function looksOnce(definition: EngineDefinition): EngineDefinition {
  return { ...definition, part: remembered(definition.part), isServer: remembered(definition.isServer) };
}

function remembered<T>(ask: (process: HostProcess) => T): (process: HostProcess) => T {
  const answers = new Map<HostProcess, T>();
  return (process) => {
    const known = answers.get(process);
    if (known !== undefined || answers.has(process)) return known as T;
    const answer = ask(process);
    answers.set(process, answer);
    return answer;
  };
}
