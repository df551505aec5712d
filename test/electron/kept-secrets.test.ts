// What the user asked to keep is encrypted by the system or not kept; what is forgotten is gone from the disk.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptSecrets } from '../../electron/kept-secrets.ts';

const place = { folder: '' };
const file = (): string => join(place.folder, 'data', 'secrets.json');

beforeEach(() => {
  place.folder = mkdtempSync(join(tmpdir(), 'residuum-secrets-'));
});

afterEach(() => {
  rmSync(place.folder, { recursive: true, force: true });
});

type Backend = 'basic_text' | 'gnome_libsecret' | 'unknown';

/** Turns each byte over: enough to see that what is on the disk went through it. `key` stands for the user's keyring. */
function keyring({ isOpen = true, backend = 'gnome_libsecret' as Backend, key = 0x5a } = {}) {
  const turned = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ key));
  return {
    isEncryptionAvailable: () => isOpen,
    getSelectedStorageBackend: () => backend,
    encryptString: (text: string) => turned(Buffer.from(`ok:${text}`)),
    decryptString: (bytes: Buffer) => {
      const text = turned(bytes).toString();
      if (!text.startsWith('ok:')) throw new Error('Error while decrypting the ciphertext provided.');
      return text.slice(3);
    },
  };
}

const SECRET = 'correct horse battery staple';

describe('keeping', () => {
  it('gives back what was kept, also after a restart, and the disk has no secret', () => {
    keptSecrets(keyring(), 'linux', file()).keep('key /home/a/.ssh/id', SECRET);
    const again = keptSecrets(keyring(), 'linux', file());
    expect([again.read('key /home/a/.ssh/id'), again.read('another'), again.names()]).toEqual([
      SECRET,
      undefined,
      ['key /home/a/.ssh/id'],
    ]);
    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 20));
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('keeps nothing by itself: no file is made by asking', () => {
    const secrets = keptSecrets(keyring(), 'linux', file());
    expect([secrets.refusal(), secrets.read('a'), secrets.names()]).toEqual([undefined, undefined, []]);
    expect(() => statSync(file())).toThrow('ENOENT');
  });

  it('is not confused by names that objects have anyway', () => {
    const secrets = keptSecrets(keyring(), 'linux', file());
    secrets.keep('a', SECRET);
    expect(secrets.read('toString')).toBeUndefined();
    expect(secrets.read('__proto__')).toBeUndefined();
  });
});

describe('forgetting', () => {
  it('removes it from the disk, and nothing else', () => {
    const secrets = keptSecrets(keyring(), 'linux', file());
    secrets.keep('one', SECRET);
    secrets.keep('two', 'other');
    const before = readFileSync(file(), 'utf8');
    secrets.forget('one');
    expect(secrets.names()).toEqual(['two']);
    expect(secrets.read('two')).toBe('other');
    expect(readFileSync(file(), 'utf8').length).toBeLessThan(before.length);
  });

  it('works where nothing can be kept any more', () => {
    keptSecrets(keyring(), 'linux', file()).keep('one', SECRET);
    const locked = keptSecrets(keyring({ isOpen: false }), 'linux', file());
    expect(locked.read('one')).toBeUndefined();
    locked.forget('one');
    expect(locked.names()).toEqual([]);
  });
});

describe('refusing', () => {
  it.each([
    ['no keyring is open', keyring({ isOpen: false }), 'linux', 'has no keyring that is open'],
    ['the backend hides instead of encrypting', keyring({ backend: 'basic_text' }), 'linux', 'has no keyring (secret'],
  ] as const)('when %s, with a sentence and no file', (_why, encryption, platform, sentence) => {
    const secrets = keptSecrets(encryption, platform, file());
    expect(secrets.refusal()).toContain(sentence);
    expect(() => secrets.keep('one', SECRET)).toThrow(sentence);
    expect(() => statSync(file())).toThrow('ENOENT');
  });

  it('asks for the backend on Linux only, where there is one', () => {
    const { isEncryptionAvailable, encryptString, decryptString } = keyring();
    const elsewhere = keptSecrets({ isEncryptionAvailable, encryptString, decryptString }, 'darwin', file());
    expect(elsewhere.refusal()).toBeUndefined();
  });

  it('treats what another keyring encrypted as never kept', () => {
    keptSecrets(keyring({ key: 1 }), 'linux', file()).keep('one', SECRET);
    expect(keptSecrets(keyring({ key: 2 }), 'linux', file()).read('one')).toBeUndefined();
  });

  it('refuses a store that it did not write, instead of losing it', () => {
    const secrets = keptSecrets(keyring(), 'linux', join(place.folder, 'strange.json'));
    writeFileSync(join(place.folder, 'strange.json'), '{"version":2}');
    expect(() => secrets.read('one')).toThrow('version');
    expect(() => secrets.keep('one', SECRET)).toThrow('version');
    expect(readFileSync(join(place.folder, 'strange.json'), 'utf8')).toBe('{"version":2}');
  });
});
