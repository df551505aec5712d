// The programs that the tests run for real, and how a machine gets them. What is missing is installed or named, never skipped.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runChild } from './child.mjs';
import { NotReady, timed } from './prepare.mjs';

/**
 * Any one of the names will do; `folders` are searched besides PATH. With `asked`, only a program that ends well when it
 * is run with these arguments counts: it has a module, or knows a file. `what` says then what is needed of it.
 * @typedef {{ names: readonly string[], debian: string, folders?: readonly string[], asked?: readonly string[], what?: string }} Need
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
  // Who reads what we write: GitHub's renderer of Markdown, TeX with the packages that our tables need, pandas.
  { names: ['cmark-gfm'], debian: 'cmark-gfm' },
  { names: ['pdflatex'], debian: 'texlive-latex-base' },
  { names: ['kpsewhich'], asked: ['booktabs.sty'], what: 'booktabs.sty', debian: 'texlive-latex-recommended' },
  { names: ['kpsewhich'], asked: ['siunitx.sty'], what: 'siunitx.sty', debian: 'texlive-science' },
  { names: ['pdftotext'], debian: 'poppler-utils' },
  {
    names: ['python3'],
    folders: ['/usr/bin'],
    asked: ['-c', hasModule('pandas')],
    what: 'pandas for python3',
    debian: 'python3-pandas',
  },
];

/** Looked for and not loaded, which would take a second. @param {string} name */
function hasModule(name) {
  return `import importlib.util, sys; sys.exit(importlib.util.find_spec('${name}') is None)`;
}

/** @param {NodeJS.ProcessEnv} env */
export function searchPath(env) {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/**
 * @param {readonly Need[]} needs
 * @param {readonly string[]} path
 */
export function missingNeeds(needs, path) {
  return needs.filter((need) => programOf(need, path) === undefined);
}

/**
 * The program that does what is needed; undefined when there is none.
 * @param {Need} need
 * @param {readonly string[]} path
 */
export function programOf({ names, folders = [], asked }, path) {
  return names
    .flatMap((name) => [...path, ...folders].map((folder) => join(folder, name)))
    .find((file) => isProgram(file) && (asked === undefined || endsWell(file, asked)));
}

/** @param {string} program @param {readonly string[]} args */
function endsWell(program, args) {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 30_000 }).status === 0;
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
  const names = missing.map((need) => need.what ?? need.names.join(' or '));
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
