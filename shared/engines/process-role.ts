// What each process of a node is to us: a part of an engine with its rank, a server, a trainer, or something else.
import type { Pid } from '../model/ids.ts';
import type { HostProcess } from '../model/snapshot.ts';
import { isResourceTracker, isSpawnStub, rayActorClass, readCommandLine } from './command-line.ts';
import type { EngineDefinition, EngineKind, Rank } from './engine-definition.ts';

export interface ProcessRole {
  readonly role: string;
  readonly rank: Rank | null;
  readonly engineKind: EngineKind | null;
}

export function rolesOf(
  known: readonly EngineDefinition[],
  processes: ReadonlyMap<Pid, HostProcess>,
  roots: ReadonlySet<Pid>,
  trainers: ReadonlySet<Pid>,
): Map<Pid, ProcessRole> {
  const roles = new Map<Pid, ProcessRole>();
  for (const process of processes.values()) roles.set(process.pid, roleOf(process, known, roots, trainers));
  return roles;
}

function roleOf(
  process: HostProcess,
  known: readonly EngineDefinition[],
  roots: ReadonlySet<Pid>,
  trainers: ReadonlySet<Pid>,
): ProcessRole {
  for (const definition of known) {
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
