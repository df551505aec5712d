// Reads a limit in GiB, strictly: the seed lets nan and inf through, and both would pass everything or nothing.
import { fromGiB, type Bytes } from '../base/units.ts';
import { DEFAULT_LIMITS, LIMIT_VARIABLE, type Policy, type PolicyKind } from './policy.ts';

export type LimitText = { readonly ok: true; readonly limit: Bytes } | { readonly ok: false; readonly text: string };

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** `name` is how the value was given (a flag or a variable), for the sentence that refuses it. */
export function readLimit(name: string, value: string): LimitText {
  const number = DECIMAL.test(value.trim()) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) {
    return { ok: false, text: `${name} must be a number of GiB, got ${JSON.stringify(value)}.` };
  }
  const limit = fromGiB(number);
  if (limit <= 0 || !Number.isSafeInteger(limit)) {
    return { ok: false, text: `${name} must be above 0 GiB and finite, got ${JSON.stringify(value)}.` };
  }
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
