// What the tests of the web host run: the program and the page as they ship, and a page with the channel alone.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { sourceFingerprint } from '../../scripts/checkout.mjs';
import { runChild } from '../../scripts/child.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';

/** Folders of their own: dist/ may be in use, or old. */
const PROGRAMS = join(REPOSITORY, '.cache/test-serve');
const PAGE = join(REPOSITORY, '.cache/test-channel-page');
const KEPT_MS = 60 * 60_000;

/** The command line, and the page beside it where it looks for it: one folder for each state of the sources. */
function programFolder(): string {
  return join(PROGRAMS, sourceFingerprint(REPOSITORY).slice(0, 16));
}

/** For `beforeAll`. Test files that want it at the same time each build, and the first one to be ready is used by all. */
export async function buildProgram(): Promise<void> {
  const built = programFolder();
  if (existsSync(built)) return;
  const own = `${built}.${process.pid}`;
  const words = [join(import.meta.dirname, 'build-program.mjs'), own];
  const env = { ...process.env, NODE_ENV: 'production' };
  const { code, output } = await runChild(process.execPath, words, { cwd: REPOSITORY, output: 'capture', env });
  if (code !== 0) throw new Error(`the program could not be built:\n${output}`);
  try {
    renameSync(own, built);
  } catch (cause) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(built)) throw cause;
  }
  for (const name of readdirSync(PROGRAMS)) {
    const path = join(PROGRAMS, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (path !== built && age > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
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
  return startProcess([join(programFolder(), 'cli/main.js'), ...args], env);
}

export function startProcess(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, args, {
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
