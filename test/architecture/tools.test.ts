// The linter and the type checker bite: each rule that the architecture leaves to them catches a planted violation.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChild } from '../../scripts/child.mjs';
import { REPOSITORY } from './source-file.ts';

const checkout = { root: '' };

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout.root, path)), { recursive: true });
  writeFileSync(join(checkout.root, path), text);
}

/** A small repository with our real configuration files. */
beforeEach(() => {
  checkout.root = mkdtempSync(join(tmpdir(), 'residuum-tools-'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(checkout.root, 'node_modules'));
  for (const path of ['.oxlintrc.json', 'tsconfig.base.json', 'shared/tsconfig.json', 'node/tsconfig.json']) {
    write(path, '');
    copyFileSync(join(REPOSITORY, path), join(checkout.root, path));
  }
  write('shared/base/one.ts', 'export const ONE = 1;\n');
  write('node/two.ts', `import { ONE } from '../shared/base/one.ts';\nexport const TWO = ONE + ONE;\n`);
});

afterEach(() => {
  rmSync(checkout.root, { recursive: true, force: true });
});

async function run(tool: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  const program = join(REPOSITORY, 'node_modules', tool);
  return runChild(process.execPath, [program, ...args], { cwd: checkout.root, output: 'capture' });
}

const lint = () => run('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--format=unix', 'shared', 'node');
const types = () => run('typescript/bin/tsc', '-b', '--pretty', 'false', 'shared', 'node');

describe('the linter', () => {
  it('has nothing to say about good code', async () => {
    const { code, output } = await lint();
    expect({ code, output: output.trim() }).toEqual({ code: 0, output: '' });
  });

  it('catches each planted violation as an error', async () => {
    const planted: readonly (readonly [string, string])[] = [
      ['no-explicit-any', 'export const planted: any = 1;'],
      ['no-floating-promises', 'export async function planted(): Promise<void> {\n  planted();\n}'],
      ['no-empty', 'export function planted(): void {\n  try {\n    planted();\n  } catch {}\n}'],
      ['no-console', 'console.log(1);'],
      [
        'switch-exhaustiveness-check',
        `export function planted(a: 'x' | 'y'): void {\n  switch (a) {\n    case 'x':\n      planted('y');\n  }\n}`,
      ],
      ['no-unused-vars', 'const planted = 1;'],
      ['no-default-export', 'export default 1;'],
      ['no-non-null-assertion', 'export const planted = (a?: string): string => a!;'],
      ['only-throw-error', `export const planted = (): never => {\n  throw 'text';\n};`],
    ];
    for (const [rule, text] of planted) write(`node/${rule}.ts`, `${text}\n`);
    const { code, output } = await lint();
    expect(code).not.toBe(0);
    const lines = output.split('\n');
    const caught = (rule: string) =>
      lines.some((line) => line.startsWith(`node/${rule}.ts:`) && line.includes(`(${rule})`));
    expect(planted.map(([rule]) => rule).filter((rule) => !caught(rule))).toEqual([]);
  });
});

describe('the type checker', () => {
  it('has nothing to say about good code', async () => {
    const { code, output } = await types();
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });

  it.each([
    ['the console', 'console.log(1);', "Cannot find name 'console'"],
    ['a timer', 'setTimeout(() => 1, 1);', "Cannot find name 'setTimeout'"],
    ['the page', 'document.title;', "Cannot find name 'document'"],
    ["Node's process", 'export const planted = process.env;', "Cannot find name 'process'"],
    [
      "Node's modules",
      `import { join } from 'node:path';\nexport const planted = join;`,
      "Cannot find name 'node:path'",
    ],
    ['the folder node', `import { TWO } from '../../node/two.ts';\nexport const planted = TWO;`, 'node/two.ts'],
  ])('does not know %s in shared', async (_what, text, says) => {
    write('shared/base/planted.ts', `${text}\n`);
    const { code, output } = await types();
    expect(code).not.toBe(0);
    expect(output).toMatch(/shared\/base\/planted\.ts/);
    expect(output).toContain(says);
  });
});
