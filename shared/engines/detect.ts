// Finds the engines of a node in its processes: roots, members, roles, ranks, orphans, trainers.
import { reason, type Reason } from '../base/reason.ts';
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { flagValue, isResourceTracker, isSpawnStub, rayActorClass, readCommandLine } from './command-line.ts';
import { ENGINES } from './definitions.ts';
import type { EngineDefinition, EngineKind, Rank } from './engine-definition.ts';
import { rootOfPart, serverAbove, startingServers } from './roots.ts';
import { findTrainers, isBelowTrainer, isTrainer } from './trainers.ts';

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

/** Processes of an engine whose root is gone: one group for each top-most process. */
export interface Orphan {
  readonly kind: EngineKind;
  readonly members: readonly HostProcess[];
  readonly title: string;
}

export interface ProcessRole {
  readonly role: string;
  readonly rank: Rank | null;
  readonly engineKind: EngineKind | null;
}

export interface Detection {
  readonly engines: readonly Engine[];
  readonly orphans: readonly Orphan[];
  readonly roles: ReadonlyMap<Pid, ProcessRole>;
  readonly trainers: ReadonlySet<Pid>;
}

interface Roots {
  readonly engines: ReadonlyMap<Pid, { definition: EngineDefinition; root: HostProcess }>;
  readonly orphans: ReadonlyMap<Pid, { definition: EngineDefinition; top: HostProcess }>;
}

/** Deterministic: engines by the pid of their root, orphans by the pid of their top. */
export function detectEngines(processes: ReadonlyMap<Pid, HostProcess>, tree: ProcessTree): Detection {
  const roots = findRoots(processes, tree);
  const tops = new Set([...roots.engines.keys(), ...roots.orphans.keys()]);
  const drafts = [...roots.engines.values()].map(({ definition, root }) => ({
    definition,
    root,
    members: membersOf(root, definition, tree, tops),
  }));
  const orphans = [...roots.orphans.values()].map(({ definition, top }): Orphan => ({
    kind: definition.kind,
    members: ownDescendants(top, tree, tops),
    title: top.title === '' ? top.comm : top.title,
  }));
  const taken = new Set([...drafts, ...orphans].flatMap(({ members }) => members.map((member) => member.pid)));
  const outside = [...processes.values()].filter((process) => !taken.has(process.pid));
  const engines = drafts.map(({ definition, root, members }): Engine => ({
    kind: definition.kind,
    root,
    title: root.title === '' ? root.comm : root.title,
    members,
    incomplete: whyIncomplete(definition, root, members, outside, tree),
    ports: portsOf(root),
  }));
  const trainers = findTrainers(processes.values(), tree, taken);
  return {
    engines: engines.toSorted((left, right) => left.root.pid - right.root.pid),
    orphans: orphans.toSorted((left, right) => (left.members[0]?.pid ?? 0) - (right.members[0]?.pid ?? 0)),
    roles: rolesOf(processes, new Set(roots.engines.keys()), trainers),
    trainers,
  };
}

function findRoots(processes: ReadonlyMap<Pid, HostProcess>, tree: ProcessTree): Roots {
  const engines = new Map<Pid, { definition: EngineDefinition; root: HostProcess }>();
  const orphans = new Map<Pid, { definition: EngineDefinition; top: HostProcess }>();
  for (const definition of ENGINES) {
    for (const process of processes.values()) {
      if (definition.part(process) === undefined) {
        const server = definition.isServer(process) ? serverAbove(process, definition, tree) : undefined;
        if (server !== undefined) engines.set(server.pid, { definition, root: server });
        for (const root of startingServers(process, definition, tree)) engines.set(root.pid, { definition, root });
        continue;
      }
      const found = rootOfPart(process, definition, tree);
      if (found.found) engines.set(found.root.pid, { definition, root: found.root });
      else orphans.set(found.top.pid, { definition, top: found.top });
    }
  }
  return { engines, orphans };
}

/** Everything below the root, except what is below another root and, where the root is a trainer, except itself. */
function membersOf(
  root: HostProcess,
  definition: EngineDefinition,
  tree: ProcessTree,
  tops: ReadonlySet<Pid>,
): HostProcess[] {
  const all = ownDescendants(root, tree, tops).filter((process) => !isBelowTrainer(process, root, tree));
  if (definition.isServer(root) || !isTrainer(root, tree)) return all;
  const parts = all.filter((process) => definition.part(process) !== undefined);
  const below = new Set(parts.flatMap((part) => tree.withDescendants(part.pid).map((process) => process.pid)));
  return all.filter((process) => below.has(process.pid));
}

function ownDescendants(top: HostProcess, tree: ProcessTree, tops: ReadonlySet<Pid>): HostProcess[] {
  const nested = new Set<Pid>();
  const all = tree.withDescendants(top.pid);
  for (const { pid } of all) {
    if (pid === top.pid || !tops.has(pid)) continue;
    for (const each of tree.withDescendants(pid)) nested.add(each.pid);
  }
  return all.filter((process) => !nested.has(process.pid));
}

function whyIncomplete(
  definition: EngineDefinition,
  root: HostProcess,
  members: readonly HostProcess[],
  outside: readonly HostProcess[],
  tree: ProcessTree,
): Reason[] {
  const underRay = [root, ...tree.ancestorsOf(root.pid)].some((each) => rayActorClass(each.title) !== undefined);
  const reasons = [...definition.incomplete({ root, members, outside, underRay })];
  // Without the root the sum is a lower bound: part of the engine may be inside the trainer itself.
  if (!members.includes(root)) {
    const where = `pid ${root.pid} trains and holds this engine: its own memory cannot be divided between the two`;
    reasons.push(reason('tree-incomplete', where));
  }
  return reasons;
}

function portsOf(root: HostProcess): number[] {
  const port = flagValue(readCommandLine(root.title), '--port');
  return port !== undefined && /^\d{1,5}$/.test(port) ? [Number(port)] : [];
}

function rolesOf(
  processes: ReadonlyMap<Pid, HostProcess>,
  roots: ReadonlySet<Pid>,
  trainers: ReadonlySet<Pid>,
): Map<Pid, ProcessRole> {
  const roles = new Map<Pid, ProcessRole>();
  for (const process of processes.values()) roles.set(process.pid, roleOf(process, roots, trainers));
  return roles;
}

function roleOf(process: HostProcess, roots: ReadonlySet<Pid>, trainers: ReadonlySet<Pid>): ProcessRole {
  for (const definition of ENGINES) {
    const part = definition.part(process);
    if (part !== undefined) return { ...part, engineKind: definition.kind };
    if (definition.isServer(process)) {
      return { role: definition.serverRole(process), rank: null, engineKind: definition.kind };
    }
  }
  const line = readCommandLine(process.title);
  const plain = (role: string): ProcessRole => ({ role, rank: null, engineKind: null });
  if (isResourceTracker(line)) return plain('resource-tracker');
  if (isSpawnStub(line)) return plain(roots.has(process.pid) ? 'spawn-parent' : 'spawn-child');
  if (trainers.has(process.pid)) return plain('trainer');
  return plain(rayActorClass(process.title) === undefined ? 'other' : 'ray-actor');
}
