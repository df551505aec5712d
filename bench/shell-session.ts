// A shell that answers one line at a time, without a link between: what is measured is the shell's work.
import { spawn } from 'node:child_process';
import { cpuMsOfTree } from './cpu-time.ts';

export interface ShellSession {
  /** Writes a line, and resolves when `isAnswer` has accepted what came back. Milliseconds of wall time. */
  ask(line: string): Promise<number>;
  /** CPU time so far, of the shell and everything that it started. */
  cpuMs(): number;
  end(): Promise<void>;
}

export interface ShellOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Written at once; the session is open when it was answered. */
  readonly script: string;
  /** Takes output as it comes; true when a whole answer has arrived. */
  readonly isAnswer: (chunk: Uint8Array) => boolean;
}

const ANSWER_LIMIT_MS = 60_000;

export async function openShell({ args, env, script, isAnswer }: ShellOptions): Promise<ShellSession> {
  const child = spawn('sh', args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = { resolve: () => {}, reject: (_error: Error) => {} };
  child.stdout.on('data', (chunk: Buffer) => {
    if (isAnswer(chunk)) waiting.resolve();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', (error) => waiting.reject(error));
  child.once('close', (code) => waiting.reject(new Error(`the shell ended with exit code ${code}`)));

  const ask = async (line: string): Promise<number> => {
    const answered = new Promise<void>((resolve, reject) => Object.assign(waiting, { resolve, reject }));
    const late = setTimeout(() => waiting.reject(new Error('the shell did not answer')), ANSWER_LIMIT_MS);
    const begin = performance.now();
    child.stdin.write(line);
    try {
      await answered;
      return performance.now() - begin;
    } finally {
      clearTimeout(late);
    }
  };
  await ask(script);
  return {
    ask,
    cpuMs: () => cpuMsOfTree(child.pid ?? -1),
    end: async () => {
      Object.assign(waiting, { reject: () => {} });
      child.stdin.end();
      await ended;
    },
  };
}
