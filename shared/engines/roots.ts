// Where an engine begins: the process above its titled parts that a framework holds, or nobody (an orphan).
import type { Pid } from '../model/ids.ts';
import type { ProcessTree } from '../model/process-tree.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { isSpawnStub, rayActorClass, readCommandLine } from './command-line.ts';
import type { EngineDefinition } from './engine-definition.ts';
import { isLauncher } from './trainers.ts';

/**
 * Python programs that start or adopt others, and hold no engine. In a container one of them is often process 1, which
 * adopts what a dead server leaves.
 */
const PYTHON_ADOPTERS = /^(?:supervisord|supervisor\.supervisord|honcho|circusd|ray|conda|jupyter\S*|tini|dumb-init)$/;

export interface EngineRoot {
  readonly definition: EngineDefinition;
  readonly root: HostProcess;
}

/** The highest titled process; its parent is init, a subreaper, a shell, or gone. */
export interface OrphanRoot {
  readonly definition: EngineDefinition;
  readonly top: HostProcess;
}

export interface Roots {
  readonly engines: ReadonlyMap<Pid, EngineRoot>;
  readonly orphans: ReadonlyMap<Pid, OrphanRoot>;
}

/** No pid is in both maps. */
export function findRoots(
  known: readonly EngineDefinition[],
  processes: Iterable<HostProcess>,
  tree: ProcessTree,
): Roots {
  const engines = new Map<Pid, EngineRoot>();
  const orphans = new Map<Pid, OrphanRoot>();
  const keep = (definition: EngineDefinition, root: HostProcess): void => {
    // A program may hold two engines of different kinds: its own command line says which one it is.
    if (!engines.has(root.pid) || definition.isServer(root)) engines.set(root.pid, { definition, root });
  };
  const all = [...processes];
  const isPart = (process: HostProcess): boolean => known.some((engine) => engine.part(process) !== undefined);
  for (const definition of known) {
    for (const process of all) {
      if (definition.part(process) === undefined) {
        const server = definition.isServer(process) ? serverAbove(process, definition, tree) : undefined;
        if (server !== undefined) keep(definition, server);
        for (const root of startingServers(process, definition, tree)) keep(definition, root);
        continue;
      }
      const found = rootOfPart(process, definition, tree, isPart);
      if (found.found) keep(definition, found.root);
      else orphans.set(found.top.pid, { definition, top: found.top });
    }
  }
  return { engines, orphans };
}

/** The outermost server at or above a process; a fork of a server carries its command line too. */
function serverAbove(process: HostProcess, engine: EngineDefinition, tree: ProcessTree): HostProcess | undefined {
  return [process, ...tree.ancestorsOf(process.pid)].findLast((each) => engine.isServer(each));
}

/**
 * The root of a titled part: the outermost server above it; without one, the first process above that the engine did
 * not title, if a Python program or a Ray actor (MILES' spawn stub, an actor that holds the engine, a user's script).
 */
function rootOfPart(
  part: HostProcess,
  engine: EngineDefinition,
  tree: ProcessTree,
  isPart: (process: HostProcess) => boolean,
): { readonly found: true; readonly root: HostProcess } | { readonly found: false; readonly top: HostProcess } {
  const server = serverAbove(part, engine, tree);
  if (server !== undefined) return { found: true, root: server };
  let top = part;
  let above = tree.parentOf(top.pid);
  while (above !== undefined && engine.part(above) !== undefined) {
    top = above;
    above = tree.parentOf(top.pid);
  }
  return above !== undefined && !isPart(above) && canHoldEngine(above)
    ? { found: true, root: above }
    : { found: false, top };
}

/**
 * The processes that an actor such as MILES' spawned, while none of them has a part below it yet: one of them becomes the
 * server. Later the part's own parent is the root, which is the same process.
 */
function startingServers(actor: HostProcess, engine: EngineDefinition, tree: ProcessTree): HostProcess[] {
  if (!engine.startingActors.has(rayActorClass(actor.title) ?? '')) return [];
  const below = tree.withDescendants(actor.pid);
  if (below.some((process) => engine.part(process) !== undefined || engine.isServer(process))) return [];
  return tree.childrenOf(actor.pid).filter((child) => isSpawnStub(readCommandLine(child.title)));
}

function canHoldEngine(process: HostProcess): boolean {
  if (process.pid === 1 || isLauncher(process)) return false;
  if (rayActorClass(process.title) !== undefined) return true;
  const line = readCommandLine(process.title);
  if (line.isPython) return !PYTHON_ADOPTERS.test(line.script ?? line.module ?? '');
  // Titled by the user, or renamed by PyTorch: comm still tells that it is Python.
  return /^(?:python|pt_main_thread)/.test(process.comm);
}
