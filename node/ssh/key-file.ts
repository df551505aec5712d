// A private key file: the key, or why it cannot be used as it is.
import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { ParsedKey } from 'ssh2';

export type KeyFile =
  | { readonly state: 'private'; readonly key: ParsedKey; readonly blob: Buffer }
  /** A public key file may stand in for a key that only the agent holds. */
  | { readonly state: 'public'; readonly blob: Buffer }
  /** `blob` is the public half where it could be read, to look for the key in the agent. */
  | { readonly state: 'encrypted'; readonly blob: Buffer | null }
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly why: string };

const OPENSSH_MAGIC = 'openssh-key-v1\0';

/** Reads one key file. Never throws: what is wrong with it is part of the answer. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  let text: Buffer;
  try {
    text = await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    return code === 'ENOENT'
      ? { state: 'missing' }
      : { state: 'unreadable', why: `a key file cannot be read (${code})` };
  }
  const key = parse(text);
  if (key instanceof Error) {
    if (/encrypted|passphrase/i.test(key.message)) {
      return { state: 'encrypted', blob: (await besideIt(path)) ?? publicHalf(text) };
    }
    return { state: 'unreadable', why: `a key file is not in a format that can be used (${key.message})` };
  }
  const blob = key.getPublicSSH();
  return key.isPrivateKey() ? { state: 'private', key, blob } : { state: 'public', blob };
}

function parse(text: Buffer): ParsedKey | Error {
  // The types leave out that some formats answer a list (OpenSSH's own holds one key).
  const parsed: ParsedKey | Error | readonly ParsedKey[] = ssh2.utils.parseKey(text);
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error) return key;
  return isKey(key) ? key : new Error('it holds no key');
}

function isKey(value: unknown): value is ParsedKey {
  return typeof value === 'object' && value !== null && 'getPublicSSH' in value && 'isPrivateKey' in value;
}

async function besideIt(path: string): Promise<Buffer | null> {
  try {
    const key = parse(await readFile(`${path}.pub`));
    return key instanceof Error ? null : key.getPublicSSH();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return null;
  }
}

/** OpenSSH's own format keeps the public half in the clear: cipher, kdf, kdf options, count, public key. */
function publicHalf(text: Buffer): Buffer | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text.toString('latin1'))?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  if (!bytes.subarray(0, OPENSSH_MAGIC.length).equals(Buffer.from(OPENSSH_MAGIC))) return null;
  let at = OPENSSH_MAGIC.length;
  for (let skipped = 0; skipped < 3; skipped += 1) {
    if (at + 4 > bytes.length) return null;
    at += 4 + bytes.readUInt32BE(at);
  }
  at += 4;
  if (at + 4 > bytes.length) return null;
  const length = bytes.readUInt32BE(at);
  return at + 4 + length > bytes.length ? null : bytes.subarray(at + 4, at + 4 + length);
}
