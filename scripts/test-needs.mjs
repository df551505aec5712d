// The programs that the tests run for real, and how a machine gets them. What is missing is installed or named, never skipped.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runChild } from './child.mjs';
import { NotReady, timed } from './prepare.mjs';

/**
 * Any one of the names will do; `folders` are searched besides PATH.
 * @typedef {{ names: readonly string[], debian: string, folders?: readonly string[] }} Need
 */

/** Where daemons are, which is often not on a user's PATH. */
const DAEMONS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** @type {readonly Need[]} */
export const TEST_NEEDS = [
  { names: ['sshd'], debian: 'openssh-server', folders: DAEMONS },
  { names: ['ssh'], debian: 'openssh-client' },
  { names: ['ssh-keygen'], debian: 'openssh-client' },
  { names: ['ssh-agent'], debian: 'openssh-client' },
  { names: ['busybox'], debian: 'busybox' },
  { names: ['gawk'], debian: 'gawk' },
  { names: ['mawk'], debian: 'mawk' },
  { names: ['dash'], debian: 'dash' },
  { names: ['bash'], debian: 'bash' },
  { names: ['perl'], debian: 'perl' },
  { names: ['python3'], debian: 'python3' },
  { names: ['unshare'], debian: 'util-linux' },
  { names: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium' },
];

/** @param {NodeJS.ProcessEnv} env */
export function searchPath(env) {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/**
 * @param {readonly Need[]} needs
 * @param {readonly string[]} path
 */
export function missingNeeds(needs, path) {
  return needs.filter((need) => {
    const folders = [...path, ...(need.folders ?? [])];
    return !need.names.some((name) => folders.some((folder) => isProgram(join(folder, name))));
  });
}

/**
 * Where the first of these names is that exists; undefined when none does.
 * @param {readonly string[]} names
 * @param {readonly string[]} path
 */
export function findProgram(names, path) {
  return names.flatMap((name) => path.map((folder) => join(folder, name))).find((file) => isProgram(file));
}

/**
 * The one sentence for a machine on which nothing may be installed.
 * @param {readonly Need[]} missing
 */
export function missingSentence(missing) {
  const names = missing.map((need) => need.names.join(' or '));
  return (
    `The tests need ${names.join(', ')}, not found on this machine: install them with ` +
    `"sudo apt-get install --no-install-recommends ${packagesOf(missing).join(' ')}" ` +
    `(or your system's packages of these programs) and run npm test again.`
  );
}

/** @param {readonly Need[]} missing */
export function packagesOf(missing) {
  return [...new Set(missing.map((need) => need.debian))];
}

/** @param {(line: string) => void} say */
export async function provideTestNeeds(say) {
  const path = searchPath(process.env);
  const missing = missingNeeds(TEST_NEEDS, path);
  if (missing.length === 0) return;
  const mayInstall = process.getuid?.() === 0 && path.some((folder) => isProgram(join(folder, 'apt-get')));
  if (!mayInstall) throw new NotReady(missingSentence(missing));
  const packages = packagesOf(missing);
  await timed(say, `installing what the tests need (apt-get: ${packages.join(', ')})`, async () => {
    // A failed update is not yet a failure: the lists may already name the packages.
    const update = await aptGet(['update']);
    const install = await aptGet(['install', '-y', '--no-install-recommends', ...packages]);
    const left = missingNeeds(TEST_NEEDS, path);
    if (left.length === 0) return;
    const words = install.code === 0 ? update.output : `${update.output}${install.output}`;
    throw new NotReady(`${words.trim().split('\n').slice(-8).join('\n')}\n${missingSentence(left)}`);
  });
}

/** @param {readonly string[]} args */
function aptGet(args) {
  // Another apt on the same machine (unattended-upgrades) is waited for.
  return runChild('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    cwd: '/',
    output: 'capture',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
