// The built desktop program, started as a user starts it: real Electron where its program is there, the stand-in otherwise.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { WebSocket } from 'ws';
import { REPOSITORY } from '../architecture/source-file.ts';
import { builtApp } from '../kit/built-app.ts';
import { endsWithUs } from '../kit/ends-with-us.ts';

/** Electron writes this file when it has fetched its program. */
const IS_REAL = existsSync(join(REPOSITORY, 'node_modules/electron/path.txt'));
export const PLAYED_BY = IS_REAL ? 'real Electron' : 'the stand-in of Electron';

const START_LIMIT_MS = 60_000;
const LEAVE_LIMIT_MS = 30_000;

export interface Desktop {
  readonly page: Page;
  readonly preloadPath: string;
  /** Runs a function in the main process. It must use nothing but its arguments, which are copied, as is its result. */
  inMain<A, R>(work: (electron: typeof Electron, argument: A) => R, argument: A): Promise<Awaited<R>>;
  /** What it wrote to standard error so far. */
  said(): string;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

export interface DesktopRuns {
  /** Made for one test, and removed after it. */
  newFolder(): Promise<string>;
  /** Starts it and waits for its page. `programs`: a folder that its PATH begins with. */
  start(folder?: string, words?: readonly string[], programs?: string): Promise<Desktop>;
  /** One for all tests of the file that leave it running, with a page that was loaded afresh. */
  shared(): Promise<Desktop>;
  /** Starts it where another one runs already: it has no page and ends by itself. */
  startSecond(folder: string, words?: readonly string[]): Promise<number | null>;
}

/** What was started for one test, or for a whole file. */
interface Started {
  readonly children: ChildProcess[];
  readonly browsers: Browser[];
  readonly folders: string[];
}

/** Call it at the top of a test file. Builds before its tests; after each of them nothing that it started is left. */
export function useDesktop(): DesktopRuns {
  const ofTest: Started = { children: [], browsers: [], folders: [] };
  const ofFile: Started = { children: [], browsers: [], folders: [] };
  const state: { app: string; shared: Desktop | undefined } = { app: '', shared: undefined };

  beforeAll(async () => {
    process.stderr.write(`desktop: driven by ${PLAYED_BY}\n`);
    state.app = await builtApp();
  });
  afterEach(() => endAll(ofTest));
  afterAll(() => endAll(ofFile));

  return {
    newFolder: () => newFolder(ofTest),
    start: async (folder, words = [], programs) =>
      openDesktop(state.app, folder ?? (await newFolder(ofTest)), ofTest, words, programs),
    shared: async () => {
      if (state.shared === undefined) state.shared = await openDesktop(state.app, await newFolder(ofFile), ofFile, []);
      else await state.shared.page.reload();
      return state.shared;
    },
    startSecond: (folder, words = []) => launch(state.app, folder, ofTest, words).ended,
  };
}

async function newFolder({ folders }: Started): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-desktop-'));
  folders.push(folder);
  return folder;
}

interface Launched {
  readonly child: ChildProcess;
  readonly said: { text: string };
  readonly ended: Promise<number | null>;
}

function launch(
  app: string,
  folder: string,
  { children }: Started,
  own: readonly string[],
  programs?: string,
): Launched {
  const words = ['--inspect=127.0.0.1:0', '--remote-debugging-port=0', ...forThisMachine(), app];
  const cli = join(REPOSITORY, 'node_modules/electron/cli.js');
  // It passes the signal on to what it has started.
  const [starter, ...all] = endsWithUs(
    [process.execPath, cli, ...words, `--user-data-dir=${join(folder, 'data')}`, ...own],
    'TERM',
  );
  const child = spawn(starter, all, {
    env: environment(folder, programs),
    // A group of its own, so that all of it can be ended by its number.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  const said = { text: '' };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.text += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, said, ended };
}

async function openDesktop(
  app: string,
  folder: string,
  started: Started,
  words: readonly string[],
  programs?: string,
): Promise<Desktop> {
  const { child, said, ended } = launch(app, folder, started, words, programs);
  const address = (name: string): string | undefined =>
    new RegExp(`^${name} listening on (ws://\\S+)$`, 'm').exec(said.text)?.[1];
  const isOver = (): boolean => child.exitCode !== null;
  const devtools = await eventually(() => address('DevTools'), isOver, said);
  const inspector = await eventually(() => address('Debugger'), isOver, said);
  const browser = await chromium.connectOverCDP(devtools);
  started.browsers.push(browser);
  const page = await eventually(() => pagesOf(browser).find(isOurs), isOver, said);
  await page.waitForLoadState('load');
  return {
    page,
    preloadPath: join(app, 'dist/electron/preload.cjs'),
    inMain: (work, argument) => evaluateIn(inspector, work as never, argument),
    said: () => said.text,
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

async function endAll({ children, browsers, folders }: Started): Promise<void> {
  await Promise.all(browsers.splice(0).map((browser) => browser.close()));
  for (const child of children.splice(0)) await endGroup(child);
  const left = folders.flatMap((folder) => commandLinesWith(folder));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 5 })));
  expect(left, 'still running').toEqual([]);
}

/** As the desktop shows it, and as the stand-in does. */
function isOurs(page: Page): boolean {
  return /^(?:app:\/\/residuum|https:\/\/residuum\.app\.invalid)\//.test(page.url());
}

function pagesOf(browser: Browser): readonly Page[] {
  return browser.contexts().flatMap((context) => context.pages());
}

function environment(folder: string, programs?: string): NodeJS.ProcessEnv {
  const { PATH, DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR } = process.env;
  const shown = { DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR };
  const standIn = { ELECTRON_OVERRIDE_DIST_PATH: join(REPOSITORY, 'test/fake-electron') };
  const path = programs === undefined ? PATH : `${programs}:${PATH ?? ''}`;
  return { PATH: path, ...shown, HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), ...(IS_REAL ? {} : standIn) };
}

/** Real Chromium refuses its sandbox to root, and needs a screen or to be told that there is none. */
function forThisMachine(): readonly string[] {
  if (!IS_REAL || process.platform !== 'linux') return [];
  const hasScreen = process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
  return [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...(hasScreen ? [] : ['--ozone-platform=headless'])];
}

async function eventually<T>(look: () => T | undefined, isOver: () => boolean, said: { text: string }): Promise<T> {
  const until = performance.now() + START_LIMIT_MS;
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    if (isOver() || performance.now() > until) throw new Error(`the desktop did not start: ${said.text}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** One short session: a process with a debugger waits for it to leave before it ends. */
async function evaluateIn<A, R>(
  address: string,
  work: (electron: typeof Electron, argument: A) => R,
  argument: A,
): Promise<Awaited<R>> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  try {
    const electron = `process.getBuiltinModule('module').createRequire(process.cwd() + '/x')('electron')`;
    const expression = `(async () => (${String(work)})(${electron}, ${JSON.stringify(argument) ?? 'undefined'}))()`;
    const params = { expression, awaitPromise: true, returnByValue: true };
    const answered = new Promise<string>((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    );
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
    const { result } = JSON.parse(await answered) as {
      result: { result: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
    };
    if (result.exceptionDetails !== undefined) throw new Error(result.exceptionDetails.exception?.description);
    return result.result.value as Awaited<R>;
  } finally {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  }
}

/** Ends a child with all that it started, and waits until none of it runs. */
async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const until = performance.now() + LEAVE_LIMIT_MS;
  for (;;) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // ESRCH: the group is empty.
      return;
    }
    if (performance.now() > until) throw new Error(`process group ${pid} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Of every process that has the folder among its arguments: each of ours does, also those that left the group. */
function commandLinesWith(folder: string): readonly string[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
        return words.includes(folder) ? [words] : [];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}
