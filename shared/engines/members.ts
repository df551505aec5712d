// Which processes belong to an engine or an orphan: what is below its top, and below no other and no trainer.
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { isSpawnStub, readCommandLine } from './command-line.ts';
import { isEnginePart, type EngineRoot } from './roots.ts';
import { isBelowTrainer, isTrainer } from './trainers.ts';

/**
 * Everything below the root, except what is below another root or a trainer and, where the root is a trainer, except
 * itself. What an engine titled is never left out, wherever it is: it would be in no engine at all.
 */
export function membersOf({ definition, root }: EngineRoot, tree: ProcessTree, tops: ReadonlySet<Pid>): HostProcess[] {
  const all = ownDescendants(root, tree, tops);
  const parts = all.filter((process) => process !== root && (isEnginePart(process) || definition.isServer(process)));
  const ofParts = new Set(parts.flatMap((part) => tree.withDescendants(part.pid).map((process) => process.pid)));
  // A process that multiprocessing spawned to serve trains nothing, whoever spawned it.
  const serves = definition.isServer(root) || isSpawnStub(readCommandLine(root.title));
  const trains = !serves && isTrainer(root, tree);
  return all.filter((process) => ofParts.has(process.pid) || (!trains && !isBelowTrainer(process, root, tree)));
}

/** The top and what is below it, without what is below another top. */
export function ownDescendants(top: HostProcess, tree: ProcessTree, tops: ReadonlySet<Pid>): HostProcess[] {
  const nested = new Set<Pid>();
  const all = tree.withDescendants(top.pid);
  for (const { pid } of all) {
    if (pid === top.pid || !tops.has(pid)) continue;
    for (const each of tree.withDescendants(pid)) nested.add(each.pid);
  }
  return all.filter((process) => !nested.has(process.pid));
}
