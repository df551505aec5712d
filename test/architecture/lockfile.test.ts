// The lock file installs everywhere, no file names a package registry, and the guards of both catch planted violations.
import { describe, expect, it } from 'vitest';
import { exactVersionGuard, lockGapGuard, registryHostGuard } from './lockfile.ts';
import { printed, readRepository, type Guard } from './source-file.ts';

const repository = readRepository();

function lock(packages: object): { path: string; text: string } {
  return { path: 'package-lock.json', text: JSON.stringify({ packages }) };
}

describe('this repository', () => {
  it.each<[string, Guard]>([
    ['the lock file has every optional package that its packages name', lockGapGuard],
    ['the linter and its type checker are pinned', exactVersionGuard],
    ['no file names a registry or a mirror', registryHostGuard],
  ])('%s', (_name, guard) => {
    expect(printed(guard(repository))).toEqual([]);
  });
});

describe('lock gaps', () => {
  const wanting = { optionalDependencies: { '@tool/binding-darwin-arm64': '1.0.0' } };

  it('catches a platform package that is missing', () => {
    expect(printed(lockGapGuard([lock({ 'node_modules/tool': wanting })]))).toEqual([
      'package-lock.json node_modules/tool wants @tool/binding-darwin-arm64, which the lock lacks',
    ]);
  });

  it('finds it beside the package, inside it, and inside the package that it belongs to', () => {
    const there = {};
    const name = 'node_modules/@tool/binding-darwin-arm64';
    expect(lockGapGuard([lock({ 'node_modules/tool': wanting, [name]: there })])).toEqual([]);
    expect(lockGapGuard([lock({ 'node_modules/tool': wanting, [`node_modules/tool/${name}`]: there })])).toEqual([]);
    const nested = { 'node_modules/a/node_modules/tool': wanting, [`node_modules/a/${name}`]: there };
    expect(lockGapGuard([lock(nested)])).toEqual([]);
    expect(lockGapGuard([lock({ ...nested, 'node_modules/b/node_modules/tool': wanting })])).toHaveLength(1);
  });

  it('catches a lock that names a host, and no lock at all', () => {
    const resolved = 'https://packages.example/tool.tgz';
    expect(lockGapGuard([lock({ 'node_modules/tool': { resolved } })])).toHaveLength(1);
    expect(lockGapGuard([])).toHaveLength(1);
  });
});

describe('exact versions', () => {
  it.each(['^1.89.0', '1.x', 'latest', undefined])('catches %s', (version) => {
    const devDependencies = { oxlint: version, 'oxlint-tsgolint': '7.0.2004' };
    const text = JSON.stringify({ devDependencies });
    expect(exactVersionGuard([{ path: 'package.json', text }])).toHaveLength(1);
  });
});

describe('registries', () => {
  // In pieces, so that this file does not contain what the guard looks for.
  it.each([
    ['registry', 'npmjs', 'org'].join('.'),
    ['npm', 'example', 'com'].join('.'),
    ['mirror', 'example', 'cn'].join('.'),
    ['registry', '=https://packages.example/'].join(''),
    ['//packages.example/:_auth', 'Token=abc'].join(''),
  ])('catches %s', (text) => {
    expect(registryHostGuard([{ path: '.npmrc', text: `fund=false\n${text}\n` }])).toEqual([
      { path: '.npmrc', line: 2, says: 'names a package registry or a mirror' },
    ]);
  });

  it('lets words and other hosts pass', () => {
    const text = 'A registry that cannot be reached. See nodejs.org and the npm registry.';
    expect(registryHostGuard([{ path: 'README.md', text }])).toEqual([]);
  });
});
