// Turns what ssh2 and the socket say about a failed connection into a LinkError.
import type { ClientErrorExtensions } from 'ssh2';
import { LinkError } from '../link/link-error.ts';

/** How far a connection got; decides what a silence or an end means. */
export type Stage = 'connecting' | 'handshake' | 'authentication' | 'ready';

export interface FailureContext {
  readonly describe: string;
  readonly alias: string;
  readonly host: string;
  readonly stage: Stage;
  readonly limitMs: number;
}

type RawError = Error & ClientErrorExtensions & { readonly code?: unknown; readonly errors?: readonly unknown[] };

/** For everything but authentication, which needs to know what was offered (see ssh2-auth.ts). */
export function connectFailure(raw: RawError, context: FailureContext): LinkError {
  if (raw.level === 'client-timeout') return timedOut(context);
  const code = socketCode(raw);
  if (code !== null) return socketFailure(code, context);
  const { describe } = context;
  if (/no matching|Unsupported algorithm/i.test(raw.message)) {
    return new LinkError(
      'unsupported',
      describe,
      `${describe} and Residuum have no algorithm in common (${oneLine(raw.message)}). ` +
        `Allow a current one in the node's sshd_config, such as curve25519-sha256, ssh-ed25519 or aes128-gcm@openssh.com.`,
    );
  }
  if (context.stage === 'handshake' && /lost before handshake/i.test(raw.message)) return closedEarly(context);
  if (context.stage === 'handshake' && /protocol|ident|header|packet|Malformed/i.test(raw.message)) {
    return new LinkError(
      'not-ssh',
      describe,
      `What answers at ${describe} does not speak SSH (${oneLine(raw.message)}). Check the port.`,
    );
  }
  return lost(describe, oneLine(raw.message));
}

/** The connection ended without an error of its own. */
export function closedEarly(context: FailureContext): LinkError {
  if (context.stage === 'ready') return lost(context.describe, 'the node or the network closed it');
  return new LinkError(
    'lost',
    context.describe,
    `${context.describe} closed the connection during ${context.stage === 'authentication' ? 'authentication' : 'the handshake'}. ` +
      `Its sshd may be at its limit (MaxStartups, MaxAuthTries) or refuse this address; its log says which. Try again.`,
  );
}

/** A connection that worked and is gone. */
export function lost(describe: string, why: string): LinkError {
  return new LinkError('lost', describe, `The connection to ${describe} was lost: ${why}. Connect again.`);
}

function timedOut(context: FailureContext): LinkError {
  const { describe, stage } = context;
  if (stage === 'ready') return lost(describe, 'it no longer answers (keepalive)');
  const seconds = context.limitMs / 1000;
  const what =
    stage === 'connecting'
      ? `${describe} did not answer within ${seconds} s. Check the address and whether a firewall or VPN is in the way.`
      : `${describe} accepted the connection and then said nothing useful for ${seconds} s (${stage}). ` +
        `Check that the port is sshd's and that the node is not overloaded.`;
  return new LinkError('timeout', describe, what);
}

function socketCode(raw: RawError): string | null {
  if (typeof raw.code === 'string') return raw.code;
  // Node tries several addresses and then reports all failures together.
  for (const each of raw.errors ?? []) {
    if (each instanceof Error && 'code' in each && typeof each.code === 'string') return each.code;
  }
  return null;
}

function socketFailure(code: string, context: FailureContext): LinkError {
  const { describe, alias, host, stage } = context;
  if (stage === 'ready') return lost(describe, code);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_NONAME':
    case 'EAI_NODATA':
      return new LinkError(
        'no-such-host',
        describe,
        alias.toLowerCase() === host.toLowerCase()
          ? `No such alias or host: neither the ssh configuration nor DNS knows ${JSON.stringify(host)}. Check the spelling.`
          : `The ssh configuration says that ${JSON.stringify(alias)} is ${JSON.stringify(host)}, and DNS does not know that host. ` +
              `Check HostName.`,
      );
    case 'EAI_AGAIN':
      return new LinkError(
        'no-such-host',
        describe,
        `The name ${JSON.stringify(host)} could not be looked up: DNS does not answer. Check the network, or use an address.`,
      );
    case 'ECONNREFUSED':
      return new LinkError(
        'refused',
        describe,
        `${describe} refused the connection: nothing listens on that port. Check the port, and that sshd runs there.`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return new LinkError(
        'no-route',
        describe,
        `There is no route to ${describe} (${code}). Check the network or VPN, and that the node is up.`,
      );
    case 'ETIMEDOUT':
      return timedOut(context);
    case 'ECONNRESET':
    case 'EPIPE':
      return closedEarly(context);
    default:
      return stage === 'connecting'
        ? new LinkError(
            'no-route',
            describe,
            `${describe} could not be reached (${code}). Check the address and the network.`,
          )
        : closedEarly(context);
  }
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
