// What the tests of the web host run: the program and the page as they ship, and a page with the channel alone.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { REPOSITORY } from '../architecture/source-file.ts';
import { builtProgram } from '../cli/built-program.ts';
import { endsWithUs } from '../kit/ends-with-us.ts';

/** A folder of its own. */
const PAGE = join(REPOSITORY, '.cache/test-channel-page');
const BUILT = { program: '' };

/** For `beforeAll`. */
export async function buildProgram(): Promise<void> {
  BUILT.program = (await builtProgram()).file;
}

/** The folder of the page of test/web/page. */
export async function buildChannelPage(): Promise<string> {
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'page'),
    base: './',
    publicDir: false,
    logLevel: 'error',
    build: { outDir: PAGE, emptyOutDir: true, target: 'es2023' },
  });
  return PAGE;
}

export interface Running {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  /** The address that it said it is ready at. Rejects when it ends before. */
  ready(): Promise<string>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** `residuum …` as a process of its own, with nothing of this machine's environment but PATH. Ended with the test. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  return startProcess([BUILT.program, ...args], env);
}

export function startProcess(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const [program, ...words] = endsWithUs([process.execPath, ...args]);
  const child = spawn(program, words, {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    out: () => said.out,
    err: () => said.err,
    ready: async () => {
      for (;;) {
        const address = /^READY (\S+)\n/m.exec(said.out)?.[1];
        if (address !== undefined) return address;
        if (child.exitCode !== null) throw new Error(`it ended before it was ready: ${said.out}${said.err}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    ended,
  };
}
