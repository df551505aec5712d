// What a test has started ends when the test's own process is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { endsWithUs } from './ends-with-us.ts';
import { isRunning } from './sshd-processes.ts';

/** Starts the command that it is given, says its pid, and waits. */
const STARTER = `const [program, ...args] = JSON.parse(process.argv[1]);
console.log(require('node:child_process').spawn(program, args, { stdio: 'ignore' }).pid);
setInterval(() => undefined, 1000);`;

async function started(command: readonly string[]): Promise<{ pid: number; kill: () => Promise<void> }> {
  const starter = spawn(process.execPath, ['-e', STARTER, JSON.stringify(command)]);
  const ended = once(starter, 'exit');
  const kill = async (): Promise<void> => {
    starter.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const [said] = (await once(starter.stdout, 'data')) as [Buffer];
  return { pid: Number(said.toString()), kill };
}

it.each(['KILL', 'TERM'] as const)('gets %s when its parent is killed', async (signal) => {
  const { pid, kill } = await started(endsWithUs(['/bin/sleep', '600'], signal));
  // Until then it is still setpriv, which has not asked the kernel yet.
  await expect.poll(() => readFile(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n');
  await kill();
  await expect.poll(() => isRunning(pid)).toBe(false);
});

it('goes on without that', async () => {
  const { pid, kill } = await started(['/bin/sleep', '600']);
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  await kill();
  expect(await isRunning(pid)).toBe(true);
});
