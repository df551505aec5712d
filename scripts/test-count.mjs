// Turns vitest's JSON report into passed and failed. A skipped test counts as failed: green must mean that it ran. Only
// one that says in its name what it needs of the machine may be left out, and that is said.

/**
 * The parts of vitest's JSON report that we read.
 * @typedef {{ status: string, fullName: string }} TestRow
 * @typedef {{ name: string, status: string, message: string, assertionResults: readonly TestRow[] }} FileRow
 * @typedef {{ testResults: readonly FileRow[] }} Report
 * @typedef {{ passed: number, failed: number, notes: string[] }} Count
 */

/** In the name of a test that not every machine can run: `… [needs network namespaces]`. */
const NEEDS = /\[needs ([^\]]+)\]/;

/**
 * @param {Report | undefined} report undefined when vitest wrote none
 * @param {{ exitCode: number, filtered: boolean }} run filtered: the caller chose tests by name, so the others are
 *   rightly not run
 * @returns {Count}
 */
export function countTests(report, run) {
  /** @type {Count} */
  const count = { passed: 0, failed: 0, notes: [] };
  /** @param {string} note */
  const fail = (note) => {
    count.failed += 1;
    count.notes.push(note);
  };
  if (report === undefined) {
    fail(`vitest ended with exit code ${run.exitCode} and wrote no report`);
    return count;
  }
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') count.passed += 1;
      else if (test.status === 'failed') fail(`failed: ${test.fullName} (${file.name})`);
      else if (run.filtered) continue;
      else if (test.status === 'skipped' && NEEDS.test(test.fullName)) count.notes.push(leftOut(test.fullName));
      else fail(`did not run (${test.status}): ${test.fullName} (${file.name})`);
    }
    const hasFailedTest = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !hasFailedTest) fail(`failed as a file: ${file.name}`);
  }
  if (count.passed + count.failed === 0) fail('no test ran');
  // An error outside any test (an unhandled rejection, a process that would not end) is seen in the exit code only.
  if (run.exitCode !== 0 && count.failed === 0)
    fail(`vitest ended with exit code ${run.exitCode} although no test failed`);
  return count;
}

/**
 * A folder of ours that outlived its test is a failure: on a machine that is kept they would pile up. What Chromium leaves
 * of its own is none of ours.
 * @param {Count} count
 * @param {readonly string[]} left names in the folder that stood for the machine's temporary one
 * @returns {Count}
 */
export function withLeftovers(count, left) {
  const ours = left.filter((name) => name.startsWith('residuum-'));
  const notes = ours.map((name) => `left behind by a test: ${name}`);
  return { passed: count.passed, failed: count.failed + ours.length, notes: [...count.notes, ...notes] };
}

/** @param {string} name @returns {string} */
function leftOut(name) {
  return `not on this machine, which has no ${NEEDS.exec(name)?.[1]}: ${name}`;
}

/** @param {readonly string[]} args what the caller passes on to vitest */
export function choosesByName(args) {
  return args.some((arg) => arg === '-t' || arg.startsWith('--testNamePattern'));
}
