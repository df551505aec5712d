// Residuum as it ships, for tests that run it: built once for each state of the sources, for all of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_INPUTS } from '../../scripts/checkout.mjs';
import { runChild } from '../../scripts/child.mjs';
import { keptBuild } from '../../scripts/kept-build.mjs';
import { copyBuilt } from '../../scripts/prepare.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';

/**
 * A folder with `package.json` and `dist/`, as a package has them. For `beforeAll`, with a minute or two: whoever comes
 * first builds. The checkout's own dist/ is copied when it belongs to these sources, and never run or written: it may be
 * in use.
 */
export function builtApp(): Promise<string> {
  return keptBuild('test-app', BUILD_INPUTS, async (folder) => {
    const dist = join(folder, 'dist');
    if (!(await copyBuilt(dist))) await build(dist);
    const { main } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { main: string };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'residuum', type: 'module', main }));
  });
}

async function build(dist: string): Promise<void> {
  const words = [join(import.meta.dirname, 'build-app.mjs'), dist];
  const env = { ...process.env, NODE_ENV: 'production' };
  const { code, output } = await runChild(process.execPath, words, { cwd: REPOSITORY, output: 'capture', env });
  if (code !== 0) throw new Error(`Residuum could not be built:\n${output}`);
}
