// Which processes belong to an engine or an orphan: what is below its top, and below no other and no trainer.
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { isSpawnStub, readCommandLine } from './command-line.ts';
import type { EngineDefinition } from './engine-definition.ts';
import type { EngineRoot } from './roots.ts';
import type { Trainers } from './trainers.ts';

/** What decides who is whose, on one node. */
export interface Surroundings {
  readonly engines: readonly EngineDefinition[];
  readonly tree: ProcessTree;
  readonly trainers: Trainers;
  /** The roots of all engines and the tops of all orphans. */
  readonly tops: ReadonlySet<Pid>;
}

/**
 * Everything below the root, except what is below another root or a trainer and, where the root is a trainer, except
 * itself. What an engine titled, and a server of any kind, is never left out, wherever it is: it would be in no engine at
 * all.
 */
export function membersOf({ definition, root }: EngineRoot, around: Surroundings): HostProcess[] {
  const { engines, tree, trainers } = around;
  const all = ownDescendants(root, around);
  // A process that multiprocessing spawned to serve trains nothing, whoever spawned it.
  const serves = definition.isServer(root) || isSpawnStub(readCommandLine(root.title));
  const keepsOut = new Set(all.filter((each) => each !== root && trainers.trains(each)).map(({ pid }) => pid));
  if (!serves && trainers.isTrainer(root)) keepsOut.add(root.pid);
  if (keepsOut.size === 0) return all;
  const brings = new Set(
    all
      .filter((each) => each !== root && engines.some((engine) => engine.isServer(each) || engine.part(each)))
      .map(({ pid }) => pid),
  );
  return all.filter((process) => {
    const path = [process, ...tree.ancestorsOf(process.pid)];
    const upToRoot = path.slice(0, path.indexOf(root) + 1);
    return upToRoot.some(({ pid }) => brings.has(pid)) || !upToRoot.some(({ pid }) => keepsOut.has(pid));
  });
}

/** The top and what is below it, without what is below another top. */
export function ownDescendants(top: HostProcess, { tree, tops }: Surroundings): HostProcess[] {
  const nested = new Set<Pid>();
  const all = tree.withDescendants(top.pid);
  for (const { pid } of all) {
    if (pid === top.pid || !tops.has(pid)) continue;
    for (const each of tree.withDescendants(pid)) nested.add(each.pid);
  }
  return nested.size === 0 ? all : all.filter((process) => !nested.has(process.pid));
}
