// The local link: the common suite, and what only processes of our own can do.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLocal } from '../../../node/link/local-link.ts';
import { descendants, isRunning } from '../../kit/sshd-processes.ts';
import { lineReader, linkSuite, readAll, within } from './link-suite.ts';

describe('a local link', () => {
  linkSuite(async () => {
    const link = openLocal();
    onTestFinished(() => link.close());
    return link;
  });

  it('gives each command a session of its own', async () => {
    const link = openLocal();
    const running = await link.run('exec cat /proc/self/stat');
    const fields = (await readAll(running)).trim().split(' ');
    expect(fields[5]).toBe(fields[0]);
    await link.close();
  });

  it('hands over the environment that it is given, and only that', async () => {
    const link = openLocal({ env: { PATH: process.env['PATH'], RESIDUUM_PROC_ROOT: '/some where' } });
    expect(await readAll(await link.run('echo "$RESIDUUM_PROC_ROOT:$HOME"'))).toBe('/some where:\n');
    await link.close();
  });

  it('ends by its process group what ignores the end of its input, grandchildren included', async () => {
    const link = openLocal();
    const running = await link.run('trap "" TERM; echo $$; sleep 600 & sleep 600');
    const pid = Number(await lineReader(running)());
    expect(await within(10_000, async () => (await descendants(pid)).length === 2)).toBe(true);
    const below = (await descendants(pid)).map((each) => each.pid);
    const ending = await running.end();
    expect(ending).toEqual({ exitCode: null, signal: 'SIGKILL', lost: false });
    expect(await Promise.all([pid, ...below].map(isRunning))).toEqual([false, false, false]);
    await link.close();
  });

  it('does not wait for ever for a descendant that left the group and keeps the output open', async () => {
    const link = openLocal();
    const running = await link.run('setsid sleep 600 & echo $!; exit 0');
    const sleeper = Number(await lineReader(running)());
    onTestFinished(async () => {
      for (const each of [sleeper, ...(await descendants(sleeper)).map((one) => one.pid)]) {
        if (await isRunning(each)) process.kill(each, 'SIGKILL');
      }
    });
    expect(await running.end()).toEqual({ exitCode: 0, signal: null, lost: false });
    await link.close();
  });

  it('says that there is no shell', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'residuum-empty-'));
    onTestFinished(() => rm(empty, { recursive: true }));
    const link = openLocal({ env: { PATH: empty } });
    await expect(link.run('true')).rejects.toMatchObject({
      code: 'no-shell',
      message: expect.stringContaining('Residuum needs "sh" on PATH') as string,
    });
    await link.close();
  });
});
