// Size, names, first lines, exports and purity hold in this repository, and each guard catches a planted violation.
import { describe, expect, it } from 'vitest';
import { brandGuard, clockGuard, mockGuard, zeroGuard } from './purity.ts';
import { defaultExportGuard, firstLineGuard, nameGuard, sizeGuard, topLevelLetGuard } from './shape.ts';
import { printed, readRepository, type Guard } from './source-file.ts';

const repository = readRepository();

function says(guard: Guard, path: string, text: string): readonly string[] {
  return printed(guard([{ path, text }]));
}

describe('this repository', () => {
  it.each<[string, Guard]>([
    ['no file is over 400 lines', sizeGuard],
    ['every name says something', nameGuard],
    ['every file says first what it is for', firstLineGuard],
    ['nothing is exported as default', defaultExportGuard],
    ['nothing mutable is at the top level of shared or node', topLevelLetGuard],
    ['shared has no clock, no chance and no process', clockGuard],
    ['sums and verdicts do not turn unknown into zero', zeroGuard],
    ['brands are put on in one file each', brandGuard],
    ['no module is mocked', mockGuard],
  ])('%s', (_name, guard) => {
    expect(printed(guard(repository))).toEqual([]);
  });
});

describe('size', () => {
  it('catches line 401 in code of any language, and not in a document', () => {
    for (const path of [
      'shared/base/a.ts',
      'shared/probe/a.sh',
      'scripts/a.mjs',
      'test/a.test.ts',
      'shared/probe/a.awk',
      'test/kit/a.pl',
    ]) {
      expect(says(sizeGuard, path, 'x\n'.repeat(401))).toEqual([
        `${path} 401 lines; the limit is 400: split it by noun`,
      ]);
      expect(says(sizeGuard, path, 'x\n'.repeat(400))).toEqual([]);
    }
    expect(says(sizeGuard, 'docs/a.md', 'x\n'.repeat(900))).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    'shared/base/utils.ts',
    'node/index.ts',
    'node/helpers/a.ts',
    'cli/common.ts',
    'test/misc.test.ts',
    'node/ssh-utils.ts',
    'node/SshLink.ts',
    'node/ssh_link.ts',
  ])('catches %s', (path) => {
    expect(says(nameGuard, path, '')).toHaveLength(1);
  });

  it.each(['node/ssh/ssh2-link.ts', 'test/docs/docs.test.ts', 'shared/probe/raw.d.ts', 'vite.config.ts', '.ci/run'])(
    'lets %s pass',
    (path) => {
      expect(says(nameGuard, path, '')).toEqual([]);
    },
  );
});

describe('first lines', () => {
  it.each([
    ['no comment', 'node/a.ts', 'export const a = 1;'],
    ['an empty line before the comment', 'node/a.ts', '\n// Reads the thing from there.\n'],
    ['a comment that says nothing', 'node/a.ts', '// a.ts\n'],
    ['a directive', 'node/a.ts', '// @ts-nocheck because of reasons\n'],
    ['a reference', 'node/a.ts', '/// <reference types="vite/client" />\n'],
    ['a shebang alone', 'scripts/a.mjs', '#!/usr/bin/env node\nprocess.exit();\n'],
    ['a shebang alone in a shell script', 'shared/probe/a.sh', '#!/usr/bin/env bash and more letters\n'],
  ])('catches %s', (_what, path, text) => {
    expect(says(firstLineGuard, path, text)).toHaveLength(1);
  });

  it('lets a sentence pass, also after a shebang', () => {
    expect(says(firstLineGuard, 'node/a.ts', '// Reads the thing from there.\n')).toEqual([]);
    expect(says(firstLineGuard, 'scripts/a.mjs', '#!/usr/bin/env node\n// Reads the thing.\n')).toEqual([]);
    expect(says(firstLineGuard, 'shared/probe/a.sh', '# Reads the thing.\n')).toEqual([]);
  });
});

describe('exports and state', () => {
  it.each(['export default 1;', 'const a = 1; export { a as default };', `export { default } from './a.ts';`])(
    'catches %s',
    (text) => {
      expect(says(defaultExportGuard, 'node/b.ts', text)).toHaveLength(1);
    },
  );

  it('lets the reader of vite.config.ts and a declared text module have theirs', () => {
    expect(says(defaultExportGuard, 'vite.config.ts', 'export default {};')).toEqual([]);
    const ambient = `declare module '*?raw' { const text: string; export default text; }`;
    expect(says(defaultExportGuard, 'shared/probe/raw.d.ts', ambient)).toEqual([]);
  });

  it.each(['let seen = 0;', 'export let seen = 0;', 'var seen = 0;'])('catches top-level %s', (text) => {
    expect(says(topLevelLetGuard, 'shared/base/a.ts', text)).toHaveLength(1);
    expect(says(topLevelLetGuard, 'node/a.ts', `const a = 1;\n${text}`)).toEqual([
      expect.stringMatching(/^node\/a\.ts:2 /),
    ]);
  });

  it('lets a let inside a function pass', () => {
    expect(says(topLevelLetGuard, 'node/a.ts', 'export function f() { let seen = 0; return seen; }')).toEqual([]);
  });
});

describe('purity of shared', () => {
  it.each([
    'export const t = Date.now();',
    `export const t = Date['now']();`,
    'export const t = new Date();',
    'export const t = Date();',
    'export const t = Math.random();',
    'export const t = performance.now();',
    'export const t = crypto.randomUUID();',
    'export const t = process.env.HOME;',
    'export const t = process.pid;',
    'export const f = (process: { pid: number }) => process.pid;\nexport const t = process.env.HOME;',
    'export const t = globalThis.Date;',
  ])('catches %s', (text) => {
    expect(says(clockGuard, 'shared/ledger/a.ts', text)).toHaveLength(1);
  });

  it.each([
    'export const t = (text: string) => new Date(text);',
    'export const f = (process: { pid: number }) => process.pid;',
    'export const f = (all: { pid: number }[]) => all.map((process) => process.pid);',
    '// Date.now() and Math.random() are not for shared.\nexport const t = "Date.now()";',
  ])('lets %s pass', (text) => {
    expect(says(clockGuard, 'shared/ledger/a.ts', text)).toEqual([]);
  });

  it('is not asked of node', () => {
    expect(says(clockGuard, 'node/a.ts', 'export const t = Date.now();')).toEqual([]);
  });
});

describe('unknown is a value', () => {
  it.each(['a ?? 0', 'a || 0', 'a ?? -0', 'a ?? 0n', 'Math.max(0, a)', 'Math.max(a, 0)', '(a ??= 0)', '(a ||= 0)'])(
    'catches %s in ledger, gates and session',
    (text) => {
      for (const layer of ['ledger', 'gates', 'session']) {
        expect(says(zeroGuard, `shared/${layer}/a.ts`, `export const f = (a) => ${text};`)).toHaveLength(1);
      }
    },
  );

  it('lets other defaults and other maxima pass', () => {
    expect(says(zeroGuard, 'shared/gates/a.ts', 'export const f = (a, b) => Math.max(a, b) + (a ?? b);')).toEqual([]);
    expect(says(zeroGuard, 'shared/evidence/a.ts', 'export const f = (a) => Math.max(0, a);')).toEqual([]);
  });
});

describe('brands and mocks', () => {
  it.each(['as Bytes', 'as BusId', 'as ProcessKey'])('catches %s outside its file', (cast) => {
    expect(says(brandGuard, 'shared/ledger/a.ts', `export const f = (a: never) => a ${cast};`)).toHaveLength(1);
    expect(says(brandGuard, 'test/shared/a.test.ts', `export const f = (a: never) => a ${cast};`)).toHaveLength(1);
  });

  it('catches a brand put on with angle brackets, and lets its own file pass', () => {
    expect(says(brandGuard, 'node/a.ts', 'export const f = (a: never) => <Bytes>a;')).toHaveLength(1);
    expect(says(brandGuard, 'shared/base/units.ts', 'export const f = (a: number) => a as Bytes;')).toEqual([]);
    expect(says(brandGuard, 'shared/ledger/a.ts', 'import { x as Bytes } from "./b.ts";')).toEqual([]);
  });

  it.each([`vi.mock('ssh2');`, `vi.doMock('ssh2');`, `vi.hoisted(() => 1);`])('catches %s', (text) => {
    expect(says(mockGuard, 'test/node/a.test.ts', text)).toHaveLength(1);
  });

  it('does not take a sentence for a call', () => {
    expect(says(mockGuard, 'test/node/a.test.ts', `// vi.mock( is banned\nconst a = "vi.mock('x')";`)).toEqual([]);
  });
});
