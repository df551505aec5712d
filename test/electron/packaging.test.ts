// What packages are made with: the four kinds, an archive, and every fuse set the way that closes a door.
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../architecture/source-file.ts';

function json(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(REPOSITORY, path), 'utf8')) as Record<string, unknown>;
}

/** The fuses of Electron 45, as @electron/fuses and electron-builder call them. */
const CLOSED = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

/** What is open, as sentences; the same check that the real file has to pass. */
function openFuses(configuration: Record<string, unknown>): readonly string[] {
  const set = (configuration['electronFuses'] ?? {}) as Record<string, unknown>;
  return [
    ...Object.entries(CLOSED).flatMap(([name, value]) => (set[name] === value ? [] : [`${name} is not ${value}`])),
    ...Object.keys(set).flatMap((name) => (name in CLOSED ? [] : [`${name} is no fuse that this test knows`])),
    // Without an archive there is nothing whose integrity is checked.
    ...(configuration['asar'] === true ? [] : ['asar is not true']),
  ];
}

describe('the configuration of electron-builder', () => {
  const configuration = json('electron-builder.json');

  it('closes every fuse, and packs an archive', () => {
    expect(openFuses(configuration)).toEqual([]);
  });

  it('the check of the fuses catches one that is open, absent or unknown', () => {
    const fuses = { ...CLOSED, runAsNode: true, other: false };
    const { onlyLoadAppFromAsar: _absent, ...rest } = fuses;
    expect(openFuses({ electronFuses: rest })).toEqual([
      'runAsNode is not false',
      'onlyLoadAppFromAsar is not true',
      'other is no fuse that this test knows',
      'asar is not true',
    ]);
  });

  it('makes an AppImage, a deb, a dmg and an installer, and publishes nothing', () => {
    const targets = ['linux', 'mac', 'win'].map((system) => (configuration[system] as { target: unknown }).target);
    expect(targets).toEqual([['AppImage', 'deb'], ['dmg'], ['nsis']]);
    expect(configuration['publish']).toBeNull();
  });

  it('packs the built program, its page, demos and fonts, and no source, test or tool', () => {
    const parts = ['electron', 'renderer', 'demos', 'fonts'].map((folder) => `dist/${folder}/**`);
    expect(configuration['files']).toEqual([...parts, 'package.json']);
    // The renderer of PNG reads its font from the disk.
    expect(configuration['asarUnpack']).toEqual(['dist/fonts/**']);
    expect(json('package.json')['main']).toBe('dist/electron/main.js');
  });
});

describe('Electron', () => {
  it('is in the lock in the major version that package.json asks for, and not older than the one this was written for', () => {
    const { devDependencies } = json('package.json') as { devDependencies: Record<string, string> };
    const { packages } = json('package-lock.json') as unknown as { packages: Record<string, { version?: string }> };
    const major = (text = ''): number => Number(/^\^?(\d+)\./.exec(text)?.[1]);
    const locked = packages['node_modules/electron']?.version;
    expect(major(locked)).toBe(major(devDependencies['electron']));
    expect(major(locked)).toBeGreaterThanOrEqual(45);
  });
});
