// What went wrong with a connection, as a code to act on and a sentence to read: what, where, next step.
import { printable } from '../../shared/base/printable.ts';

/** Codes are part of `gate --json` (`error.code` with exit code 3), so a code keeps its meaning once published. */
export const LINK_ERROR_CODES = [
  'bad-target',
  'bad-ssh-config',
  'unsupported',
  'no-such-host',
  'no-route',
  'refused',
  'timeout',
  'not-ssh',
  'known-hosts-unreadable',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'key-unreadable',
  'key-encrypted',
  'auth-failed',
  'no-session',
  'no-shell',
  'forward-refused',
  'connection-refused',
  'lost',
  'cancelled',
] as const;

export type LinkErrorCode = (typeof LINK_ERROR_CODES)[number];

/** A connection that could not be made, or that ended. `message` is for a person and never holds a secret. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly code: LinkErrorCode;
  /** `user@host:port`, or the target as it was typed when it was not understood that far. */
  readonly host: string;

  constructor(code: LinkErrorCode, host: string, message: string) {
    // Parts of both come from the node, from configuration files or from the command line.
    super(printable(message));
    this.code = code;
    this.host = printable(host);
  }
}
