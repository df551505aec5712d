// BrowserWindow of the stand-in: a page of Chromium with a place that nobody sees, and the life of a window.
import { EventEmitter } from 'node:events';
import type { FakeApp } from './app.ts';
import { Cancellable, onlyThese } from './only-these.ts';
import { FakeWebContents } from './web-contents.ts';

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Options {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly show?: boolean;
  readonly webPreferences?: Readonly<Record<string, unknown>>;
}

/** Where a window manager would put a window that asked for no place. */
const SOMEWHERE = { x: 60, y: 60 };

/** What a real window may have and this one cannot play. */
function refuseUnplayed(preferences: Readonly<Record<string, unknown>>): void {
  const { sandbox, contextIsolation, nodeIntegration } = preferences;
  if (sandbox === false || contextIsolation === false || nodeIntegration === true) {
    throw new Error('The stand-in of Electron plays sandboxed windows with context isolation and without Node only.');
  }
}

export function browserWindowOf(app: FakeApp): {
  new (options?: Options): EventEmitter;
  getAllWindows(): { close(): void }[];
} {
  const windows: BrowserWindow[] = [];

  class BrowserWindow extends EventEmitter {
    readonly webContents: FakeWebContents;
    readonly self: this;
    #bounds: Bounds;
    #isMaximized = false;
    #isMinimized = false;
    #isVisible: boolean;
    #isDestroyed = false;

    constructor(options: Options = {}) {
      super();
      refuseUnplayed(options.webPreferences ?? {});
      const { x = SOMEWHERE.x, y = SOMEWHERE.y, width = 800, height = 600, show = true } = options;
      this.#bounds = { x, y, width, height };
      this.#isVisible = show;
      const page = app.newPage({ width, height });
      const contents = new FakeWebContents({
        page,
        preload: options.webPreferences?.['preload'] as string | undefined,
        session: app.session,
        ipcMain: app.ipcMain,
        urls: app.urls,
      });
      this.webContents = contents.self;
      contents.on('destroyed', () => this.#end());
      this.self = onlyThese('BrowserWindow', this);
      windows.push(this.self);
      app.emit('browser-window-created', {}, this.self);
      app.emit('web-contents-created', {}, contents.self);
      return this.self;
    }

    static getAllWindows(): BrowserWindow[] {
      return [...windows];
    }

    async loadURL(url: string): Promise<void> {
      await this.webContents.load(url);
      this.emit('ready-to-show');
    }

    show(): void {
      this.#isVisible = true;
    }

    isVisible(): boolean {
      return this.#isVisible;
    }

    maximize(): void {
      this.#isMaximized = true;
    }

    isMaximized(): boolean {
      return this.#isMaximized;
    }

    minimize(): void {
      this.#isMinimized = true;
    }

    isMinimized(): boolean {
      return this.#isMinimized;
    }

    restore(): void {
      this.#isMinimized = false;
    }

    focus(): void {
      this.emit('focus');
    }

    isDestroyed(): boolean {
      return this.#isDestroyed;
    }

    getBounds(): Bounds {
      return this.#bounds;
    }

    getNormalBounds(): Bounds {
      return this.#bounds;
    }

    setBounds(bounds: Partial<Bounds>): void {
      this.#bounds = { ...this.#bounds, ...bounds };
    }

    close(): void {
      if (this.#isDestroyed) return;
      const event = new Cancellable();
      this.emit('close', event);
      if (event.defaultPrevented) return;
      void this.webContents.ready.then((page) => page.close()).catch(() => this.#end());
    }

    /** Without asking anybody. */
    destroy(): void {
      void this.webContents.ready.then((page) => page.close()).catch(() => this.#end());
    }

    /** The page is gone: closed by us, or by whoever drives Chromium. */
    #end(): void {
      if (this.#isDestroyed) return;
      this.#isDestroyed = true;
      windows.splice(windows.indexOf(this.self), 1);
      this.emit('closed');
      app.windowClosed(windows.length);
    }
  }

  return BrowserWindow;
}
