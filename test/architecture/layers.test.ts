// The directions between folders and to packages hold in this repository, and each guard catches a planted violation.
import { describe, expect, it } from 'vitest';
import {
  byNodeLayer,
  bySharedLayer,
  byTopFolder,
  cycleGuard,
  deadGrantGuard,
  deadPackageGuard,
  directionGuard,
  packageGuard,
  resolutionGuard,
} from './directions.ts';
import { printed, readRepository, type Guard, type SourceFile } from './source-file.ts';
import { FOLDERS, NODE_LAYERS, PACKAGES, PROOFS, SHARED_LAYERS } from './table.ts';

const repository = readRepository();
const allFolders = { ...FOLDERS, ...PROOFS };

function file(path: string, text = ''): SourceFile {
  return { path, text };
}

function says(guard: Guard, ...files: readonly SourceFile[]): readonly string[] {
  return printed(guard(files));
}

describe('this repository', () => {
  it.each<[string, Guard]>([
    ['folders import only what their row grants', directionGuard(allFolders, byTopFolder)],
    ['layers of shared import only what their row grants', directionGuard(SHARED_LAYERS, bySharedLayer)],
    ['layers of node import only what their row grants', directionGuard(NODE_LAYERS, byNodeLayer)],
    ['no grant between folders is dead', deadGrantGuard(FOLDERS, byTopFolder)],
    ['no grant between layers is dead', deadGrantGuard(SHARED_LAYERS, bySharedLayer)],
    ['packages are imported only where their row says', packageGuard(PACKAGES)],
    ['no grant between layers of node is dead', deadGrantGuard(NODE_LAYERS, byNodeLayer)],
    ['no grant of a package is dead', deadPackageGuard(PACKAGES)],
    ['imports name existing files', resolutionGuard],
    ['no files import each other in a circle', cycleGuard],
  ])('%s', (_name, guard) => {
    expect(printed(guard(repository))).toEqual([]);
  });

  it('is really read: the guards see its files and their imports', () => {
    expect(repository.length).toBeGreaterThan(20);
    expect(
      directionGuard({ shared: [], test: [], node: [], cli: [], scripts: [], bench: [] }, byTopFolder)(repository),
    ).not.toEqual([]);
  });
});

describe('directions between folders', () => {
  const guard = directionGuard({ shared: [], node: ['shared'] }, byTopFolder);
  const shared = file('shared/base/a.ts', 'export const a = 1;');

  it.each([
    ['an import', `import { b } from '../../node/b.ts';`],
    ['a type', `import type { B } from '../../node/b.ts';`],
    ['an inline type', `import { type B } from '../../node/b.ts';`],
    ['an import for its effect', `import '../../node/b.ts';`],
    ['a re-export', `export { b } from '../../node/b.ts';`],
    ['a re-export of everything', `export * from '../../node/b.ts';`],
    ['a type re-export', `export type { B } from '../../node/b.ts';`],
    ['a dynamic import', `export const b = () => import('../../node/b.ts');`],
    ['a dynamic import in backticks', 'export const b = () => import(`../../node/b.ts`);'],
    ['a type written in place', `export type B = import('../../node/b.ts').B;`],
    ['raw text', `import b from '../../node/b.sh?raw';`],
  ])('catches %s that points the wrong way', (_what, text) => {
    expect(says(guard, file('shared/base/c.ts', text))).toEqual([
      expect.stringMatching(
        /^shared\/base\/c\.ts:1 shared must not import node \('\.\.\/\.\.\/node\/b\.(?:ts|sh\?raw)'\)/,
      ),
    ]);
  });

  it('lets the granted direction pass, and ignores imports that are only text', () => {
    expect(says(guard, shared, file('node/b.ts', `import { a } from '../shared/base/a.ts';`))).toEqual([]);
    expect(
      says(
        guard,
        file('shared/base/c.ts', `// import '../../node/b.ts'\nexport const c = "import '../../node/b.ts'";`),
      ),
    ).toEqual([]);
  });

  it('catches a folder without a row', () => {
    expect(says(guard, file('extra/a.ts'))).toEqual([
      'extra/a.ts the folder extra has no row in test/architecture/table.ts',
    ]);
  });

  it('catches an import of a folder without a row', () => {
    expect(says(guard, file('node/b.ts', `import '../extra/a.ts';`))).toHaveLength(1);
  });

  it('catches a product that imports its test', () => {
    const all = directionGuard(allFolders, byTopFolder);
    expect(says(all, file('node/b.ts', `import { kit } from '../test/kit/a.ts';`))).toHaveLength(1);
  });
});

describe('directions inside shared', () => {
  const guard = directionGuard(SHARED_LAYERS, bySharedLayer);

  it.each([
    ['base', 'model'],
    ['model', 'ledger'],
    ['engines', 'gates'],
    ['ledger', 'gates'],
    ['gates', 'session'],
    ['session', 'evidence'],
    ['recording', 'source'],
  ])('catches %s importing %s', (low, high) => {
    expect(says(guard, file(`shared/${low}/a.ts`, `import type { B } from '../${high}/b.ts';`))).toHaveLength(1);
  });
});

describe('directions inside node', () => {
  const guard = directionGuard(NODE_LAYERS, byNodeLayer);

  it.each([
    ['link', 'ssh'],
    ['accounting', 'ssh'],
    ['probe', 'recording'],
    ['recording', 'evidence'],
    ['demo', 'service'],
  ])('catches %s importing %s', (low, high) => {
    expect(says(guard, file(`node/${low}/a.ts`, `import type { B } from '../${high}/b.ts';`))).toHaveLength(1);
  });
});

it.each([
  ['shared', SHARED_LAYERS],
  ['node', NODE_LAYERS],
])('the layers of %s are ordered, so that no two may import each other', (_folder, layers) => {
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (layers[from] ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
  expect(Object.keys(layers).filter((layer) => reaches(layer, layer))).toEqual([]);
});

describe('dead grants', () => {
  const guard = deadGrantGuard({ shared: [], node: ['shared'] }, byTopFolder);
  const shared = file('shared/base/a.ts', 'export const a = 1;');

  it('catches a grant that no file uses', () => {
    expect(says(guard, shared, file('node/b.ts', 'export const b = 1;'))).toEqual([
      'test/architecture/table.ts the grant node -> shared is dead: no file uses it',
    ]);
  });

  it('waits until both folders have code', () => {
    expect(says(guard, file('node/b.ts', 'export const b = 1;'))).toEqual([]);
    expect(says(guard, shared)).toEqual([]);
  });

  it('catches a grant to a folder that is not in the table', () => {
    expect(says(deadGrantGuard({ node: ['comon'] }, byTopFolder))).toHaveLength(1);
  });
});

describe('packages', () => {
  const grants = { ssh2: ['node/ssh/ssh2-link.ts'], commander: ['cli/'], 'node:': ['node/'] };
  const guard = packageGuard(grants);

  it.each([
    ['a package outside its folder', 'node/a.ts', `import { Command } from 'commander';`],
    ['a package outside its one file', 'node/other-link.ts', `import ssh2 from 'ssh2';`],
    ['a type of it', 'node/other-link.ts', `import type { Client } from 'ssh2';`],
    ['a path inside a package', 'node/a.ts', `import x from 'commander/esm.mjs';`],
    ["Node's own modules in shared", 'shared/base/a.ts', `import { readFileSync } from 'node:fs';`],
    ['a package without a row', 'cli/a.ts', `import _ from '@scope/lodash/fp';`],
    ["Node's modules under their old name", 'node/a.ts', `import fs from 'fs';`],
    ['an address computed at run time', 'node/a.ts', `export const load = (name: string) => import(name);`],
  ])('catches %s', (_what, path, text) => {
    expect(says(guard, file(path, text))).toHaveLength(1);
  });

  it('lets granted imports pass', () => {
    const good = [
      file('node/ssh/ssh2-link.ts', `import ssh2 from 'ssh2';\nimport { join } from 'node:path';`),
      file('cli/main.ts', `import { Command } from 'commander';`),
    ];
    expect(says(guard, ...good)).toEqual([]);
    expect(says(deadPackageGuard(grants), ...good)).toEqual([]);
  });

  it('catches a dead grant: of a folder, and of a file that is gone', () => {
    expect(says(deadPackageGuard({ commander: ['cli/'] }), file('cli/main.ts', ''))).toHaveLength(1);
    expect(says(deadPackageGuard({ ssh2: ['node/ssh/ssh2-link.ts'] }))).toHaveLength(1);
  });
});

describe('resolution and cycles', () => {
  it('catches an import without its ending, and one of a file that is not there', () => {
    const a = file('node/a.ts', 'export const a = 1;');
    expect(says(resolutionGuard, a, file('node/b.ts', `import { a } from './a';`))).toHaveLength(1);
    expect(says(resolutionGuard, a, file('node/b.ts', `import { a } from './gone.ts';`))).toHaveLength(1);
    expect(says(resolutionGuard, a, file('node/b.ts', `import { a } from './a.ts';`))).toEqual([]);
  });

  it('catches a cycle of three, also when one side is only a type', () => {
    const round = [
      file('node/a.ts', `import './b.ts';`),
      file('node/b.ts', `import type { C } from './c.ts';`),
      file('node/c.ts', `export * from './a.ts';`),
    ];
    expect(says(cycleGuard, ...round)).toEqual([
      'node/a.ts import cycle: node/a.ts -> node/b.ts -> node/c.ts -> node/a.ts',
    ]);
    expect(says(cycleGuard, ...round.slice(0, 2))).toEqual([]);
  });
});
