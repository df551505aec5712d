// A checkout is prepared only on a Node that can run it, and built again exactly when an input of the build changed.
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFingerprint, ROOT, sourceFingerprint } from '../../scripts/checkout.mjs';
import { lock, nodeIsNewEnough, requireNode } from '../../scripts/prepare.mjs';

describe('the Node version', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '22.20.1', '23.0.0', '24.1.0', '26.10.0'])('takes %s', (version) => {
    expect(nodeIsNewEnough(version)).toBe(true);
  });

  it.each(['18.20.4', '20.18.3', '21.7.3', '22.11.0', '16.0.0', 'nonsense'])('refuses %s', (version) => {
    expect(nodeIsNewEnough(version)).toBe(false);
    expect(() => requireNode(version)).toThrow(`Residuum needs Node 20.19 (or 22.12) or newer, and this is ${version}`);
  });
});

describe('fingerprints', () => {
  const checkout = { root: '' };

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(checkout.root, path)), { recursive: true });
    writeFileSync(join(checkout.root, path), text);
  };

  beforeEach(() => {
    checkout.root = mkdtempSync(join(tmpdir(), 'residuum-checkout-'));
    write('package-lock.json', '{}');
    write('shared/probe/probe.sh', 'main() { :; }\n');
    write('cli/main.ts', 'go();\n');
  });

  afterEach(() => {
    rmSync(checkout.root, { recursive: true, force: true });
  });

  it.each<[string, () => void]>([
    ['an edited script', () => write('shared/probe/probe.sh', 'main() { true; }\n')],
    ['a new file', () => write('node/link/link.ts', '')],
    ['a deleted file', () => rmSync(join(checkout.root, 'cli/main.ts'))],
    ['another configuration', () => write('vite.config.ts', 'export {};')],
    ['other packages', () => write('package-lock.json', '{"a":1}')],
  ])('change with %s', (_what, change) => {
    const before = sourceFingerprint(checkout.root);
    change();
    expect(sourceFingerprint(checkout.root)).not.toBe(before);
  });

  it('do not change with a touched file, a test or a document', () => {
    const before = sourceFingerprint(checkout.root);
    utimesSync(join(checkout.root, 'cli/main.ts'), 1, 1);
    write('test/a.test.ts', '');
    write('README.md', '');
    expect(sourceFingerprint(checkout.root)).toBe(before);
  });

  it('of the lock file change with the lock file', () => {
    const before = lockFingerprint(checkout.root);
    write('package-lock.json', '{"a":1}');
    expect(lockFingerprint(checkout.root)).not.toBe(before);
  });
});

describe('the lock of a checkout', () => {
  const name = `test-lock-${process.pid}`;
  const folder = join(ROOT, '.cache', name);
  const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not taken from an owner who has not written its pid yet, by one who has waited long', async () => {
    const unlock = await lock(() => undefined, name);
    const next = { hasIt: false };
    const waiting = lock(() => undefined, name).finally(() => (next.hasIt = true));
    // Longer than an empty folder is left alone.
    await soon(1_500);
    rmSync(join(folder, 'pid'));
    await soon(300);
    expect(next.hasIt).toBe(false);
    writeFileSync(join(folder, 'pid'), String(process.pid));
    unlock();
    (await waiting)();
    expect(existsSync(folder)).toBe(false);
  });

  it('goes on to the next when its owner was killed, and when it left an empty folder', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'pid'), '4999999');
    (await lock(() => undefined, name))();
    mkdirSync(folder);
    (await lock(() => undefined, name))();
    expect(existsSync(folder)).toBe(false);
  });
});
