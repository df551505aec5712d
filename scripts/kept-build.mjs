// Builds that several programs want at the same time: made once for each state of their sources, by whoever comes first.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sourceFingerprint } from './checkout.mjs';
import { lock } from './prepare.mjs';

/** A build of other sources may still be in use by another run. */
const KEPT_MS = 60 * 60_000;

/**
 * @param {string} name of its folder in .cache
 * @param {readonly string[]} inputs folders and files that the build depends on
 * @param {(folder: string) => Promise<void>} make builds into a folder that is not there yet
 * @returns {Promise<string>} the folder; whoever comes while another one builds waits for it
 */
export async function keptBuild(name, inputs, make) {
  const all = join(ROOT, '.cache', name);
  const built = join(all, sourceFingerprint(ROOT, inputs).slice(0, 16));
  if (existsSync(built)) return built;
  const unlock = await lock(() => undefined, `making-${name}`);
  try {
    if (existsSync(built)) return built;
    mkdirSync(all, { recursive: true });
    const own = `${built}.${process.pid}`;
    try {
      await make(own);
      // Whole or not at all: one that is there is used.
      renameSync(own, built);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
    removeOld(all, built);
  } finally {
    unlock();
  }
  return built;
}

/** @param {string} folder @param {string} current */
function removeOld(folder, current) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (path !== current && age > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
