// What one file about an engine says: how its processes are recognised. Adding an engine is adding such a file.
import type { Reason } from '../base/reason.ts';
import type { HostProcess } from '../model/snapshot.ts';

/** Every engine that Residuum knows; a new one begins here, and the type checker names the lines that follow. */
export const ENGINE_KINDS = ['sglang', 'vllm'] as const;

export type EngineKind = (typeof ENGINE_KINDS)[number];

/** Parallel ranks, read from a full title; null where the title does not say. */
export interface Rank {
  readonly dp: number | null;
  readonly tp: number | null;
  readonly pp: number | null;
  readonly ep: number | null;
}

export interface TitledPart {
  readonly role: string;
  readonly rank: Rank | null;
}

/** An engine's tree as it was found, with what can tell that it is not whole. */
export interface EngineTree {
  readonly root: HostProcess;
  readonly members: readonly HostProcess[];
  /** Processes of the node that belong to no engine. */
  readonly outside: readonly HostProcess[];
  /** The root is a Ray actor, or has one above it. */
  readonly underRay: boolean;
}

export interface EngineDefinition {
  readonly kind: EngineKind;
  /** Fixed strings by which the probe finds its processes, in comm or command line. Too many is harmless. */
  readonly patterns: readonly string[];
  /** A process that the engine itself titled, such as `sglang::scheduler_TP0`; undefined for all others. */
  readonly part: (process: HostProcess) => TitledPart | undefined;
  /** Roles of the parts that hold GPU memory. */
  readonly memoryRoles: ReadonlySet<string>;
  /** A process that serves: the root of an engine, unless one of its own kind is above it. */
  readonly isServer: (process: HostProcess) => boolean;
  /** The role of a server, where it is not `server`: an actor that answers no HTTP, one API server of several. */
  readonly serverRole: (process: HostProcess) => 'server' | 'api-server' | 'ray-actor';
  /** A Ray actor that only starts a server: the root is the process that it spawns, also before there are parts. */
  readonly startingActors: ReadonlySet<string>;
  /** Roles of the processes that may listen for HTTP. Nothing is ever sent to a process of another role. */
  readonly httpHolders: ReadonlySet<string>;
  /** Why its tree may not be whole. */
  readonly incomplete: (seen: EngineTree) => readonly Reason[];
}

// MOE_DP is another dimension than DP; DCP, PCP and ATTN_CP begin with letters of their own.
const RANKS = /(?:^|_)(?<!_MOE_)(DP|TP|PP|EP)(\d{1,5})(?=_|$)/g;

/** `_DP0_TP1` → dp 0, tp 1. Other parts, such as `_DCP0`, are left out. null when there is none. */
export function readRank(suffix: string): Rank | null {
  const rank = {
    dp: null as number | null,
    tp: null as number | null,
    pp: null as number | null,
    ep: null as number | null,
  };
  let found = false;
  for (const [, name, digits] of suffix.matchAll(RANKS)) {
    rank[(name ?? '').toLowerCase() as keyof Rank] = Number(digits);
    found = true;
  }
  return found ? rank : null;
}

/**
 * The role of a process that has only its comm, as a zombie has. The kernel cuts comm after 15 bytes, so the beginning of
 * a name is enough there, and a rank that stands in it may have lost digits.
 */
export function cutRole(comm: string, prefix: string, roles: Readonly<Record<string, string>>): TitledPart | undefined {
  if (!comm.startsWith(prefix)) return undefined;
  const found = Object.entries(roles).find(([name]) => {
    const whole = `${prefix}${name}`;
    return comm === whole || comm.startsWith(`${whole}_`) || (comm.length === 15 && whole.startsWith(comm));
  });
  return found === undefined ? undefined : { role: found[1], rank: null };
}
