// known_hosts: its lines, and what they say about a host key. Follows sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type Marker = 'none' | 'revoked' | 'cert-authority';

export interface KnownHostLine {
  readonly marker: Marker;
  /** The first field: a hash, or a comma list of patterns. */
  readonly hosts: string;
  readonly keyType: string;
  readonly key: Buffer;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** The name under which a host is looked up: its HostName, or its HostKeyAlias (which never carries a port). */
export interface HostName {
  readonly host: string;
  readonly port: number;
}

export type HostKeyVerdict =
  | { readonly kind: 'trusted'; readonly line: KnownHostLine }
  /** `authorities`: lines that trust a certificate authority for this host, which this reader does not support. */
  | { readonly kind: 'unknown'; readonly authorities: readonly KnownHostLine[] }
  /** `known`: the keys that the host is known by, none of which is the one it showed. */
  | { readonly kind: 'changed'; readonly known: readonly KnownHostLine[] }
  | { readonly kind: 'revoked'; readonly line: KnownHostLine };

const MARKERS: Readonly<Record<string, Marker>> = { '@revoked': 'revoked', '@cert-authority': 'cert-authority' };
const DEFAULT_PORT = 22;

/** The lines of a known_hosts file. Like OpenSSH it passes over what it cannot read (comments, protocol-1 keys, junk). */
export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  const lines: KnownHostLine[] = [];
  text.split('\n').forEach((raw, index) => {
    const fields = raw.trim().split(/[ \t]+/);
    const [first = ''] = fields;
    if (first === '' || first.startsWith('#')) return;
    const marker = first.startsWith('@') ? MARKERS[first] : 'none';
    if (marker === undefined) return;
    const [hosts, keyType, encoded] = marker === 'none' ? fields : fields.slice(1);
    if (hosts === undefined || keyType === undefined || encoded === undefined) return;
    const key = Buffer.from(encoded, 'base64');
    if (keyTypeOf(key) !== keyType) return;
    lines.push({ marker, hosts, keyType, key, file, line: index + 1 });
  });
  return lines;
}

/** The type that a public key blob says of itself (its first string), or undefined when it is cut. */
export function keyTypeOf(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length <= 4 + length) return undefined;
  return key.toString('latin1', 4, 4 + length);
}

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** `host`, or `[host]:port` when the port is not 22. */
export function knownHostsName(name: HostName): string {
  const host = name.host.toLowerCase();
  return name.port === DEFAULT_PORT ? host : `[${host}]:${name.port}`;
}

/** All lines that speak of this host, under exactly this name. Without a port in it, `name` means port 22. */
export function linesFor(lines: readonly KnownHostLine[], name: string): KnownHostLine[] {
  return lines.filter((line) => matchesHosts(line.hosts, name));
}

/**
 * What the lines say about a key that a host showed.
 *
 * A host that is known by keys of other types only is `changed`, not `unknown` as in OpenSSH: we ask for the known types
 * first, so a host that still had the known key would have shown it.
 */
export function judgeHostKey(lines: readonly KnownHostLine[], name: HostName, key: Buffer): HostKeyVerdict {
  const own = linesFor(lines, knownHostsName(name));
  // OpenSSH also accepts the key that the host has on port 22; it never holds that one against the host.
  const plain = name.port === DEFAULT_PORT ? [] : linesFor(lines, name.host.toLowerCase());
  const same = [...own, ...plain].filter((line) => line.key.equals(key));

  const revoked = same.find((line) => line.marker === 'revoked');
  if (revoked !== undefined) return { kind: 'revoked', line: revoked };
  const known = own.filter((line) => line.marker === 'none');
  const trusted = same.find((line) => line.marker === 'none');
  if (trusted !== undefined && (known.length === 0 || known.some((line) => line.key.equals(key)))) {
    return { kind: 'trusted', line: trusted };
  }
  if (known.length > 0) return { kind: 'changed', known };
  return { kind: 'unknown', authorities: own.filter((line) => line.marker === 'cert-authority') };
}

/** The key types by which a host is known, without doubles, in the order of the lines. */
export function knownKeyTypes(lines: readonly KnownHostLine[], name: HostName): string[] {
  const own = linesFor(lines, knownHostsName(name));
  const plain = name.port === DEFAULT_PORT ? [] : linesFor(lines, name.host.toLowerCase());
  const types = (some: readonly KnownHostLine[]): string[] =>
    some.filter((line) => line.marker === 'none').map((line) => line.keyType);
  const ownTypes = types(own);
  return [...new Set(ownTypes.length > 0 ? ownTypes : types(plain))];
}

/** A new line for a known_hosts file, without the line end. With a salt (20 bytes) the name is hashed. */
export function formatKnownHost(name: HostName, key: Buffer, salt: Buffer | null): string {
  const plain = knownHostsName(name);
  const hosts = salt === null ? plain : `|1|${salt.toString('base64')}|${hashName(plain, salt).toString('base64')}`;
  return `${hosts} ${keyTypeOf(key)} ${key.toString('base64')}`;
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  let matched = false;
  for (const pattern of hosts.split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcard(negated ? pattern.slice(1) : pattern).test(name)) continue;
    // One negated match rules the line out, wherever it stands in the list.
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `|1|base64 salt|base64 HMAC-SHA1(salt, name)`; 1 is the only scheme there is. */
function matchesHash(hosts: string, name: string): boolean {
  const [, scheme, salt, hash] = hosts.split('|');
  if (scheme !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const actual = hashName(name, Buffer.from(salt, 'base64'));
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}

function hashName(name: string, salt: Buffer): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\/-]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`);
}
