// `app` of the stand-in: start, the one instance, the folders, and quitting in the order in which Electron quits.
import { EventEmitter } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Chromium } from './chromium.ts';
import type { FakeIpcMain } from './ipc-main.ts';
import { Cancellable } from './only-these.ts';
import type { SchemeUrls } from './scheme-urls.ts';
import type { FakeSession } from './session.ts';
import { takeInstanceLock, type InstanceLock } from './single-instance.ts';

export interface AppParts {
  readonly words: readonly string[];
  readonly session: FakeSession;
  readonly ipcMain: FakeIpcMain;
  readonly urls: SchemeUrls;
  readonly windows: () => readonly { close(): void }[];
}

export class FakeApp extends EventEmitter {
  readonly session: FakeSession;
  readonly ipcMain: FakeIpcMain;
  readonly urls: SchemeUrls;
  readonly commandLine: { getSwitchValue(name: string): string; hasSwitch(name: string): boolean };
  readonly #words: readonly string[];
  readonly #windows: () => readonly { close(): void }[];
  readonly #paths = new Map<string, string>();
  readonly #usedPages = new WeakSet<Page>();
  #chromium: Promise<Chromium> | undefined;
  #lock: InstanceLock | undefined;
  #isReady = false;
  #isQuitting = false;
  #isExiting = false;

  constructor({ words, session, ipcMain, urls, windows }: AppParts) {
    super();
    this.#words = words;
    this.#windows = windows;
    this.session = session;
    this.ipcMain = ipcMain;
    this.urls = urls;
    const valueOf = (name: string): string | undefined => {
      const word = words.find((each) => each === `--${name}` || each.startsWith(`--${name}=`));
      return word?.slice(name.length + 3);
    };
    this.commandLine = {
      getSwitchValue: (name) => valueOf(name) ?? '',
      hasSwitch: (name) => valueOf(name) !== undefined,
    };
    const appData = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
    this.#paths.set('appData', appData).set('userData', join(appData, 'residuum'));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.quit());
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`The stand-in of Electron knows no path ${name}.`);
    return path;
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  /** Chromium of the stand-in runs as it can: the decision record says what that leaves unproven. */
  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  whenReady(): Promise<void> {
    return this.#isReady ? Promise.resolve() : new Promise((resolve) => this.once('ready', () => resolve()));
  }

  requestSingleInstanceLock(): boolean {
    this.#lock ??= takeInstanceLock(this.getPath('userData'), this.#words, (words) =>
      this.emit('second-instance', {}, words, '', null),
    );
    return this.#lock.isFirst;
  }

  /** Called when the main module has run. */
  begin(): void {
    if (this.#isExiting) return;
    setImmediate(() => {
      this.#isReady = true;
      this.emit('ready');
    });
  }

  async newPage(size: { readonly width: number; readonly height: number }): Promise<Page> {
    const wantsLine = this.commandLine.hasSwitch('remote-debugging-port');
    this.#chromium ??= Chromium.start(this.getPath('userData'), (line) => {
      if (wantsLine) process.stderr.write(`\n${line}\n`);
    });
    const { context } = await this.#chromium;
    // Chromium comes with a page, which the first window takes.
    const page = context.pages().find((each) => !this.#usedPages.has(each)) ?? (await context.newPage());
    this.#usedPages.add(page);
    await page.setViewportSize(size);
    return page;
  }

  quit(): void {
    if (this.#isQuitting) return;
    this.emit('before-quit', new Cancellable());
    this.#isQuitting = true;
    const windows = this.#windows();
    for (const window of windows) window.close();
    if (windows.length === 0) this.#willQuit();
  }

  /** Told by each window at its end. */
  windowClosed(left: number): void {
    if (left > 0) return;
    if (this.#isQuitting) this.#willQuit();
    else if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }

  exit(code = 0): void {
    if (this.#isExiting) return;
    this.#isExiting = true;
    void this.#end(code);
  }

  #willQuit(): void {
    const event = new Cancellable();
    this.#isQuitting = false;
    this.emit('will-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  async #end(code: number): Promise<void> {
    this.#lock?.release();
    const chromium = await this.#chromium?.catch(() => undefined);
    await chromium?.stop();
    process.exit(code);
  }
}
