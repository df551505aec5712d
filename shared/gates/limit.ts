// Reads a limit in GiB, strictly: the seed lets nan and inf through, and both would pass everything or nothing.
import { fromGiB, type Bytes } from '../base/units.ts';
import { DEFAULT_LIMITS, LIMIT_VARIABLE, type Policy, type PolicyKind } from './policy.ts';

export type LimitText = { readonly ok: true; readonly limit: Bytes } | { readonly ok: false; readonly text: string };

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** `name` is how the value was given (a flag or a variable), for the sentence that refuses it. */
export function readLimit(name: string, value: string): LimitText {
  const refuse = (what: string): LimitText => ({
    ok: false,
    text: `${name} must be ${what}, got ${JSON.stringify(value)}.`,
  });
  if (!DECIMAL.test(value.trim())) return refuse('a number of GiB');
  const limit = fromGiB(Number(value));
  if (limit <= 0) return refuse('above 0 GiB, by one byte at least');
  // Beyond 2^53 bytes (8 PiB) a size is no whole number any more; this also stops 1e999, which is infinite.
  if (!Number.isSafeInteger(limit)) return refuse('below 8388608 GiB');
  return { ok: true, limit };
}

export type ChosenPolicy =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly text: string };

/** Order: flag, then the variable of the machine that runs Residuum, then the default. A bad one is never skipped. */
export function choosePolicy(
  kind: PolicyKind,
  flag: string | undefined,
  environment: string | undefined,
): ChosenPolicy {
  if (flag !== undefined) {
    const read = readLimit('--max-residual-gib', flag);
    return read.ok ? { ok: true, policy: { kind, limit: read.limit, origin: 'flag' } } : read;
  }
  if (environment !== undefined) {
    const read = readLimit(`${LIMIT_VARIABLE} in this machine's environment`, environment);
    return read.ok ? { ok: true, policy: { kind, limit: read.limit, origin: 'environment' } } : read;
  }
  return { ok: true, policy: { kind, limit: DEFAULT_LIMITS[kind], origin: 'default' } };
}
