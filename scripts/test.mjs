// `npm test`: prepares the checkout and the machine, then checks and tests. Its last line is `N passed, N failed`.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check-steps.mjs';
import { ROOT } from './checkout.mjs';
import { runChild } from './child.mjs';
import { enter, sayOnStdout } from './entry.mjs';
import { NotReady, prepare, requireNode } from './prepare.mjs';
import { choosesByName, countTests, withLeftovers } from './test-count.mjs';
import { provideTestNeeds } from './test-needs.mjs';

/** @param {readonly string[]} args @returns {Promise<import('./test-count.mjs').Count>} */
async function runVitest(args) {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache', 'test-'));
  // A place of its own: whatever is left there at the end was left by a test. Short, as the paths of sockets are limited.
  const scratch = mkdtempSync(join(tmpdir(), 'rt-'));
  // As /tmp itself: some tests become another user.
  chmodSync(scratch, 0o1777);
  try {
    const file = join(folder, 'report.json');
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const own = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, '--allowOnly=false'];
    const env = { ...process.env, TMPDIR: scratch };
    const ending = await runChild(process.execPath, [vitest, 'run', ...own, ...args], {
      cwd: ROOT,
      output: 'inherit',
      env,
    });
    const count = countTests(reportIn(file), { exitCode: ending.code, filtered: choosesByName(args) });
    return withLeftovers(count, readdirSync(scratch));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file @returns {import('./test-count.mjs').Report | undefined} */
function reportIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Counted as a failure by countTests, which says that there is no report.
    return undefined;
  }
}

await enter(async () => {
  const count = { passed: 0, failed: 0 };
  try {
    // What may fail at once comes before what takes long.
    requireNode();
    await provideTestNeeds(sayOnStdout);
    await prepare(sayOnStdout);
    const checks = await check(sayOnStdout);
    const tests = await runVitest(process.argv.slice(2));
    for (const note of tests.notes) sayOnStdout(note);
    count.passed = checks.passed + tests.passed;
    count.failed = checks.failed + tests.failed;
  } catch (cause) {
    if (!(cause instanceof NotReady)) throw cause;
    sayOnStdout(cause.message);
    count.failed += 1;
  } finally {
    sayOnStdout(`${count.passed} passed, ${count.failed} failed`);
  }
  return count.failed === 0 ? 0 : 1;
});
