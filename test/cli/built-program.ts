// The program as it is shipped, for tests that run it as a process.
import { join } from 'node:path';
import { builtApp } from '../kit/built-app.ts';

export interface BuiltProgram {
  /** With all that stands beside it: the page, demos, fonts. */
  readonly folder: string;
  /** What node is given. */
  readonly file: string;
}

export async function builtProgram(): Promise<BuiltProgram> {
  const folder = join(await builtApp(), 'dist');
  return { folder, file: join(folder, 'cli', 'main.js') };
}
