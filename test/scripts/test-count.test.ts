// The last line of `npm test` is honest: skipped, crashed and absent tests are failures.
import { describe, expect, it } from 'vitest';
import { choosesByName, countTests, withLeftovers } from '../../scripts/test-count.mjs';

const whole = { exitCode: 0, filtered: false };

function fileWith(...statuses: readonly string[]) {
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `test ${index}` }));
  return {
    name: 'a.test.ts',
    status: statuses.includes('failed') ? 'failed' : 'passed',
    message: '',
    assertionResults,
  };
}

it('counts what a test left behind as failed, and names it, but not what belongs to others', () => {
  const count = { passed: 3, failed: 1, notes: ['failed: a'] };
  expect(withLeftovers(count, ['residuum-node-a1', 'playwright-artifacts-b2'])).toEqual({
    passed: 3,
    failed: 2,
    notes: ['failed: a', 'left behind by a test: residuum-node-a1'],
  });
  expect(withLeftovers(count, [])).toEqual(count);
});

describe('counting', () => {
  it('counts passed and failed tests', () => {
    const report = { testResults: [fileWith('passed', 'passed'), fileWith('failed', 'passed')] };
    expect(countTests(report, { ...whole, exitCode: 1 })).toMatchObject({ passed: 3, failed: 1 });
  });

  it.each(['skipped', 'pending', 'todo', 'disabled'])('counts a %s test as failed, and names it', (status) => {
    const count = countTests({ testResults: [fileWith('passed', status)] }, whole);
    expect(count).toEqual({ passed: 1, failed: 1, notes: [`did not run (${status}): test 1 (a.test.ts)`] });
  });

  it.each([
    ['skipped', 0],
    ['todo', 1],
    ['failed', 1],
  ])('lets out a test that names what this machine has not, and says so: %s', (status, failed) => {
    const fullName = 'an engine elsewhere [needs network namespaces]';
    const file = {
      ...fileWith('passed'),
      assertionResults: [
        { status: 'passed', fullName: 'a' },
        { status, fullName },
      ],
    };
    const count = countTests({ testResults: [file] }, whole);
    expect([count.passed, count.failed, count.notes.length]).toEqual([1, failed, 1]);
    expect(count.notes[0]).toContain(failed === 0 ? 'no network namespaces: an engine elsewhere' : fullName);
  });

  it('does not blame tests that the caller left out by name', () => {
    const count = countTests({ testResults: [fileWith('passed', 'skipped')] }, { exitCode: 0, filtered: true });
    expect(count).toEqual({ passed: 1, failed: 0, notes: [] });
  });

  it('counts a file that fails before its first test', () => {
    const broken = { ...fileWith(), status: 'failed', message: 'SyntaxError' };
    expect(countTests({ testResults: [fileWith('passed'), broken] }, { ...whole, exitCode: 1 })).toEqual({
      passed: 1,
      failed: 1,
      notes: ['failed as a file: a.test.ts'],
    });
  });

  it('fails when no test ran', () => {
    expect(countTests({ testResults: [] }, whole)).toEqual({ passed: 0, failed: 1, notes: ['no test ran'] });
    const allLeftOut = countTests({ testResults: [fileWith('skipped')] }, { exitCode: 0, filtered: true });
    expect(allLeftOut).toMatchObject({ passed: 0, failed: 1 });
  });

  it('fails when vitest did, although every test passed: an error outside of them', () => {
    expect(countTests({ testResults: [fileWith('passed')] }, { ...whole, exitCode: 1 })).toMatchObject({ failed: 1 });
  });

  it('fails when there is no report', () => {
    expect(countTests(undefined, { ...whole, exitCode: 130 })).toEqual({
      passed: 0,
      failed: 1,
      notes: ['vitest ended with exit code 130 and wrote no report'],
    });
  });
});

describe('choosing by name', () => {
  it.each([[['-t', 'gate']], [['--testNamePattern=gate']], [['--testNamePattern', 'gate']]])('sees %j', (args) => {
    expect(choosesByName(args)).toBe(true);
  });

  it('does not take a path for a name', () => {
    expect(choosesByName(['test/architecture', '--bail=1'])).toBe(false);
  });
});
