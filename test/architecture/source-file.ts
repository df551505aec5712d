// What a guard reads and what it says: a file is a path and a text, a finding is a place and a sentence.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `path` is relative to the repository, with `/` on every system. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly path: string;
  /** From 1; 0 when the whole file is meant. */
  readonly line: number;
  readonly says: string;
}

/** Everything in `test/architecture` that looks at files is one of these, so that a test can plant a violation. */
export type Guard = (files: readonly SourceFile[]) => readonly Finding[];

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Made by tools, or not ours. `.git` may be a file (a worktree). */
const NOT_OURS = new Set(['node_modules', 'dist', '.cache', '.git']);
const BINARY = /\.(?:png|jpe?g|gif|ico|gz|ttf|woff2?)$/;
const CODE = /\.(?:tsx?|mjs|sh|awk|pl|css)$|^\.ci\/run$/;

/**
 * Every file of the repository; what is no text, such as a picture, has an empty one. Walks the folder, so that a file is
 * guarded before it is committed.
 */
export function readRepository(root = REPOSITORY): readonly SourceFile[] {
  return pathsUnder(root, '').map((path) => ({
    path,
    text: BINARY.test(path) ? '' : readFileSync(join(root, path), 'utf8'),
  }));
}

export function isCode(file: SourceFile): boolean {
  return CODE.test(file.path);
}

export function isTypeScript(file: SourceFile): boolean {
  return /\.(?:tsx?|mjs)$/.test(file.path);
}

export function topFolder(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** For a failing test: one line a finding, as editors link them. */
export function printed(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ path, line, says }) => `${path}${line > 0 ? `:${line}` : ''} ${says}`);
}

function pathsUnder(root: string, folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return pathsUnder(root, path);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}
