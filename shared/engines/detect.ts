// Finds the engines of a node in its processes: roots, members, roles, ranks, orphans, trainers.
import { reason, type Reason } from '../base/reason.ts';
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { rayActorClass } from './command-line.ts';
import type { EngineKind } from './engine-definition.ts';
import { membersOf, ownDescendants } from './members.ts';
import { groupOrphans, maybeLost, type OrphanGroup } from './orphans.ts';
import { rolesOf, type ProcessRole } from './process-role.ts';
import { findRoots, type EngineRoot, type OrphanRoot } from './roots.ts';
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
  const roots = findRoots(processes.values(), tree);
  const tops = new Set([...roots.engines.keys(), ...roots.orphans.keys()]);
  const drafts = [...roots.engines.values()].map((each) => ({ each, members: membersOf(each, tree, tops) }));
  const orphans = groupOrphans(roots.orphans.values()).map((group) => orphanOf(group, tree, tops));
  const taken = new Set([...drafts, ...orphans].flatMap(({ members }) => members.map((member) => member.pid)));
  const outside = [...processes.values()]
    .filter((process) => !taken.has(process.pid))
    .toSorted((left, right) => left.pid - right.pid);
  const lost = [...roots.orphans.values()].toSorted((left, right) => left.top.pid - right.top.pid);
  const engines = drafts.map(({ each, members }): Engine => {
    const { root, definition } = each;
    const port = serverPort(root);
    return {
      kind: definition.kind,
      root,
      title: root.title === '' ? root.comm : root.title,
      members,
      incomplete: whyIncomplete(each, members, { outside, orphans: lost, tree }),
      ports: port === undefined ? [] : [port],
    };
  });
  const trainers = findTrainers(processes.values(), tree, taken);
  return {
    engines: engines.toSorted((left, right) => left.root.pid - right.root.pid),
    orphans,
    roles: rolesOf(processes, new Set(roots.engines.keys()), trainers),
    trainers,
  };
}

function orphanOf(group: OrphanGroup, tree: ProcessTree, tops: ReadonlySet<Pid>): Orphan {
  const [first] = group;
  return {
    kind: first.definition.kind,
    members: group.flatMap(({ top }) => ownDescendants(top, tree, tops)),
    title: first.top.title === '' ? first.top.comm : first.top.title,
  };
}

interface Surroundings {
  readonly outside: readonly HostProcess[];
  readonly orphans: readonly OrphanRoot[];
  readonly tree: ProcessTree;
}

function whyIncomplete(engine: EngineRoot, members: readonly HostProcess[], around: Surroundings): Reason[] {
  const { definition, root } = engine;
  const { outside, orphans, tree } = around;
  const underRay = [root, ...tree.ancestorsOf(root.pid)].some((each) => rayActorClass(each.title) !== undefined);
  const reasons = [...definition.incomplete({ root, members, outside, underRay })];
  // Without the root the sum is a lower bound: part of the engine may be inside the trainer itself.
  if (!members.includes(root)) {
    const where = `pid ${root.pid} trains and holds this engine: its own memory cannot be divided between the two`;
    reasons.push(reason('tree-incomplete', where));
  }
  for (const { pid } of maybeLost(engine, members, orphans)) {
    reasons.push(reason('tree-incomplete', `pid ${pid} lost its parent and may belong to pid ${root.pid}`));
  }
  return reasons;
}
