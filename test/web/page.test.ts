// The page's end of the web host in a real Chromium: where the secret goes, a reload, a second page, a host that leaves.
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../kit/sshd-port.ts';
import { buildChannelPage } from './built.ts';
import { startHost, type StartedHost } from './started-host.ts';

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

const test: { browser: Browser; pageFolder: string; host: StartedHost; complaints: string[] } = {
  complaints: [],
} as never;

beforeAll(async () => {
  test.pageFolder = await buildChannelPage();
  test.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: SWITCHES });
});

afterEach(async () => {
  await Promise.all(test.browser.contexts().map((context) => context.close()));
  await test.host.close();
  // A socket to a host that is gone is said by the browser itself.
  const others = test.complaints.splice(0).filter((text) => !text.includes('WebSocket connection to'));
  if (others.length > 0) throw new Error(`the page complained: ${others.join('; ')}`);
});

afterAll(async () => {
  await test.browser.close();
});

async function openPage(address: string): Promise<Page> {
  const context = await test.browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => test.complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') test.complaints.push(message.text());
  });
  await page.goto(address);
  return page;
}

/** What the page says of its connection, as soon as it says this; otherwise what it says in the end. */
async function says(page: Page, text: string): Promise<string | null> {
  const state = page.locator('#state');
  await expect.poll(() => state.textContent(), { timeout: 30_000 }).toBe(text);
  return await state.textContent();
}

const LOST =
  'refused: The host does not know this page. Open the address that the host printed last: it is another one each time it starts.';

describe('a page of the web host', () => {
  it('connects with the token, takes it out of its address, and has it again after a reload', async () => {
    test.host = await startHost({ pageFolder: test.pageFolder });
    const page = await openPage(test.host.host.address);
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
    expect(page.url()).toBe(`http://127.0.0.1:${test.host.port}/`);
    expect(await page.evaluate('[document.cookie, localStorage.length, history.length]')).toEqual(['', 0, 2]);
    await page.reload();
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
  });

  it('opens what its address names once, and not again after a reload', async () => {
    test.host = await startHost({ pageFolder: test.pageFolder });
    const page = await openPage(`${test.host.host.address}&open=demo%3Aleak`);
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
    expect(await page.evaluate('opened')).toBe('demo:leak');
    await page.reload();
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
    expect(await page.evaluate('opened')).toBeNull();
  });

  it('connects once with a ticket, and then on its own', async () => {
    test.host = await startHost({ pageFolder: test.pageFolder });
    const address = test.host.host.addressOnce();
    const page = await openPage(address);
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
    await page.reload();
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
    const thief = await openPage(address);
    expect(await says(thief, LOST)).toBe(LOST);
  });

  it('is one of several', async () => {
    test.host = await startHost({ pageFolder: test.pageFolder });
    const pages = [await openPage(test.host.host.address), await openPage(test.host.host.address)];
    for (const page of pages) expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
    await pages[0]?.context().close();
    await pages[1]?.evaluate('retry()');
    expect(await says(pages[1] as Page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
  });

  it('says what to do when it has no token or a wrong one, and does not try again', async () => {
    test.host = await startHost({ pageFolder: test.pageFolder });
    const bare = `http://127.0.0.1:${test.host.port}/`;
    expect(
      await says(
        await openPage(bare),
        'refused: The address of this page is not complete. Open the address that the host printed, with everything behind the #.',
      ),
    ).toBe(
      'refused: The address of this page is not complete. Open the address that the host printed, with everything behind the #.',
    );
    const wrong = await openPage(`${bare}#${'0'.repeat(64)}`);
    expect(await says(wrong, LOST)).toBe(LOST);
    expect(await wrong.evaluate('shown')).toEqual(['connecting', LOST]);
  });

  it('comes back when its host does, and knows when it is another one', async () => {
    const port = await freePort();
    test.host = await startHost({ pageFolder: test.pageFolder, port });
    const page = await openPage(test.host.host.address);
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
    await test.host.close();
    await expect.poll(() => page.evaluate('shown.includes("away")')).toBe(true);
    // A host that starts again has another token: the page says so instead of hammering it.
    test.host = await startHost({ pageFolder: test.pageFolder, port });
    expect(await says(page, LOST)).toBe(LOST);
  });

  it('connects by the name of this machine too', async () => {
    test.host = await startHost({ pageFolder: test.pageFolder });
    const page = await openPage(test.host.host.address.replace('127.0.0.1', 'localhost'));
    expect(await says(page, 'connected to 9.9.9')).toBe('connected to 9.9.9');
  });
});
