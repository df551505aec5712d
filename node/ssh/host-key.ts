// Deciding about a host key: which types to ask for, and the sentence when it is not trusted.
import { LinkError } from '../link/link-error.ts';
import {
  fingerprint,
  judgeHostKey,
  keyTypeOf,
  knownHostsName,
  type HostName,
  type KnownHostLine,
} from './known-hosts.ts';

export type HostKeyDecision =
  | { readonly kind: 'trusted' }
  /** Not known yet, and the user said that this is fine: to be remembered once the node has proved to hold it. */
  | { readonly kind: 'new' }
  | { readonly kind: 'refused'; readonly error: LinkError };

/** What a link needs to know to check a host key; `demo` nodes and tests may bring their own. */
export interface HostKeyPolicy {
  /** Key types by which the node is known, to ask for them first, as OpenSSH does. */
  readonly knownTypes: readonly string[];
  decide(key: Buffer): HostKeyDecision;
}

/** Which unknown key the user accepts: none, any, or the one with this fingerprint (SHA256:…), which was looked at. */
export type AcceptNewKey = 'none' | 'any' | `SHA256:${string}`;

export interface HostKeyContext {
  readonly lines: readonly KnownHostLine[];
  readonly name: HostName;
  /** `user@host:port`. */
  readonly describe: string;
  readonly files: readonly string[];
  readonly acceptNew: AcceptNewKey;
}

/** ssh2's own order; naming an algorithm that the crypto library lacks makes ssh2 throw, so add none here. */
const ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;

export type HostKeyAlgorithm = (typeof ALGORITHMS)[number];

/** The algorithms to offer: those of the known key types first, so that a known node does not look unknown. */
export function hostKeyAlgorithms(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const typeOf = (algorithm: HostKeyAlgorithm): string => (algorithm.startsWith('rsa-sha2') ? 'ssh-rsa' : algorithm);
  const first = ALGORITHMS.filter((algorithm) => knownTypes.includes(typeOf(algorithm)));
  return [...first, ...ALGORITHMS.filter((algorithm) => !first.includes(algorithm))];
}

/** Judges a key against known_hosts; `acceptNew` helps an unknown key and nothing else. */
export function decideHostKey(context: HostKeyContext, key: Buffer): HostKeyDecision {
  const verdict = judgeHostKey(context.lines, context.name, key);
  switch (verdict.kind) {
    case 'trusted':
      return { kind: 'trusted' };
    case 'revoked':
      return { kind: 'refused', error: revoked(context, key, verdict.line) };
    case 'changed':
      return { kind: 'refused', error: changed(context, key, verdict.known) };
    case 'unknown':
      return isAccepted(context.acceptNew, key)
        ? { kind: 'new' }
        : { kind: 'refused', error: unknown(context, key, verdict.authorities) };
  }
}

/** `ssh-ed25519 SHA256:…`. */
export function showKey(key: Buffer): string {
  return `${keyTypeOf(key) ?? 'unknown type'} ${fingerprint(key)}`;
}

function isAccepted(accepted: AcceptNewKey, key: Buffer): boolean {
  return accepted === 'any' || accepted === fingerprint(key);
}

function unknown(context: HostKeyContext, key: Buffer, authorities: readonly KnownHostLine[]): LinkError {
  const [authority] = authorities;
  const about =
    authority === undefined
      ? ''
      : ` A certificate authority is trusted for it (@cert-authority), but host certificates are not supported yet.`;
  const { acceptNew } = context;
  const other =
    acceptNew === 'none' || acceptNew === 'any' ? '' : ` It is not the key that was accepted, which is ${acceptNew}.`;
  return new LinkError(
    'host-key-unknown',
    context.describe,
    `The host key of ${context.describe} is not known: ${showKey(key)}.${about}${other} ` +
      `Compare it with the node's own ("ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub" there), then connect once with ` +
      `--accept-new-host-key, or once with ssh. Looked in: ${places(context)}`,
  );
}

function changed(context: HostKeyContext, key: Buffer, known: readonly KnownHostLine[]): LinkError {
  const name = knownHostsName(context.name);
  const before = known.map((line) => `${showKey(line.key)} (line ${line.line})`).join(', ');
  const [first] = known;
  const file = first === undefined ? places(context) : first.file;
  return new LinkError(
    'host-key-changed',
    context.describe,
    `The host key of ${context.describe} has changed: it shows ${showKey(key)}, and it is known by ${before}. ` +
      `Either the node was set up again, or something else answers in its place. Ask whoever runs it; ` +
      `if the change is right, remove the old key with "ssh-keygen -R '${name}' -f FILE". FILE is ${file}`,
  );
}

function revoked(context: HostKeyContext, key: Buffer, line: KnownHostLine): LinkError {
  return new LinkError(
    'host-key-revoked',
    context.describe,
    `The host key of ${context.describe} is revoked: ${showKey(key)} (@revoked, line ${line.line}). ` +
      `Do not connect; ask whoever runs the node for its new key. The line is in ${line.file}`,
  );
}

function places(context: HostKeyContext): string {
  return context.files.length === 0 ? 'no known_hosts file' : context.files.join(' ');
}
