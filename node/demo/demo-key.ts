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

/** ssh2 drops a public half's first byte when it is 0 (its issue 1390), and then cannot read the key: one in 256. */
const ATTEMPTS = 32;

export function makeDemoKey(): DemoKey {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const privateText = ssh2.utils.generateKeyPairSync('ed25519').private;
    // The types leave out that this format answers a list.
    const parsed: ParsedKey | Error | readonly (ParsedKey | Error)[] = ssh2.utils.parseKey(privateText);
    const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    if (isKey(key)) return { privateText, key, blob: key.getPublicSSH() };
  }
  throw new Error('ssh2 made no key that it can read');
}

function isKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && 'getPublicSSH' in value && 'verify' in value;
}
