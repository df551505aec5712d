// Where an engine begins: the process above its titled parts that a framework holds, or nobody (an orphan).
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { isSpawnStub, rayActorClass, readCommandLine } from './command-line.ts';
import type { EngineDefinition } from './engine-definition.ts';

/** Python programs that adopt or launch others, and are no engine. */
const PYTHON_LAUNCHERS = new Set(['supervisord', 'honcho', 'circusd']);

export type Root =
  | { readonly found: true; readonly root: HostProcess }
  /** `top`: the highest titled process; its parent is init, a subreaper, a shell, or gone. */
  | { readonly found: false; readonly top: HostProcess };

/** The outermost server at or above a process; a fork of a server carries its command line too. */
export function serverAbove(
  process: HostProcess,
  engine: EngineDefinition,
  tree: ProcessTree,
): HostProcess | undefined {
  return [process, ...tree.ancestorsOf(process.pid)].findLast((each) => engine.isServer(each));
}

/**
 * The root of a titled part: the outermost server above it; without one, the first process above that the engine did
 * not title, if a Python program or a Ray actor (MILES' spawn stub, an actor that holds the engine, a user's script).
 */
export function rootOfPart(part: HostProcess, engine: EngineDefinition, tree: ProcessTree): Root {
  const server = serverAbove(part, engine, tree);
  if (server !== undefined) return { found: true, root: server };
  let top = part;
  let above = tree.parentOf(top.pid);
  while (above !== undefined && engine.part(above) !== undefined) {
    top = above;
    above = tree.parentOf(top.pid);
  }
  return above !== undefined && canHoldEngine(above) ? { found: true, root: above } : { found: false, top };
}

/**
 * The processes that an actor such as MILES' spawned, while none of them has a part below it yet: one of them becomes the
 * server. Later the part's own parent is the root, which is the same process.
 */
export function startingServers(actor: HostProcess, engine: EngineDefinition, tree: ProcessTree): HostProcess[] {
  if (!engine.startingActors.has(rayActorClass(actor.title) ?? '')) return [];
  const below = tree.withDescendants(actor.pid);
  if (below.some((process) => engine.part(process) !== undefined || engine.isServer(process))) return [];
  return tree.childrenOf(actor.pid).filter((child) => isSpawnStub(readCommandLine(child.title)));
}

function canHoldEngine(process: HostProcess): boolean {
  if (process.pid === 1) return false;
  if (rayActorClass(process.title) !== undefined) return true;
  const line = readCommandLine(process.title);
  if (line.isPython) return !PYTHON_LAUNCHERS.has(line.script ?? '') && line.module !== 'supervisor.supervisord';
  // Titled by the user, or renamed by PyTorch: comm still tells that it is Python.
  return /^(?:python|pt_main_thread)/.test(process.comm);
}
