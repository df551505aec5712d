// The built program as a process of a test: what it says, and its end; never left running.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { endsWithUs } from '../kit/ends-with-us.ts';

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly pid: number;
  out(): string;
  err(): string;
  /** Waits until standard output, or what the program says beside it, has this. */
  has(text: string, where?: 'out' | 'err'): Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** `command`: a program and its arguments. */
export function startProgram(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const [started, ...words] = endsWithUs([program, ...args]);
  const child = spawn(started, words, { env: { PATH: process.env['PATH'], ...env } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  onTestFinished(async () => {
    // One that is stopped takes no other signal.
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    pid: child.pid ?? 0,
    out: () => said.out,
    err: () => said.err,
    has: async (text, where = 'out') => {
      while (!said[where].includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`it ended without ${text}: ${said.out}${said.err}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    ended,
  };
}
