// One environment variable of an engine's processes: its value, that it is not set, or that nobody could look.
import type { Subject } from '../gates/subject.ts';
import type { Pid } from '../model/ids.ts';
import type { EnvironmentReading } from '../model/snapshot.ts';

export type Variable =
  | { readonly kind: 'set'; readonly value: string; readonly pid: Pid }
  | { readonly kind: 'unset' }
  /** Of none of its processes, because it is another user's or was not asked for. */
  | { readonly kind: 'unreadable' };

/** The first process of the tree that has it decides: children inherit it from the root. */
export function variableOf(
  { members }: Subject,
  environment: ReadonlyMap<Pid, EnvironmentReading>,
  name: string,
): Variable {
  let isReadable = false;
  for (const { pid } of members) {
    const reading = environment.get(pid);
    if (reading?.readable !== true) continue;
    isReadable = true;
    const value = reading.variables.get(name);
    if (value !== undefined) return { kind: 'set', value, pid };
  }
  return { kind: isReadable ? 'unset' : 'unreadable' };
}
