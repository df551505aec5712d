// A key pair for one run of the demo: made in memory, written nowhere.
import ssh2 from 'ssh2';
import type { ParsedKey } from 'ssh2';

export interface DemoKey {
  /** In OpenSSH's format, for a server. */
  readonly privateText: string;
  readonly key: ParsedKey;
  /** The public half as it goes over the wire. */
  readonly blob: Buffer;
}

export function makeDemoKey(): DemoKey {
  const privateText = ssh2.utils.generateKeyPairSync('ed25519').private;
  // The types leave out that this format answers a list.
  const parsed: ParsedKey | Error | readonly (ParsedKey | Error)[] = ssh2.utils.parseKey(privateText);
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isKey(key)) throw new Error('ssh2 cannot read the key that it made');
  return { privateText, key, blob: key.getPublicSSH() };
}

function isKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && 'getPublicSSH' in value && 'verify' in value;
}
