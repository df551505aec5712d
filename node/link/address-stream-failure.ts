// Turns what a socket, sshd or a program on the node says about a failed connection to an address into a LinkError.
import { clip } from '../../shared/base/printable.ts';
import { showAddress } from './address-stream.ts';
import { LinkError } from './link-error.ts';
import type { NodeAddress } from './link.ts';

export interface AddressContext {
  readonly describe: string;
  readonly address: NodeAddress;
  readonly limitMs: number;
}

/** `cause` is an errno name or the sentence of strerror(3) in the C locale; sshd, bash, python3 and perl all pass it on. */
export function addressFailure(cause: string, context: AddressContext): LinkError {
  const { describe } = context;
  const there = place(context);
  if (/ECONNREFUSED|Connection refused/i.test(cause)) {
    return new LinkError(
      'connection-refused',
      describe,
      `Nobody listens at ${there}. Check the port, and that the engine still runs.`,
    );
  }
  if (/ETIMEDOUT|timed out|timeout/i.test(cause)) return addressTimeout(context);
  if (/ENOTFOUND|EAI_|not known|name resolution|unknown host|no address associated|getaddrinfo/i.test(cause)) {
    return new LinkError(
      'no-such-host',
      describe,
      `The node cannot look up the name of ${there}. Use an address instead.`,
    );
  }
  const text = clip(cause.replace(/[\p{Cc}\s]+/gu, ' ').trim(), 200);
  return new LinkError(
    'no-route',
    describe,
    `${there} could not be reached (${text === '' ? 'no reason given' : text}). Check the address.`,
  );
}

export function addressTimeout(context: AddressContext): LinkError {
  return new LinkError(
    'timeout',
    context.describe,
    `${place(context)} did not take the connection within ${context.limitMs / 1000} s. ` +
      `Check the address, and whether the engine or the node is overloaded.`,
  );
}

function place({ describe, address }: AddressContext): string {
  return describe === 'local' ? `${showAddress(address)} on this machine` : `${showAddress(address)} on ${describe}`;
}
