// The Chromium that shows the windows of the stand-in: started once, spoken to through its debugging port.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-breakpad',
  // Main must be asked about the address that the page wrote.
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  '--remote-debugging-port=0',
];

const STOP_LIMIT_MS = 5_000;

export class Chromium {
  readonly context: BrowserContext;
  readonly #browser: Browser;
  readonly #child: ChildProcess;

  private constructor(browser: Browser, child: ChildProcess) {
    this.#browser = browser;
    this.#child = child;
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('Chromium has no context');
    this.context = context;
  }

  /** `tell` gets the line with the address of the debugging port, as Electron prints it. */
  static async start(folder: string, tell: (line: string) => void): Promise<Chromium> {
    const program = PLACES.find((place) => existsSync(place));
    if (program === undefined) throw new Error(`The stand-in of Electron needs one of ${PLACES.join(', ')}.`);
    const child = spawn(program, [...ARGS, `--user-data-dir=${join(folder, 'chromium')}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const line = await lineWithAddress(child);
    tell(line);
    const browser = await chromium.connectOverCDP(line.slice(line.indexOf('ws://')));
    return new Chromium(browser, child);
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      else this.#child.once('exit', () => resolve());
    });
    // It answers by going away; where it is gone already, there is nothing to ask.
    const session = await this.#browser.newBrowserCDPSession().catch(() => undefined);
    await session?.send('Browser.close').catch(() => undefined);
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }
}

function lineWithAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`Chromium ended at once: ${said}`)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const line = /^DevTools listening on ws:\/\/\S+$/m.exec(said)?.[0];
      if (line !== undefined) resolve(line);
    });
  });
}
