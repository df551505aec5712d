// Reads the captures beside the repository: commands, what they printed and how they ended. Nothing is copied from there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const CAPTURES = path.join(import.meta.dirname, '../../../shared/captures');

export interface CapturedCall {
  /** What the library under the real tool was told to do; undefined where the capture names none. */
  readonly state: string | undefined;
  readonly arguments: readonly string[];
  readonly out: string;
  readonly code: number;
}

export function hasCaptures(): boolean {
  return existsSync(CAPTURES);
}

/** Names of captures that match, relative to the folder. */
export function captureNames(folder: string, pattern: RegExp): string[] {
  if (!hasCaptures()) return [];
  return readdirSync(path.join(CAPTURES, folder))
    .filter((name) => pattern.test(name))
    .map((name) => path.join(folder, name))
    .sort();
}

export function captureText(name: string): string {
  return readFileSync(path.join(CAPTURES, name), 'latin1');
}

/** Calls of the form `$ [state X] nvidia-smi ARGUMENTS`, their output, `[exit N]`. */
export function capturedCalls(text: string): CapturedCall[] {
  const pattern = /^\$ (?:\[state (\w+)\] )?nvidia-smi (.*)\n([^]*?)^\[exit (\d+)\]/gm;
  return [...text.matchAll(pattern)].map(([, state, line = '', out = '', code]) => ({
    state,
    arguments: line.split(' '),
    out,
    code: Number(code),
  }));
}
