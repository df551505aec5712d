// When a connection that ended is tried again, and when trying again cannot help.
import { LinkError, type LinkErrorCode } from '../link/link-error.ts';

/** The last one is repeated. */
export const RETRY_DELAYS_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000];

/** Somebody has to change something first: a host key, a login, a configuration. */
const HOPELESS: ReadonlySet<LinkErrorCode> = new Set([
  'bad-target',
  'bad-ssh-config',
  'unsupported',
  'known-hosts-unreadable',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'key-unreadable',
  'key-encrypted',
  'auth-failed',
  'cancelled',
]);

/** A node that has worked before may do so again; one that never did is more likely another one than was meant. */
const HOPELESS_AT_FIRST: ReadonlySet<LinkErrorCode> = new Set(['no-such-host', 'no-shell', 'not-ssh']);

/** Milliseconds; null when nothing is planned. `failures` counts the attempts that failed in a row, 0 for the first. */
export function retryDelay(
  error: unknown,
  hasWorked: boolean,
  failures: number,
  delaysMs: readonly number[] = RETRY_DELAYS_MS,
): number | null {
  // A fault of ours would only happen again.
  if (!(error instanceof LinkError)) return null;
  if (HOPELESS.has(error.code) || (!hasWorked && HOPELESS_AT_FIRST.has(error.code))) return null;
  return delaysMs[Math.min(failures, delaysMs.length - 1)] ?? null;
}
