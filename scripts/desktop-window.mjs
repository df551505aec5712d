// Whether a desktop window can be opened here, and how it is.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.mjs';
import { runChild } from './child.mjs';

/**
 * @typedef {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform, isRoot: boolean, hasElectron: boolean, hasProgram: boolean }} Machine
 *   hasElectron: its program is here, so that nothing needs to be fetched; hasProgram: ours is built
 */

/** @returns {Machine} */
export function thisMachine() {
  return {
    env: process.env,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasElectron: hasElectron(),
    hasProgram: existsSync(join(ROOT, 'dist', 'electron', 'main.js')),
  };
}

/**
 * Why no window can be opened; undefined when nothing speaks against it.
 * @param {Machine} machine
 */
export function noWindowBecause({ env, platform, isRoot, hasElectron, hasProgram }) {
  const hasScreen = platform !== 'linux' || isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']);
  if (!hasScreen) return 'there is no display';
  if (!hasElectron) return 'the program of Electron is not here ("npm run desktop" fetches it)';
  // Without its sandbox it would run, and that is not offered.
  if (isRoot && platform === 'linux' && !isSet(env['ELECTRON_OVERRIDE_DIST_PATH']))
    return 'Electron does not run as root';
  return hasProgram ? undefined : 'the desktop program is not built';
}

/** What to say when Electron was to fetch its program and it still is not here. */
export const NOT_FETCHED =
  'No desktop window: Electron could not fetch its program (its own words are above). "npm run web" shows the same page in the browser.';

/**
 * Opens the window, and gives its exit code when it is closed. Electron fetches its program first where it is missing.
 * @param {readonly string[]} args
 */
export async function runWindow(args) {
  const electron = join(ROOT, 'node_modules', 'electron', 'cli.js');
  return (await runChild(process.execPath, [electron, ROOT, ...args], { cwd: ROOT, output: 'inherit' })).code;
}

function hasElectron() {
  if (isSet(process.env['ELECTRON_OVERRIDE_DIST_PATH'])) return true;
  const folder = join(ROOT, 'node_modules', 'electron');
  const named = join(folder, 'path.txt');
  return existsSync(named) && existsSync(join(folder, 'dist', readFileSync(named, 'utf8')));
}

/** @param {string | undefined} value */
function isSet(value) {
  return value !== undefined && value !== '';
}
