// Makes a checkout ready to run: the Node version, the packages, the build. Does nothing the second time.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { lockFingerprint, ROOT, sourceFingerprint } from './checkout.mjs';

/** Lines of vite's requirement: 20 from 20.19, then from 22.12 on (both load ES modules through `require`). */
const NODE_WANTED = '20.19 (or 22.12) or newer';
/** Another preparation may be running; a cold `npm ci` on a slow disk takes minutes, not hours. */
const LOCK_WAIT_MS = 10 * 60_000;

/** Something the reader has to do; shown without a stack trace. */
export class NotReady extends Error {}

/** @param {string} version as `process.versions.node` has it */
export function nodeIsNewEnough(version) {
  const [major = NaN, minor = NaN] = version.split('.').map(Number);
  if (major === 20) return minor >= 19;
  if (major === 22) return minor >= 12;
  return major >= 23;
}

export function requireNode(version = process.versions.node) {
  if (nodeIsNewEnough(version)) return;
  throw new NotReady(
    `Residuum needs Node ${NODE_WANTED}, and this is ${version}: install a newer Node and run the command again. (${process.execPath})`,
  );
}

/**
 * Installs when node_modules does not belong to this lock file, builds when dist does not belong to these sources.
 * @param {(line: string) => void} say one short line before each thing that takes time, and one after it
 * @param {{ build?: boolean }} [what] `build: false` for commands that only need the packages
 */
export async function prepare(say, what = {}) {
  requireNode();
  if (isReady(what)) return;
  const unlock = await lock(say);
  try {
    if (!isInstalled()) await timed(say, 'installing packages (npm ci)', install);
    if (what.build !== false && !isBuilt()) await timed(say, 'building', build);
  } finally {
    unlock();
  }
}

/** Builds whatever the state of dist is. Installs first when that is needed. @param {(line: string) => void} say */
export async function rebuild(say) {
  await prepare(say, { build: false });
  const unlock = await lock(say);
  try {
    await timed(say, 'building', build);
  } finally {
    unlock();
  }
}

/**
 * Copies dist, if it belongs to these sources; false when it does not.
 * @param {string} folder that is not there yet
 */
export async function copyBuilt(folder) {
  if (!isBuilt()) return false;
  const unlock = await lock(() => undefined);
  try {
    // Another command may have built while we waited.
    if (!isBuilt()) return false;
    cpSync(join(ROOT, 'dist'), folder, { recursive: true });
    return true;
  } finally {
    unlock();
  }
}

/** @param {{ build?: boolean }} what */
function isReady(what) {
  return isInstalled() && (what.build === false || isBuilt());
}

const installStamp = join(ROOT, 'node_modules', '.residuum-stamp');
const buildStamp = join(ROOT, 'dist', '.residuum-stamp');

function isInstalled() {
  return textOf(installStamp) === lockFingerprint(ROOT);
}

function isBuilt() {
  return textOf(join(ROOT, 'dist', 'cli', 'main.js')) !== undefined && textOf(buildStamp) === sourceFingerprint(ROOT);
}

async function install() {
  const wanted = lockFingerprint(ROOT);
  // `npm start` tells us which npm it is; a plain `node scripts/start.mjs` finds one on PATH.
  const npm = process.env['npm_execpath'];
  const [program, first] = npm?.endsWith('.js') === true ? [process.execPath, [npm]] : ['npm', []];
  // NODE_ENV=production would leave the build tools out.
  const args = [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const ending = await runChild(program, args, { cwd: ROOT, output: 'capture' });
  if (ending.code !== 0) {
    throw new NotReady(
      `${ending.output.trim()}\nnpm ci failed (exit ${ending.code}): look at its own words above; a registry that cannot be reached is the usual cause.`,
    );
  }
  writeFileSync(installStamp, wanted);
}

async function build() {
  // Taken first: a file edited while we build makes the next command build again.
  const wanted = sourceFingerprint(ROOT);
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const ending = await runChild(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    output: 'capture',
  });
  if (ending.code !== 0) throw new NotReady(`${ending.output.trim()}\nThe build failed (exit ${ending.code}).`);
  writeFileSync(buildStamp, wanted);
}

/**
 * @param {(line: string) => void} say
 * @param {string} what
 * @param {() => Promise<void>} work
 */
export async function timed(say, what, work) {
  say(`${what} …`);
  const begin = performance.now();
  await work();
  say(`${what}: done in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}

/**
 * One preparation at a time in a checkout: `npm ci` deletes node_modules under whoever is using it. The lock is a
 * folder, because making one is atomic everywhere; it names its owner, so one left by a killed command is taken over.
 * @param {(line: string) => void} say
 * @param {string} [name] of the folder, for something else that is done once at a time
 * @returns {Promise<() => void>} gives it back
 */
export async function lock(say, name = 'preparing') {
  const folder = join(ROOT, '.cache', name);
  const owner = join(folder, 'pid');
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const deadline = Date.now() + LOCK_WAIT_MS;
  let empty = 0;
  for (let tries = 0; ; tries += 1) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      return () => rmSync(folder, { recursive: true, force: true });
    } catch (cause) {
      // ENOENT: somebody who found the folder empty for too long has taken it away.
      if (!['EEXIST', 'ENOENT'].includes(/** @type {NodeJS.ErrnoException} */ (cause).code ?? '')) throw cause;
    }
    const pid = Number(textOf(owner));
    empty = pid > 0 ? 0 : empty + 1;
    // The owner writes its pid a moment after making the folder, so an empty one is given a second: however long one has
    // waited for owners before.
    if (pid > 0 ? !isAlive(pid) : empty > 10) rmSync(folder, { recursive: true, force: true });
    else if (tries === 0) say(`waiting for another command that prepares this checkout (pid ${pid}) …`);
    if (Date.now() > deadline)
      throw new NotReady(`Process ${pid} has been preparing this checkout for too long: ${folder}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return /** @type {NodeJS.ErrnoException} */ (cause).code === 'EPERM';
  }
}

/** @param {string} path @returns {string | undefined} undefined when there is no such file */
function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = /** @type {NodeJS.ErrnoException} */ (cause).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw cause;
  }
}
