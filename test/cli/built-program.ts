// The program as it is shipped, built for a test into a folder of its own: dist/ may be in use, or old.
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { REPOSITORY } from '../architecture/source-file.ts';

export interface BuiltProgram {
  readonly folder: string;
  /** What node is given. */
  readonly file: string;
}

/** `name` of the folder in .cache: each file of tests needs another one, as they run at the same time. */
export async function buildProgram(name: string): Promise<BuiltProgram> {
  const folder = join(REPOSITORY, '.cache', name);
  const environments = { cli: { build: { outDir: folder } } };
  const builder = await createBuilder({
    configFile: join(REPOSITORY, 'vite.config.ts'),
    environments,
    logLevel: 'error',
  });
  const { cli } = builder.environments;
  if (cli === undefined) throw new Error('vite.config.ts builds no cli');
  await builder.build(cli);
  return { folder, file: join(folder, 'cli', 'main.js') };
}
