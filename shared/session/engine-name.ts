// What an engine is called, on the screen, in a terminal and in evidence: by its port, as its users know it, and by a pid
// where it has none or where two would be called the same.
import type { Engine } from '../engines/detect.ts';
import type { HostProcess } from '../model/snapshot.ts';
import type { EngineLives } from './cycles/engine-series.ts';

export interface NamedEngine {
  readonly kind: string;
  /** null for an orphan: its root is gone. */
  readonly rootPid: number | null;
  readonly ports: readonly number[];
  readonly members: readonly Pick<HostProcess, 'pid'>[];
}

/** `sglang :30000`, `vllm pid 4001`, `sglang orphan, pid 4008`: short, and the same in every panel. */
export function engineName({ kind, rootPid, ports, members }: NamedEngine): string {
  if (rootPid === null) return `${kind} orphan, pid ${members[0]?.pid ?? 'unknown'}`;
  if (kind === 'tree') return `process tree of pid ${rootPid}`;
  const [port] = ports;
  return port === undefined ? `${kind} pid ${rootPid}` : `${kind} :${port}`;
}

/**
 * Of one that others stand beside, or might: two containers may each have a server at one port, and then the pid is said.
 * `all` may have the engine itself, and is of one look, so that an engine has one name wherever that look is shown.
 */
export function nameAmong(engine: NamedEngine, all: readonly NamedEngine[]): string {
  const name = engineName(engine);
  const { rootPid } = engine;
  if (rootPid === null) return name;
  const isShared = all.some((other) => other.rootPid !== rootPid && engineName(other) === name);
  return isShared ? `${name} pid ${rootPid}` : name;
}

/** Of engines that are named side by side. */
export function engineNames(engines: readonly NamedEngine[]): string[] {
  return engines.map((engine) => nameAmong(engine, engines));
}

/** Of one that was found in a look, among all that were. */
export function foundName(engine: Engine, found: readonly Engine[]): string {
  return nameAmong(byRoot(engine), found.map(byRoot));
}

function byRoot(engine: Engine): NamedEngine {
  return { ...engine, rootPid: engine.root.pid };
}

/** The name with the pids beside it, where it does not say them itself: `sglang :30000, pid 4001`. */
export function nameAndPids(name: string, pids: readonly number[]): string {
  const [last] = pids;
  if (last === undefined || (pids.length === 1 && name.endsWith(`pid ${last}`))) return name;
  const shown = pids.slice(0, MOST_PIDS).join(', ');
  return `${name}, pid ${shown}${pids.length > MOST_PIDS ? ', …' : ''}`;
}

const MOST_PIDS = 4;

/** Of the engines of one side of a comparison; undefined where the other side alone has one. */
export function namesOfSide(engines: readonly (Engine | undefined)[]): ReadonlyMap<Engine, string> {
  const there = engines.flatMap((engine) => engine ?? []);
  const names = engineNames(there.map(byRoot));
  return new Map(there.map((engine, at) => [engine, names[at] ?? engine.kind]));
}

/** Each as it was last. */
export function namesOfLives(engines: readonly EngineLives[]): string[] {
  return engineNames(
    engines.map(({ kind, ports, runs, members }) => ({ kind, ports, rootPid: runs.at(-1)?.rootPid ?? null, members })),
  );
}
