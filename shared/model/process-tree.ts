// Who started whom, from one sample's processes. Safe against reused pids, loops and missing parents.
import type { Problem } from '../base/problem.ts';
import type { Pid } from './ids.ts';
import type { HostProcess } from './snapshot.ts';

export interface ProcessTree {
  /** undefined for pid 1, for a parent outside the sample, and where the link cannot be true. */
  parentOf(pid: Pid): HostProcess | undefined;
  childrenOf(pid: Pid): readonly HostProcess[];
  /** Nearest first. */
  ancestorsOf(pid: Pid): HostProcess[];
  /** The process itself, then all its descendants by pid. Empty when the sample does not have it. */
  withDescendants(pid: Pid): HostProcess[];
  readonly problems: readonly Problem[];
}

export function buildProcessTree(processes: ReadonlyMap<Pid, HostProcess>): ProcessTree {
  const problems: Problem[] = [];
  const parents = new Map<Pid, HostProcess>();
  const ordered = [...processes.values()].toSorted((left, right) => left.pid - right.pid);
  for (const process of ordered) {
    const parent = processes.get(process.ppid);
    if (parent === undefined) continue;
    if (parent.startTicks > process.startTicks) {
      // A parent is older than its child: this pid was given to somebody else in between.
      const text = `its parent pid ${parent.pid} started after it, so that is another process`;
      problems.push({ code: 'pid-reused', where: `pid ${process.pid}`, text });
      continue;
    }
    parents.set(process.pid, parent);
  }
  for (const pid of loops(parents)) {
    problems.push({ code: 'tree-cycle', where: `pid ${pid}`, text: 'it is its own ancestor; the link is not used' });
    parents.delete(pid);
  }
  const children = new Map<Pid, HostProcess[]>();
  for (const child of ordered) {
    const parent = parents.get(child.pid);
    if (parent === undefined) continue;
    // Pushed and not copied: init can have thousands of children.
    const siblings = children.get(parent.pid);
    if (siblings === undefined) children.set(parent.pid, [child]);
    else siblings.push(child);
  }
  const childrenOf = (pid: Pid): readonly HostProcess[] => children.get(pid) ?? [];
  return {
    parentOf: (pid) => parents.get(pid),
    childrenOf,
    ancestorsOf: (pid) => {
      const ancestors: HostProcess[] = [];
      for (let parent = parents.get(pid); parent !== undefined; parent = parents.get(parent.pid))
        ancestors.push(parent);
      return ancestors;
    },
    withDescendants: (pid) => {
      const top = processes.get(pid);
      return top === undefined ? [] : [top, ...below(pid, childrenOf)];
    },
    problems,
  };
}

function below(pid: Pid, childrenOf: (pid: Pid) => readonly HostProcess[]): HostProcess[] {
  const found: HostProcess[] = [];
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of childrenOf(next)) {
      found.push(child);
      open.push(child.pid);
    }
  }
  return found.toSorted((left, right) => left.pid - right.pid);
}

/** One pid of each loop: the smallest, so that the same sample always gives the same tree. */
function loops(parents: ReadonlyMap<Pid, HostProcess>): Pid[] {
  const smallest = new Set<Pid>();
  const done = new Set<Pid>();
  for (const start of parents.keys()) {
    const path: Pid[] = [];
    let pid: Pid | undefined = start;
    while (pid !== undefined && !done.has(pid) && !path.includes(pid)) {
      path.push(pid);
      pid = parents.get(pid)?.pid;
    }
    if (pid !== undefined && path.includes(pid)) smallest.add(Math.min(...path.slice(path.indexOf(pid))));
    for (const each of path) done.add(each);
  }
  return [...smallest].toSorted((left, right) => left - right);
}
