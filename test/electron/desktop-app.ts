// The folder that Electron is started with: package.json and the built program, made once for each state of the sources.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../../scripts/child.mjs';
import { sourceFingerprint } from '../../scripts/checkout.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';

/** The folder, ready to be started. Test files that want it at the same time each build, and the first one is used. */
export async function builtDesktop(): Promise<string> {
  const all = join(REPOSITORY, '.cache/test-desktop');
  const built = join(all, sourceFingerprint(REPOSITORY).slice(0, 16));
  if (existsSync(built)) return built;
  mkdirSync(all, { recursive: true });
  for (const old of readdirSync(all).filter((name) => !name.includes('.'))) rmSync(join(all, old), { recursive: true });
  const own = `${built}.${process.pid}`;
  const env = { ...process.env, NODE_ENV: 'production' };
  const program = join(import.meta.dirname, 'build-desktop.mjs');
  const { code, output } = await runChild(process.execPath, [program, own], {
    cwd: REPOSITORY,
    output: 'capture',
    env,
  });
  if (code !== 0) throw new Error(`the desktop could not be built:\n${output}`);
  const { main } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { main: string };
  writeFileSync(join(own, 'package.json'), JSON.stringify({ name: 'residuum', type: 'module', main }));
  try {
    renameSync(own, built);
  } catch (cause) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(built)) throw cause;
  }
  return built;
}
