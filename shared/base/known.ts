// A value, or why there is none. Unknown is never 0, never null, never dropped.
import { plus, ZERO_BYTES, type Bytes } from './units.ts';
import { reason, type Reason, type ReasonCode } from './reason.ts';

export type Known<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: Reason };

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown(code: ReasonCode, where = ''): Known<never> {
  return { known: false, why: reason(code, where) };
}

/** null stands for unknown in JSON output only; inside, keep the `Known`. */
export function orNull<T>(value: Known<T>): T | null {
  return value.known ? value.value : null;
}

/**
 * A sum that says whether it is whole. `atLeast` adds the parts that are numbers; `missing` holds a reason for each
 * part that is not. With anything missing the true sum is at least `atLeast` and otherwise unknown.
 */
export interface Tally {
  readonly atLeast: Bytes;
  readonly missing: readonly Reason[];
}

export const EMPTY_TALLY: Tally = { atLeast: ZERO_BYTES, missing: [] };

export function add(tally: Tally, part: Known<Bytes>): Tally {
  return part.known
    ? { atLeast: plus(tally.atLeast, part.value), missing: tally.missing }
    : { atLeast: tally.atLeast, missing: [...tally.missing, part.why] };
}

export function addMissing(tally: Tally, why: Reason): Tally {
  return { atLeast: tally.atLeast, missing: [...tally.missing, why] };
}

export function sum(parts: Iterable<Known<Bytes>>): Tally {
  let tally = EMPTY_TALLY;
  for (const part of parts) tally = add(tally, part);
  return tally;
}

/** The sum as a value: unknown as soon as one part is. */
export function total(tally: Tally): Known<Bytes> {
  const [first] = tally.missing;
  return first === undefined ? known(tally.atLeast) : { known: false, why: first };
}
