// Who is judged: an engine, an orphaned part of one, or the tree under a pid that the user named.
import { reason, type Reason } from '../base/reason.ts';
import type { Detection, Engine, Orphan } from '../engines/detect.ts';
import type { EngineKind } from '../engines/engine-definition.ts';
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';

export interface Subject {
  readonly kind: EngineKind | 'tree';
  /** null for an orphan: its root is gone. */
  readonly rootPid: Pid | null;
  readonly title: string;
  /** Empty when the process table does not have the pid. */
  readonly members: readonly HostProcess[];
  /** Why the tree may not be whole. */
  readonly incomplete: readonly Reason[];
  readonly ports: readonly number[];
  /** What the seed would sum: the root and everything below it, whoever it belongs to. Empty without a root. */
  readonly seedPids: readonly Pid[];
}

export function fromEngine(engine: Engine, tree: ProcessTree): Subject {
  const { kind, root, title, members, incomplete, ports } = engine;
  return { kind, rootPid: root.pid, title, members, incomplete, ports, seedPids: pidsBelow(root.pid, tree) };
}

export function fromOrphan(orphan: Orphan): Subject {
  const { kind, title, members } = orphan;
  return { kind, rootPid: null, title, members, incomplete: [], ports: [], seedPids: [] };
}

/**
 * The tree under a pid, whatever it is: the seed's own reading (`--root-pid`). A root that is not in the process table
 * has a tree that nobody can see: its children were given to another parent, or are hidden with it.
 */
export function fromRootPid(pid: Pid, tree: ProcessTree): Subject {
  const members = tree.withDescendants(pid);
  const title = members[0]?.title ?? '';
  const unseen = reason('tree-incomplete', `pid ${pid} is not in the process table, so what it started is not known`);
  return {
    kind: 'tree',
    rootPid: pid,
    title: title === '' ? `pid ${pid}` : title,
    members,
    incomplete: members.length === 0 ? [unseen] : [],
    ports: [],
    seedPids: pidsBelow(pid, tree),
  };
}

/** The root itself is always one of them, as in the seed, also when the process table does not have it. */
function pidsBelow(root: Pid, tree: ProcessTree): Pid[] {
  return [...new Set([root, ...tree.withDescendants(root).map((process) => process.pid)])];
}

/** Engines first, in the order of their root pids, then orphans. */
export function allSubjects(detection: Detection, tree: ProcessTree): Subject[] {
  return [...detection.engines.map((engine) => fromEngine(engine, tree)), ...detection.orphans.map(fromOrphan)];
}
