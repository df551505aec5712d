// WebContents of the stand-in: one page of Chromium, preload in a world of its own, and the events around navigation.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page, Route } from 'playwright-core';
import type { FakeIpcMain } from './ipc-main.ts';
import { otherEnd, type MessagePortMain } from './message-ports.ts';
import { Cancellable, onlyThese } from './only-these.ts';
import {
  FROM_MAIN,
  pageWorldScript,
  preloadWorldScript,
  TO_MAIN,
  WORLD,
  type MainSays,
  type PageSays,
} from './page-worlds.ts';
import type { SchemeUrls } from './scheme-urls.ts';
import type { FakeSession } from './session.ts';

type OpenHandler = (details: { readonly url: string }) => { readonly action: string };

export interface ContentsParts {
  readonly page: Promise<Page>;
  readonly preload: string | undefined;
  readonly session: FakeSession;
  readonly ipcMain: FakeIpcMain;
  readonly urls: SchemeUrls;
}

export class FakeWebContents extends EventEmitter {
  /** What everybody outside sees, and compares with. */
  readonly self: this;
  readonly mainFrame: { readonly url: string; readonly parent: null; readonly frameTreeNodeId: number };
  readonly ready: Promise<Page>;
  readonly #parts: ContentsParts;
  readonly #ports = new Map<number, MessagePortMain>();
  #cdp: CDPSession | undefined;
  /** Of preload in the document that is shown now. */
  #world: number | undefined;
  #url = '';
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  #portCount = 0;
  #isLoadingUrl = false;

  constructor(parts: ContentsParts) {
    super();
    this.#parts = parts;
    const url = (): string => this.#url;
    this.mainFrame = onlyThese('WebFrameMain', {
      get url() {
        return url();
      },
      parent: null,
      frameTreeNodeId: 1,
    });
    this.self = onlyThese('WebContents', this);
    this.ready = parts.page.then((page) => this.#begin(page));
    // Whoever uses the page meets the failure; until then it is not unhandled.
    this.ready.catch(() => undefined);
  }

  getURL(): string {
    return this.#url;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...args: readonly unknown[]): void {
    this.#say({ kind: 'message', channel, args, ports: [] });
  }

  postMessage(channel: string, message: unknown, transfer: readonly object[] = []): void {
    const ports = transfer.map((port) => {
      const id = (this.#portCount += 1);
      const stays = otherEnd(port);
      stays.deliver = (data) => this.#say({ kind: 'port', port: id, data });
      stays.tellClosed = () => this.#say({ kind: 'port-closed', port: id });
      this.#ports.set(id, stays);
      return id;
    });
    this.#say({ kind: 'message', channel, args: [message], ports });
  }

  reload(): void {
    void this.ready.then((page) => page.reload());
  }

  /** Resolves when it is loaded, as `loadURL` of a window does. */
  async load(url: string): Promise<void> {
    const page = await this.ready;
    this.#url = url;
    if (this.#parts.urls.toBrowser(url) !== url) {
      await this.#parts.session.applyPermissions(page.context(), this.self, url);
    }
    this.#isLoadingUrl = true;
    await page.goto(this.#parts.urls.toBrowser(url), { waitUntil: 'load' }).finally(() => (this.#isLoadingUrl = false));
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return (await this.ready).evaluate(code);
  }

  async #begin(page: Page): Promise<Page> {
    page.on('download', (download) => {
      const event = new Cancellable();
      const item = {
        getURL: () => this.#parts.urls.toElectron(download.url()),
        getFilename: () => download.suggestedFilename(),
        // The dialog of the system is played by the browser, which keeps the file for the test.
        setSaveDialogOptions: () => undefined,
      };
      this.#parts.session.emit('will-download', event, item, this.self);
      if (event.defaultPrevented) void download.cancel();
    });
    page.on('popup', (popup) => {
      // Made in a way that the page's script did not see.
      this.#askToOpen(popup.url());
      void popup.close();
    });
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#url = this.#parts.urls.toElectron(frame.url());
    });
    page.on('close', () => {
      this.#closePorts();
      this.emit('destroyed');
    });
    await page.route('**/*', (route) => this.#route(page, route));
    await this.#prepareWorlds(page);
    return page;
  }

  #askToOpen(url: string): void {
    const { action } = this.#openHandler({ url: this.#parts.urls.toElectron(url) });
    if (action !== 'deny') throw new Error('The stand-in of Electron opens no second window for a page.');
  }

  async #prepareWorlds(page: Page): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    this.#cdp = cdp;
    let mainFrame = '';
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== WORLD || frameOf(context.auxData) !== mainFrame) return;
      this.#closePorts();
      this.#world = context.id;
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === TO_MAIN && executionContextId === this.#world) this.#hear(JSON.parse(payload) as PageSays);
    });
    await cdp.send('Page.enable');
    mainFrame = (await cdp.send('Page.getFrameTree')).frameTree.frame.id;
    await cdp.send('Runtime.enable');
    const { preload } = this.#parts;
    if (preload === undefined) return;
    await cdp.send('Runtime.addBinding', { name: TO_MAIN, executionContextName: WORLD });
    const add = (source: string, worldName?: string): Promise<unknown> =>
      cdp.send('Page.addScriptToEvaluateOnNewDocument', worldName === undefined ? { source } : { source, worldName });
    await add(pageWorldScript());
    await add(preloadWorldScript(readFileSync(preload, 'utf8')), WORLD);
  }

  async #route(page: Page, route: Route): Promise<void> {
    const request = route.request();
    if (request.isNavigationRequest()) {
      const isMainFrame = request.frame() === page.mainFrame();
      const url = this.#parts.urls.toElectron(request.url());
      // Electron asks nobody about what main itself loads.
      const isAsked = !(isMainFrame && this.#isLoadingUrl);
      if (isAsked && this.#isPrevented(url, isMainFrame)) {
        // "No content" leaves the page as it is; an aborted navigation may show Chromium's page of errors.
        await route.fulfill({ status: 204 });
        return;
      }
      this.emit('did-start-navigation', { url, isMainFrame, isSameDocument: false });
    }
    await this.#parts.session.answer(route);
  }

  #isPrevented(url: string, isMainFrame: boolean): boolean {
    const event = Object.assign(new Cancellable(), { url, isMainFrame });
    this.emit('will-frame-navigate', event);
    if (isMainFrame) this.emit('will-navigate', event);
    return event.defaultPrevented;
  }

  #hear(said: PageSays): void {
    const event = { sender: this.self, senderFrame: this.mainFrame };
    switch (said.kind) {
      case 'send':
        this.#parts.ipcMain.hear(said.channel, event, said.args);
        break;
      case 'invoke':
        this.#parts.ipcMain.answer(said.channel, event, said.args).then(
          (value) => this.#say({ kind: 'answer', call: said.call, value }),
          (error: unknown) => {
            const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
            const message = `Error invoking remote method '${said.channel}': ${text}`;
            this.#say({ kind: 'answer', call: said.call, error: message });
          },
        );
        break;
      case 'port':
        this.#ports.get(said.port)?.receive(said.data);
        break;
      case 'port-closed':
        this.#ports.get(said.port)?.receiveClose();
        break;
      case 'open':
        this.#askToOpen(said.url);
    }
  }

  #say(said: MainSays): void {
    if (this.#world === undefined) return;
    const expression = `globalThis.${FROM_MAIN}(${JSON.stringify(said)})`;
    // A page that goes away while it is spoken to hears nothing, as in Electron.
    this.#cdp?.send('Runtime.evaluate', { expression, contextId: this.#world }).catch(() => undefined);
  }

  #closePorts(): void {
    for (const port of this.#ports.values()) port.receiveClose();
    this.#ports.clear();
    this.#world = undefined;
  }
}

function frameOf(auxData: unknown): unknown {
  return typeof auxData === 'object' && auxData !== null && 'frameId' in auxData ? auxData.frameId : undefined;
}
