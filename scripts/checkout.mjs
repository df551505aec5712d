// Where things are in a checkout, and fingerprints of what installing and building depend on.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The folders and files that end up in dist; a test or a document does not cause a build. */
export const BUILD_INPUTS = [
  'shared',
  'node',
  'cli',
  'web',
  'electron',
  'renderer',
  'demos',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
];

/** Everything that is formatted and linted; named, because without that oxlint walks node_modules (28 s). */
export const CODE_FOLDERS = ['shared', 'node', 'cli', 'web', 'electron', 'renderer', 'bench', 'scripts', 'test'];

/** @param {string} path */
function sha256Of(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * What npm installs is decided by the lock file alone.
 * @param {string} root
 */
export function lockFingerprint(root) {
  return sha256Of(join(root, 'package-lock.json'));
}

/**
 * Contents, not times: a checkout of an older commit has newer files, and an unpacked archive has older ones.
 * @param {string} root
 * @param {readonly string[]} [inputs] folders and files below root
 */
export function sourceFingerprint(root, inputs = BUILD_INPUTS) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const path of filesUnder(root, input)) hash.update(`${path}\0${sha256Of(join(root, path))}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path relative to root; a file, a folder, or nothing at all
 * @returns {string[]} relative to root, sorted
 */
function filesUnder(root, path) {
  /** @type {import('node:fs').Dirent[]} */
  let entries;
  try {
    entries = readdirSync(join(root, path), { withFileTypes: true });
  } catch (cause) {
    const code = /** @type {NodeJS.ErrnoException} */ (cause).code;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw cause;
  }
  const names = entries.map((entry) => entry.name).sort();
  return names.flatMap((name) => filesUnder(root, `${path}/${name}`));
}
