// What main closes for every page: permissions, devices, downloads, other addresses, frames, webviews and new windows.
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Screen, Session, WebContents } from 'electron';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startAddress } from '../../electron/app-origin.ts';
import { openMainWindow } from '../../electron/main-window.ts';
import { guardNavigation } from '../../electron/navigation-guard.ts';
import { guardSession } from '../../electron/session-guard.ts';

const HOME = startAddress(undefined);
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Answer<T> = (value: T) => void;

class GuardedSession extends EventEmitter {
  request: (contents: unknown, permission: string, answer: Answer<boolean>) => void = () => undefined;
  check: (contents: unknown, permission: string, origin: string, details: object) => boolean = () => true;
  device: (details: object) => boolean = () => true;
  before: (details: { url: string }, answer: Answer<{ cancel?: boolean }>) => void = () => undefined;
  readonly webRequest = { onBeforeRequest: (listener: GuardedSession['before']) => void (this.before = listener) };

  setPermissionRequestHandler(handler: GuardedSession['request']): void {
    this.request = handler;
  }

  setPermissionCheckHandler(handler: GuardedSession['check']): void {
    this.check = handler;
  }

  setDevicePermissionHandler(handler: GuardedSession['device']): void {
    this.device = handler;
  }
}

function session(): GuardedSession {
  const made = new GuardedSession();
  guardSession(made as unknown as Session);
  return made;
}

/** An event whose default is prevented or not, with what Electron says about the navigation. */
function navigation(url: string, isMainFrame = true) {
  const event = { url, isMainFrame, isPrevented: false, preventDefault: () => void (event.isPrevented = true) };
  return event;
}

function guarded() {
  const opened: string[] = [];
  const contents = Object.assign(new EventEmitter(), {
    open: (_details: { url: string }): { action: string } => ({ action: 'allow' }),
    setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
      contents.open = handler;
    },
  });
  guardNavigation(contents as unknown as WebContents, (address) => opened.push(address));
  return { contents, opened };
}

describe('permissions', () => {
  const all = ['notifications', 'geolocation', 'media', 'clipboard-read', 'openExternal', 'fullscreen', 'usb', 'hid'];

  it.each(all)('%s is refused, asked or looked at', (permission) => {
    const { request, check } = session();
    const answers: boolean[] = [];
    request({ getURL: () => HOME }, permission, (granted) => answers.push(granted));
    answers.push(check(null, permission, 'app://residuum', { requestingUrl: HOME }));
    expect(answers).toEqual([false, false]);
  });

  it('writing to the clipboard is granted to our own page, and to nobody else', () => {
    const { request, check } = session();
    const answers: boolean[] = [];
    for (const url of [HOME, 'https://example.org/']) {
      request({ getURL: () => url }, 'clipboard-sanitized-write', (granted) => answers.push(granted));
      answers.push(check(null, 'clipboard-sanitized-write', '', { requestingUrl: url }));
    }
    answers.push(check(null, 'clipboard-sanitized-write', '', {}));
    expect(answers).toEqual([true, true, false, false, false]);
  });

  it('no device is given', () => {
    expect(session().device({ deviceType: 'usb' })).toBe(false);
  });

  it.each([
    ['blob:app://residuum/0f6e', HOME, false],
    ['app://residuum/file', HOME, true],
    ['https://example.org/a.md', HOME, true],
    ['blob:https://example.org/0f6e', HOME, true],
    ['data:text/html,x', HOME, true],
    ['blob:app://residuum/0f6e', 'https://example.org/', true],
  ])('a download of %s by %s is prevented: %s', (url, page, isPrevented) => {
    const suggested: (string | undefined)[] = [];
    const item = {
      getURL: () => url,
      getFilename: () => '../residuum-gate.md',
      setSaveDialogOptions: ({ defaultPath }: { defaultPath?: string }) => void suggested.push(defaultPath),
    };
    const event = navigation(url);
    session().emit('will-download', event, item, { getURL: () => page });
    expect(event.isPrevented).toBe(isPrevented);
    // Where to is the user's to say, in a dialog of the system.
    expect(suggested).toEqual(isPrevented ? [] : ['residuum-gate.md']);
  });
});

describe('requests', () => {
  it.each([
    [HOME, false],
    ['app://residuum/assets/a.js', false],
    ['data:image/png;base64,AAAA', false],
    ['app://elsewhere/', true],
    ['http://127.0.0.1:8080/', true],
    ['https://docs.nvidia.com/', true],
    ['ws://127.0.0.1:1/', true],
    ['file:///etc/passwd', true],
    ['blob:app://residuum/1', false],
    ['blob:https://example.org/1', true],
  ])('%s is cancelled: %s', (url, cancel) => {
    const answers: object[] = [];
    session().before({ url }, (answer) => answers.push(answer));
    expect(answers).toEqual([{ cancel }]);
  });
});

describe('navigation', () => {
  it.each([
    [HOME, true, false, []],
    ['https://example.org/', true, true, []],
    ['https://docs.vllm.ai/', true, true, ['https://docs.vllm.ai/']],
    ['https://docs.vllm.ai/', false, true, []],
    [HOME, false, true, []],
    ['file:///etc/passwd', true, true, []],
  ])('to %s (main frame: %s) is prevented: %s', (url, isMainFrame, isPrevented, outside) => {
    const { contents, opened } = guarded();
    const event = navigation(url, isMainFrame);
    contents.emit('will-frame-navigate', event);
    contents.emit('will-navigate', event);
    expect([event.isPrevented, opened]).toEqual([isPrevented, outside]);
  });

  it('is not redirected, and gets no webview', () => {
    const { contents } = guarded();
    const [redirect, webview] = [navigation(HOME), navigation(HOME)];
    contents.emit('will-redirect', redirect);
    contents.emit('will-attach-webview', webview);
    expect([redirect.isPrevented, webview.isPrevented]).toEqual([true, true]);
  });

  it('opens no window, and hands only an allowed address to the system', () => {
    const { contents, opened } = guarded();
    const urls = ['https://docs.sglang.ai/a', 'https://example.org/', HOME, 'about:blank'];
    expect(urls.map((url) => contents.open({ url }).action)).toEqual(urls.map(() => 'deny'));
    expect(opened).toEqual(['https://docs.sglang.ai/a']);
  });
});

describe('the window', () => {
  async function optionsOf(): Promise<BrowserWindowConstructorOptions> {
    const folder = mkdtempSync(join(tmpdir(), 'residuum-window-'));
    folders.push(folder);
    const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
    const seen: BrowserWindowConstructorOptions[] = [];
    await openMainWindow({
      newWindow: (options) => {
        seen.push(options);
        return Object.assign(new EventEmitter(), { loadURL: () => Promise.resolve() }) as never;
      },
      screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] } as unknown as Screen,
      preloadPath: '/built/preload.cjs',
      stateFile: join(folder, 'window.json'),
      address: HOME,
    });
    return seen[0] ?? {};
  }

  it('has the sandbox, the isolation and the web security on, and everything else off', async () => {
    expect((await optionsOf()).webPreferences).toEqual({
      preload: '/built/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
  });

  it('is not shown before it has something to show', async () => {
    expect(await optionsOf()).toMatchObject({ show: false, width: 1280, height: 800, minWidth: 900, minHeight: 600 });
  });
});
