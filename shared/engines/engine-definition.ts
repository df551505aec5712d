// What one file about an engine says: how its processes are recognised. Adding an engine is adding such a file.
import type { Reason } from '../base/reason.ts';
import type { HostProcess } from '../model/snapshot.ts';

export type EngineKind = 'sglang' | 'vllm';

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

export interface EngineDefinition {
  readonly kind: EngineKind;
  /** Fixed strings by which the probe finds its processes, in comm or command line. Too many is harmless. */
  readonly patterns: readonly string[];
  /** A process that the engine itself titled, such as `sglang::scheduler_TP0`; undefined for all others. */
  readonly part: (process: HostProcess) => TitledPart | undefined;
  /** A process that serves: the root of an engine, unless one of its own kind is above it. */
  readonly isServer: (process: HostProcess) => boolean;
  /** The role of the process that listens for HTTP: the server itself for both engines that we know. */
  readonly httpHolder: 'server';
  /** Why its tree may not be whole. `outside` are processes of the node that belong to no engine. */
  readonly incomplete: (members: readonly HostProcess[], outside: readonly HostProcess[]) => readonly Reason[];
}

const RANKS = /(?:^|_)(DP|TP|PP|EP)(\d{1,5})(?=_|$)/g;

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
