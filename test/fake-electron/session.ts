// The session of the stand-in: keeps the handlers that main sets, and asks them as Electron would.
import { EventEmitter } from 'node:events';
import type { BrowserContext, CDPSession, Route } from 'playwright-core';
import type { SchemeUrls } from './scheme-urls.ts';

type Handler = (request: Request) => Response | Promise<Response>;
type BeforeRequest = (details: { readonly url: string }, answer: (response: { cancel?: boolean }) => void) => void;
type PermissionRequest = (
  contents: object,
  permission: string,
  answer: (granted: boolean) => void,
  details: object,
) => void;
type PermissionCheck = (contents: object, permission: string, origin: string, details: object) => boolean;

/** Electron's names, and what Chromium's debugging protocol calls the same thing. */
const PERMISSIONS: readonly (readonly [string, string])[] = [
  ['notifications', 'notifications'],
  ['geolocation', 'geolocation'],
  ['media', 'camera'],
  ['media', 'microphone'],
  ['midiSysex', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['persistent-storage', 'persistent-storage'],
  ['idle-detection', 'idle-detection'],
];

export class FakeSession extends EventEmitter {
  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest): void => void (this.#beforeRequest = listener),
  };
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #urls: SchemeUrls;
  #browserSession: CDPSession | undefined;
  #beforeRequest: BeforeRequest = (_details, answer) => answer({});
  // Electron grants everything unless it is told otherwise, and so does the stand-in.
  #request: PermissionRequest = (_contents, _permission, answer) => answer(true);
  #check: PermissionCheck = () => true;

  constructor(handlers: ReadonlyMap<string, Handler>, urls: SchemeUrls) {
    super();
    this.#handlers = handlers;
    this.#urls = urls;
  }

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.#check = handler;
  }

  /** No page of the stand-in reaches a device. */
  setDevicePermissionHandler(handler: (details: object) => boolean): void {
    if (handler({ deviceType: 'usb' })) throw new Error('The stand-in of Electron plays no devices.');
  }

  /** Chromium is told what main answers for a page at this address. */
  async applyPermissions(context: BrowserContext, contents: object, url: string): Promise<void> {
    // Kept: what a session has set ends with it.
    const session = (this.#browserSession ??= await context.browser()?.newBrowserCDPSession());
    const origin = new URL(this.#urls.toBrowser(url)).origin;
    for (const [permission, name] of PERMISSIONS) {
      const details = { requestingUrl: url, isMainFrame: true };
      let isGranted = this.#check(contents, permission, origin, details);
      if (isGranted) this.#request(contents, permission, (granted) => (isGranted &&= granted), details);
      await session?.send('Browser.setPermission', {
        permission: { name },
        setting: isGranted ? 'granted' : 'denied',
        origin,
      });
    }
  }

  /** One request of a page: main may cancel it, and answers it when it is to a scheme of its own. */
  async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = this.#urls.toElectron(request.url());
    let isCancelled = false;
    this.#beforeRequest({ url }, ({ cancel }) => (isCancelled = cancel === true));
    const handler = this.#handlers.get(new URL(url).protocol.replace(/:$/, ''));
    if (isCancelled) await route.abort('blockedbyclient');
    // There is no network here: a request that main lets through must not hang a test.
    else if (handler === undefined) await route.abort('internetdisconnected');
    else {
      const answer = await handler(new Request(url, { method: request.method() }));
      await route.fulfill({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      });
    }
  }
}
