// The checks that need no test runner: format, lint and types. Each is one program, silent unless it has something to say.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { CODE_FOLDERS, ROOT } from './checkout.mjs';

/** @typedef {{ name: string, program: string, args: readonly string[] }} Step */

/** The program's own file, started with this Node: `.bin` holds shell scripts that differ between systems. @param {string} path */
const tool = (path) => join(ROOT, 'node_modules', ...path.split('/'));

const folders = CODE_FOLDERS.filter((folder) => existsSync(join(ROOT, folder)));

const FORMATTED = join(ROOT, '.cache', 'formatted.json');

/** @type {readonly Step[]} */
export const CHECK_STEPS = [
  {
    name: 'format',
    program: tool('prettier/bin/prettier.cjs'),
    // By content: a file that was looked at is not looked at again until it changes.
    args: ['--check', '--log-level=warn', '--cache', '--cache-strategy=content', `--cache-location=${FORMATTED}`, '.'],
  },
  {
    name: 'lint',
    program: tool('oxlint/bin/oxlint'),
    args: ['--type-aware', '--deny-warnings', '--format=unix', ...folders, 'vite.config.ts'],
  },
  { name: 'types', program: tool('typescript/bin/tsc'), args: ['-b', '--pretty', 'false'] },
];

export async function format() {
  const [prettier] = CHECK_STEPS;
  if (prettier === undefined) return 1;
  const args = [prettier.program, '--write', '--log-level=warn', '.'];
  return (await runChild(process.execPath, args, { cwd: ROOT, output: 'inherit' })).code;
}

/**
 * Runs every step at the same time, and each to its end: three short lists of findings in one go, in the same order.
 * @param {(line: string) => void} say
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function check(say) {
  const counts = { passed: 0, failed: 0 };
  say(`checking ${CHECK_STEPS.map(({ name }) => name).join(', ')} …`);
  const running = CHECK_STEPS.map(endOf);
  for (const ending of running) {
    const { name, code, output, seconds } = await ending;
    if (code === 0) {
      counts.passed += 1;
      say(`${name}: ok (${seconds} s)`);
    } else {
      counts.failed += 1;
      say(`${output.trim()}\n${name}: FAILED (exit ${code}, ${seconds} s)`);
    }
  }
  return counts;
}

/** @param {Step} step */
async function endOf({ name, program, args }) {
  const begin = performance.now();
  const ending = await runChild(process.execPath, [program, ...args], { cwd: ROOT, output: 'capture' });
  return { name, ...ending, seconds: ((performance.now() - begin) / 1000).toFixed(1) };
}
