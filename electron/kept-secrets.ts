// Secrets that the user asked to keep, such as the passphrase of a key: encrypted by the system, or not kept at all.
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import { readSmallFile, writeSmallFile } from './small-file.ts';

const kept = z.strictObject({ version: z.literal(1), secrets: z.record(z.string(), z.base64()) });
type Kept = z.infer<typeof kept>;

type Encryption = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'> &
  Partial<Pick<SafeStorage, 'getSelectedStorageBackend'>>;

/** Nothing is kept unless `keep` is called for it, and `forget` really removes it. */
export interface KeptSecrets {
  /** Why nothing can be kept on this machine, as a sentence; undefined when it can. */
  refusal(): string | undefined;
  /** Throws the refusal. */
  keep(name: string, secret: string): void;
  /** Undefined when it was never kept, was forgotten, or cannot be decrypted any more (another user or keyring). */
  read(name: string): string | undefined;
  forget(name: string): void;
  names(): readonly string[];
}

/** `path` is the store's only file. Ask only after the app is ready: the keyring is not there before. */
export function keptSecrets(encryption: Encryption, platform: NodeJS.Platform, path: string): KeptSecrets {
  const refusal = (): string | undefined => {
    if (!encryption.isEncryptionAvailable()) {
      return 'This machine has no keyring that is open, so nothing is kept: type it again next time, or use ssh-agent.';
    }
    // Its key is in every copy of Electron: that is hiding, not encrypting.
    if (platform === 'linux' && encryption.getSelectedStorageBackend?.() === 'basic_text') {
      return 'This desktop has no keyring (secret service or KWallet), so nothing is kept: use ssh-agent instead.';
    }
    return undefined;
  };
  const load = (): Kept['secrets'] => {
    const text = readSmallFile(path);
    return text === undefined ? {} : kept.parse(JSON.parse(text)).secrets;
  };
  const save = (secrets: Kept['secrets']): void =>
    writeSmallFile(path, `${JSON.stringify({ version: 1, secrets } satisfies Kept)}\n`);
  return {
    refusal,
    keep: (name, secret) => {
      const why = refusal();
      if (why !== undefined) throw new Error(why);
      save({ ...load(), [name]: encryption.encryptString(secret).toString('base64') });
    },
    read: (name) => {
      const text = new Map(Object.entries(load())).get(name);
      if (text === undefined || refusal() !== undefined) return undefined;
      try {
        return encryption.decryptString(Buffer.from(text, 'base64'));
      } catch {
        // What another keyring encrypted is of no use here; the user is asked as if it had never been kept.
        return undefined;
      }
    },
    forget: (name) => save(Object.fromEntries(Object.entries(load()).filter(([each]) => each !== name))),
    names: () => Object.keys(load()).sort(),
  };
}
