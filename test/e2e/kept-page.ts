// The page that the tests of a file take one after the other. A new one would cost each of them a profile, a window and
// a process of Chromium: three times of what most of them do in it.
import type { Browser, Page } from 'playwright-core';

/** What a test may want of its page. */
export interface PageOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** A page of its own profile. */
export async function newPage(browser: Browser, options: PageOptions, complain: (text: string) => void): Promise<Page> {
  const { colorScheme = 'light', width = 1280, height = 800, reducedMotion = 'reduce' } = options;
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion, timezoneId: 'UTC' });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text());
  });
  return page;
}

/** One page that is taken and given back; between two tests nothing stays in it. */
export class KeptPage {
  readonly #make: () => Promise<Page>;
  #page: Page | undefined;
  #isTaken = false;

  constructor(make: () => Promise<Page>) {
    this.#make = make;
  }

  /** undefined while it is taken: whoever needs a second one makes it. */
  async take(options: PageOptions): Promise<Page | undefined> {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    this.#page ??= await this.#make();
    const { colorScheme = 'light', width = 1280, height = 800, reducedMotion = 'reduce' } = options;
    await this.#page.setViewportSize({ width, height });
    await this.#page.emulateMedia({ colorScheme, reducedMotion });
    return this.#page;
  }

  /**
   * Empties the page for the next test. After one that failed it is closed: nobody knows which key is still down in it,
   * or what it is waiting for.
   */
  async giveBack(hasFailed: boolean): Promise<void> {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    const page = this.#page;
    if (page === undefined || hasFailed || page.isClosed()) return this.close();
    try {
      await forget(page);
    } catch (cause) {
      await this.close();
      throw cause;
    }
  }

  async close(): Promise<void> {
    const page = this.#page;
    this.#page = undefined;
    await page?.context().close();
  }
}

async function forget(page: Page): Promise<void> {
  const context = page.context();
  const others = context.pages().filter((each) => each !== page);
  await Promise.all(others.map((each) => each.close()));
  const { origin } = new URL(page.url());
  // A tab keeps this one itself, whatever is cleared of its origin.
  if (origin !== 'null') await page.evaluate('sessionStorage.clear()');
  // Out of the page, so that nothing lies under it on the next one.
  await page.mouse.move(-1, -1);
  await page.goto('about:blank');
  if (origin !== 'null') {
    const session = await context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await session.detach();
  }
  await context.clearPermissions();
}
