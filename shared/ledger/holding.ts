// Each row of the driver's process list, joined with the process that it names and with what that process is.
import type { Known } from '../base/known.ts';
import type { Bytes } from '../base/units.ts';
import type { Detection, Engine, Orphan } from '../engines/detect.ts';
import type { BusId, Pid } from '../model/ids.ts';
import type { Aliveness, HostProcess, Snapshot } from '../model/snapshot.ts';

export type Owner =
  | { readonly class: 'engine'; readonly engine: Engine }
  | { readonly class: 'orphan'; readonly orphan: Orphan }
  | { readonly class: 'trainer' }
  | { readonly class: 'process' }
  /** The driver lists the pid and it no longer exists. */
  | { readonly class: 'gone' }
  /** It exists and the node does not let us see it, so it may be part of any tree. */
  | { readonly class: 'hidden' };

export interface Holding {
  /** undefined with the two-column query, which cannot name the bus. */
  readonly bus: BusId | undefined;
  readonly pid: Pid;
  readonly used: Known<Bytes>;
  /** undefined when it is gone or hidden. */
  readonly process: HostProcess | undefined;
  readonly alive: Aliveness;
  readonly owner: Owner;
}

/** One holding a row, in the order of the rows. Empty when the driver gave no rows. */
export function holdings(snapshot: Snapshot, detection: Detection): Holding[] {
  const owners = ownersByPid(detection);
  return (snapshot.usage?.rows ?? []).map((row): Holding => {
    const process = snapshot.processes.get(row.pid);
    if (process === undefined || startedAfterRows(process, snapshot)) {
      const said = snapshot.absent.get(row.pid);
      // A process that began after the rows were read cannot be in them: its pid was reused, the holder is gone.
      const alive: Aliveness = process !== undefined ? 'gone' : (said ?? 'unreadable');
      const owner: Owner = alive === 'gone' ? { class: 'gone' } : { class: 'hidden' };
      return { ...row, process: undefined, alive, owner };
    }
    return { ...row, process, alive: aliveness(process), owner: owners.get(row.pid) ?? { class: 'process' } };
  });
}

/** Z is a zombie and X a dead process that nobody has waited for; all other states are alive. */
export function aliveness(process: HostProcess): Aliveness {
  return process.state === 'Z' || process.state === 'X' ? 'zombie' : 'alive';
}

function ownersByPid(detection: Detection): Map<Pid, Owner> {
  const owners = new Map<Pid, Owner>();
  for (const pid of detection.trainers) owners.set(pid, { class: 'trainer' });
  for (const orphan of detection.orphans) {
    for (const member of orphan.members) owners.set(member.pid, { class: 'orphan', orphan });
  }
  for (const engine of detection.engines) {
    for (const member of engine.members) owners.set(member.pid, { class: 'engine', engine });
  }
  return owners;
}

function startedAfterRows(process: HostProcess, snapshot: Snapshot): boolean {
  const { ticksPerSecond } = snapshot.node;
  const readMs = snapshot.usage?.endMs;
  if (ticksPerSecond === undefined || ticksPerSecond === 0 || readMs === undefined) return false;
  // Both clocks count from boot; start times are cut to a tick, so only a whole tick later is later.
  return (process.startTicks / ticksPerSecond) * 1000 > readMs + 1000 / ticksPerSecond;
}
