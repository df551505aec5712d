// What the user typed as TARGET: `local`, `demo[:scenario]`, an ssh alias, or `[user@]host[:port]`.
import { isIPv6 } from 'node:net';
import { LinkError } from './link-error.ts';

export interface SshTarget {
  readonly kind: 'ssh';
  /** As typed, for messages. */
  readonly text: string;
  /** Null when not given: the ssh configuration decides. */
  readonly user: string | null;
  /** An alias, a name or an address (IPv6 without its brackets). */
  readonly host: string;
  readonly port: number | null;
}

export type Target =
  | { readonly kind: 'local'; readonly text: string }
  | { readonly kind: 'demo'; readonly text: string; readonly scenario: string | null }
  | SshTarget;

const GRAMMAR = 'a target is an ssh alias, [user@]host[:port], [IPv6]:port, "local", or "demo[:scenario]"';

/** What OpenSSH 9.6 and later refuse in a host or user: it could reach a shell through ProxyCommand or Match exec. */
const UNSAFE = /[\s'"`$\\;&<>|(){}*?!,#/\p{Cc}\p{Cf}]/u;

/** Reads a TARGET; throws a LinkError `bad-target` that says what is wrong with it. */
export function parseTarget(text: string): Target {
  const refuse = (what: string): LinkError =>
    new LinkError('bad-target', text, `Target ${JSON.stringify(text)} ${what}; ${GRAMMAR}.`);

  if (text === '') throw refuse('is empty');
  // ssh would read it as an option, for example -oProxyCommand=…
  if (text.startsWith('-')) throw refuse('begins with "-"');
  if (/[\s\p{Cc}]/u.test(text)) throw refuse('has a blank or a control character in it');
  if (text === 'local') return { kind: 'local', text };
  if (text === 'demo') return { kind: 'demo', text, scenario: null };
  if (text.startsWith('demo:')) return { kind: 'demo', text, scenario: scenarioName(text, refuse) };
  if (/^[a-z]+:\/\//i.test(text)) throw refuse('looks like a URL');

  // The last @, as ssh does it: a user name may contain one (Kerberos principals).
  const at = text.lastIndexOf('@');
  const user = at === -1 ? null : text.slice(0, at);
  if (user === '') throw refuse('has no user before "@"');
  if (user?.startsWith('-') === true) throw refuse('has a user that begins with "-"');
  if (user !== null && UNSAFE.test(user)) throw refuse('has a character in its user that ssh does not allow');

  const { host, port } = hostAndPort(text.slice(at + 1), refuse);
  if (host === '') throw refuse('has no host');
  if (host.startsWith('-')) throw refuse('has a host that begins with "-"');
  if (UNSAFE.test(host)) throw refuse('has a character in its host that ssh does not allow');
  return { kind: 'ssh', text, user, host, port };
}

function scenarioName(text: string, refuse: (what: string) => LinkError): string {
  const name = text.slice('demo:'.length);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw refuse('names no demo scenario after "demo:"');
  return name;
}

function hostAndPort(text: string, refuse: (what: string) => LinkError): { host: string; port: number | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const [, host = '', port] = bracketed;
    if (!isIPv6(host)) throw refuse('has something in brackets that is not an IPv6 address');
    return { host, port: port === undefined ? null : portNumber(port, refuse) };
  }
  if (/[[\]]/.test(text)) throw refuse('has brackets in the wrong place');
  if (isIPv6(text)) return { host: text, port: null };
  const colon = text.indexOf(':');
  if (colon === -1) return { host: text, port: null };
  if (colon !== text.lastIndexOf(':')) throw refuse('has more than one ":" and is not an IPv6 address');
  return { host: text.slice(0, colon), port: portNumber(text.slice(colon + 1), refuse) };
}

function portNumber(text: string, refuse: (what: string) => LinkError): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= 65535)) throw refuse(`has the port ${JSON.stringify(text)}, which is not 1 to 65535`);
  return port;
}
