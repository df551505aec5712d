// What programs export is used by programs, and the guard catches a planted export that only a test imports.
import { describe, expect, it } from 'vitest';
import { printed, readRepository, type SourceFile } from './source-file.ts';
import { UNUSED_ON_PURPOSE } from './table.ts';
import { unusedGuard } from './unused.ts';

it('this repository has no code that only tests call', () => {
  expect(printed(unusedGuard(UNUSED_ON_PURPOSE)(readRepository()))).toEqual([]);
});

describe('the guard', () => {
  const TEST = { path: 'test/a.test.ts', text: `import { one } from '../shared/a.ts';\none();` };
  const says = (exempt: readonly string[], ...files: SourceFile[]): readonly string[] =>
    printed(unusedGuard(new Map(exempt.map((each) => [each, 'a reason'])))([...files, TEST]));

  it.each([
    'export function one() {}',
    'export const one = 1;',
    'export class one {}',
    '// one\nexport async function one() {}',
  ])('catches what only a test imports: %j', (text) => {
    expect(says([], { path: 'shared/a.ts', text })).toEqual([
      expect.stringMatching(/^shared\/a\.ts:\d nothing but tests uses one/),
    ]);
  });

  it('catches the same name in another file', () => {
    const other = { path: 'node/b.ts', text: `import { one } from '../shared/c.ts';\none();` };
    expect(says([], { path: 'shared/a.ts', text: 'export const one = 1;' }, other)).toHaveLength(1);
  });

  it('lets pass what another program imports, what its own file uses, and types', () => {
    const file = { path: 'shared/a.ts', text: 'export const one = 1;' };
    expect(says([], file, { path: 'node/b.ts', text: `import { one as two } from '../shared/a.ts';\ntwo;` })).toEqual(
      [],
    );
    expect(says([], { path: 'shared/a.ts', text: 'export const one = 1;\nexport type Two = typeof one;' })).toEqual([]);
    expect(says([], { path: 'shared/a.ts', text: 'export interface One {}' })).toEqual([]);
  });

  it('wants no exemption that nobody needs', () => {
    expect(says(['shared/a.ts#one'], { path: 'shared/a.ts', text: 'export const one = 1;' })).toEqual([]);
    expect(says(['shared/a.ts#two'])).toEqual(['shared/a.ts#two is used, or gone: no exemption']);
  });
});
