// What a gate leaves for a build server: JUnit XML and a Markdown summary, on real disks, through the command line.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startNode } from '../kit/fake-node.ts';
import { ASLEEP_CLEAN, EMPTY_NODE, TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { command, type Ran } from './command.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'residuum-files-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function gateOn(text: string, args: readonly string[]): Promise<Ran> {
  const node = await startNode(text, { processes: 'foreign' });
  return await command(['gate', 'local', ...args], { env: node.env });
}

it('writes one test case an engine: a fail is a failure, and the rest of the exit codes stay', async () => {
  const file = join(await folder(), 'junit.xml');
  const { code } = await gateOn(TWO_ENGINES_ONE_LEAKS, ['--junit', file]);
  const xml = await readFile(file, 'utf8');
  expect(code).toBe(1);
  expect(xml).toContain('<testsuites tests="2" failures="1" errors="0" skipped="0">');
  expect(xml.match(/<testcase [^>]*\/>/g)).toHaveLength(1);
  expect(xml).toMatch(
    /<failure message="residual above the limit">It holds .* MiB over the limit of 3,072 MiB\.<\/failure>/,
  );
});

it.each([
  ['an error', [], 2, 'errors="1" skipped="0"'],
  ['skipped with --fail-open', ['--fail-open'], 0, 'errors="0" skipped="1"'],
] as const)('an inconclusive gate is %s', async (_what, more, exitCode, counts) => {
  const file = join(await folder(), 'junit.xml');
  const { code } = await gateOn(EMPTY_NODE, ['--junit', file, ...more]);
  const xml = await readFile(file, 'utf8');
  expect([code, xml.includes(counts), xml.includes('engine-not-found')]).toEqual([exitCode, true, true]);
});

it('an engine that was asked for and is not there is an error, although the others pass', async () => {
  const file = join(await folder(), 'junit.xml');
  const { code } = await gateOn(ASLEEP_CLEAN, ['--junit', file, '--engine', 'port:30000', '--engine', 'port:1']);
  const xml = await readFile(file, 'utf8');
  expect(code).toBe(2);
  expect(xml).toContain('<testsuites tests="2" failures="0" errors="1" skipped="0">');
  expect(xml).toContain('engine-not-found');
});

it('a gate that could not run is one error with its sentence', async () => {
  const file = join(await folder(), 'junit.xml');
  const { code } = await command(['gate', '127.0.0.1:1', '--ssh-config', '/dev/null', '--junit', file]);
  const xml = await readFile(file, 'utf8');
  expect([code, /errors="1"/.test(xml), /<error message="[a-z-]+">[^<]*127\.0\.0\.1/.test(xml)]).toEqual([
    3,
    true,
    true,
  ]);
});

it('appends a summary that says it all to what is there', async () => {
  const file = join(await folder(), 'summary.md');
  await writeFile(file, 'Earlier step.\n\n');
  const { code } = await gateOn(ASLEEP_CLEAN, ['--markdown', file]);
  const text = await readFile(file, 'utf8');
  expect(code).toBe(0);
  expect(text.startsWith('Earlier step.\n\n## Residual gate on gpu-01: PASS\n\n')).toBe(true);
  expect(text).toMatch(
    /\| sglang (?::|pid )\d+ \| unknown +\| 00000000:3B:00\.0 \| +1,536 \| +unknown \| +unknown \| +3,072 \| PASS +\|/,
  );
  expect(text).toMatch(/\| 00000000:3B:00\.0 \| +1,545 \| +1,536 \| +\+9 \| +479 \| +79,535 \| +81,559 \|/);
  expect(text).toContain('<details><summary>Measured with</summary>');
});

it('--quiet prints nothing, and the exit code is the verdict', async () => {
  expect(await gateOn(TWO_ENGINES_ONE_LEAKS, ['--quiet'])).toMatchObject({ code: 1, out: '' });
  const wrong = await command(['gate', 'local', '--quiet', '--max-residual-gib', 'nan']);
  expect(wrong).toMatchObject({ code: 3, out: '' });
  expect(wrong.err).toContain('nan');
});

it.each([
  ['whose folder is not there', 'nowhere/junit.xml', /its folder does not exist/],
  ['that is a folder', 'taken', /(?:it is a folder|is a folder)/],
])('a pass without its file is no pass: one %s', async (_what, name, why) => {
  const path = await folder();
  await mkdir(join(path, 'taken'));
  const { code, err } = await gateOn(ASLEEP_CLEAN, ['--junit', join(path, name)]);
  expect([code, why.test(err)]).toEqual([3, true]);
  const failed = await gateOn(TWO_ENGINES_ONE_LEAKS, ['--junit', join(path, name)]);
  expect(failed.code).toBe(1);
  // Nothing half-written is left.
  expect(await readdir(path)).toEqual(['taken']);
});
