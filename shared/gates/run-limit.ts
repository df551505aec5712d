// The limit that the run itself was started with: a value in the engine's own environment.
import type { Bytes } from '../base/units.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { readLimit } from './limit.ts';
import { LIMIT_VARIABLE } from './policy.ts';
import type { Subject } from './subject.ts';

export type RunLimit =
  | { readonly kind: 'set'; readonly limit: Bytes }
  | { readonly kind: 'bad'; readonly text: string }
  | { readonly kind: 'unset' }
  /** The environment of none of its processes could be read (another user's), or it was not asked for. */
  | { readonly kind: 'unreadable' };

/** The first process of the tree that has the variable decides: children inherit it from the root. */
export function runLimit(subject: Subject, snapshot: Snapshot): RunLimit {
  let readable = false;
  for (const { pid } of subject.members) {
    const reading = snapshot.environment.get(pid);
    if (reading?.readable !== true) continue;
    readable = true;
    const value = reading.variables.get(LIMIT_VARIABLE);
    if (value === undefined) continue;
    const read = readLimit(`${LIMIT_VARIABLE} of pid ${pid}`, value);
    return read.ok ? { kind: 'set', limit: read.limit } : { kind: 'bad', text: read.text };
  }
  return { kind: readable ? 'unset' : 'unreadable' };
}
