// What every link does, whatever it runs over: one suite for ssh2 and local.
import { expect, it } from 'vitest';
import type { Link, RemoteProcess } from '../../../node/link/link.ts';
import { isRunning } from '../../kit/sshd-processes.ts';

/** Reads standard output to its end. */
export async function readAll(running: RemoteProcess): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of running.output) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A reader of lines that keeps the output open between two lines. */
export function lineReader(running: RemoteProcess): () => Promise<string | null> {
  const chunks = running.output[Symbol.asyncIterator]();
  let text = '';
  return async () => {
    for (;;) {
      const end = text.indexOf('\n');
      if (end !== -1) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return line;
      }
      const next = await chunks.next();
      if (next.done === true) return null;
      text += Buffer.from(next.value).toString('utf8');
    }
  };
}

/** True as soon as the condition holds, false when it does not within the limit. */
export async function within(limitMs: number, holds: () => Promise<boolean>): Promise<boolean> {
  const until = Date.now() + limitMs;
  while (Date.now() < until) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return holds();
}

export function linkSuite(open: () => Promise<Link>): void {
  it('runs a command and gives its output, its errors and its exit code', async () => {
    const link = await open();
    const running = await link.run('echo out; echo err >&2; exit 7');
    expect(await readAll(running)).toBe('out\n');
    expect(await running.closed).toEqual({ exitCode: 7, signal: null, lost: false });
    expect(running.stderr()).toContain('err\n');
    await link.close();
    expect(await link.closed).toBeNull();
  });

  it('streams both ways while the command runs', async () => {
    const link = await open();
    const running = await link.run('while read -r line; do echo "got $line"; done; echo over');
    const nextLine = lineReader(running);
    for (const word of ['one', 'two', 'three']) {
      running.stdin.write(`${word}\n`);
      expect(await nextLine()).toBe(`got ${word}`);
    }
    running.stdin.end();
    expect(await nextLine()).toBe('over');
    expect(await nextLine()).toBeNull();
    expect((await running.closed).exitCode).toBe(0);
    await link.close();
  });

  it('carries a script of 300 KB in and bytes that are no text out', async () => {
    const link = await open();
    const running = await link.run('exec sh -s');
    running.stdin.write(`: '${'x'.repeat(300_000)}'\nprintf '\\000\\377\\033[2J'\n`);
    running.stdin.end();
    const chunks: Uint8Array[] = [];
    for await (const chunk of running.output) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([0, 0xff, 0x1b, 0x5b, 0x32, 0x4a]));
    await link.close();
  });

  it('holds a fast writer back while nobody reads, and loses nothing', async () => {
    const link = await open();
    const size = 20_000_000;
    const running = await link.run(`head -c ${size} /dev/zero; echo written >&2`);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(running.stderr()).not.toContain('written');
    let read = 0;
    for await (const chunk of running.output) read += chunk.byteLength;
    expect(read).toBe(size);
    expect((await running.closed).exitCode).toBe(0);
    expect(running.stderr()).toContain('written');
    await link.close();
  });

  it('keeps 4 KiB of a flood on standard error and goes on', async () => {
    const link = await open();
    const running = await link.run('echo cause >&2; yes flood | head -c 3000000 >&2; echo done');
    expect(await readAll(running)).toBe('done\n');
    await running.closed;
    expect(running.stderr()).toMatch(/^cause\nflood\n/m);
    expect(running.stderr().length).toBeLessThanOrEqual(4096);
    await link.close();
  });

  it('tells the signal that ended a command', async () => {
    const link = await open();
    const running = await link.run('exec sh -c "kill -KILL \\$\\$"');
    expect(await readAll(running)).toBe('');
    expect(await running.closed).toEqual({ exitCode: null, signal: 'SIGKILL', lost: false });
    await link.close();
  });

  it('ends a command by ending its input, unread output or not', async () => {
    const link = await open();
    const running = await link.run('echo $$; cat; exit 5');
    const pid = Number(await lineReader(running)());
    running.stdin.write('unread\n');
    expect(await running.end()).toEqual({ exitCode: 5, signal: null, lost: false });
    expect(await isRunning(pid)).toBe(false);
    expect(await running.end()).toEqual({ exitCode: 5, signal: null, lost: false });
    running.stdin.write('to nobody\n');
    await link.close();
  });

  it('leaves no process behind after close() when commands end with their input', async () => {
    const link = await open();
    const pids: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      const running = await link.run('echo $$; (while read -r line; do :; done); exit 0');
      pids.push(Number(await lineReader(running)()));
    }
    expect(await Promise.all(pids.map(isRunning))).toEqual([true, true, true]);
    const closing = link.close();
    const gone = async (): Promise<boolean> => !(await Promise.all(pids.map(isRunning))).includes(true);
    expect(await within(15_000, gone)).toBe(true);
    await closing;
    await link.close();
  });

  it('starts nothing once it is closed', async () => {
    const link = await open();
    await link.close();
    await expect(link.run('true')).rejects.toMatchObject({ code: 'lost' });
  });
}
