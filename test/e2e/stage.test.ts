// The stage itself: it shows what a test puts on it, hears what a panel says, and its errors fail a test.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { FOREIGN_CONTEXT } from '../kit/scenarios.ts';
import { look } from '../kit/observed.ts';
import { panelSaid, picture, showPanel, useBrowser } from './browser.ts';

const browser = useBrowser();

/** What an earlier test may have left in a page. */
const LEFT = `(async () => ({
  planted: window.planted,
  storage: [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length],
  clipboard: (await navigator.permissions.query({ name: 'clipboard-read' })).state,
  hovered: document.querySelectorAll('button:hover').length,
  focus: document.activeElement.tagName,
  size: [innerWidth, innerHeight],
  isDark: matchMedia('(prefers-color-scheme: dark)').matches,
  isStill: matchMedia('(prefers-reduced-motion: reduce)').matches,
}))()`;
const NOTHING = {
  storage: [0, 0, '', 0],
  clipboard: 'prompt',
  hovered: 0,
  focus: 'BODY',
  size: [1280, 800],
  isDark: false,
  isStill: true,
};

describe('the page that tests take one after the other', () => {
  const taken: Page[] = [];

  it('can be left in any state', async () => {
    const page = await browser.stage({ colorScheme: 'dark', reducedMotion: 'no-preference', width: 500, height: 400 });
    taken.push(page);
    await page.context().grantPermissions(['clipboard-read']);
    await showPanel(page, { panel: 'given', observations: look(FOREIGN_CONTEXT) });
    await page.getByRole('button', { name: '00000000:41:00.0' }).click();
    await page.evaluate(`(async () => {
      window.planted = 1;
      localStorage.setItem('planted', '1');
      sessionStorage.setItem('planted', '1');
      document.cookie = 'planted=1';
      await new Promise((done) => (indexedDB.open('planted').onsuccess = done));
      window.open('about:blank');
    })()`);
    await expect.poll(() => page.context().pages().length).toBe(2);
    const left = await page.evaluate(LEFT);
    expect(left).toEqual({
      planted: 1,
      storage: [1, 1, 'planted=1', 1],
      clipboard: 'granted',
      hovered: 1,
      focus: 'BUTTON',
      size: [500, 400],
      isDark: true,
      isStill: false,
    });
  });

  it('has nothing of the test before', async () => {
    const page = await browser.stage();
    expect(page).toBe(taken[0]);
    expect(page.context().pages()).toEqual([page]);
    await showPanel(page, { panel: 'given', observations: look(FOREIGN_CONTEXT) });
    await page.getByRole('button', { name: '00000000:41:00.0' }).waitFor();
    expect(await page.evaluate(LEFT)).toEqual(NOTHING);
  });

  it('is another one for whoever wants a second', async () => {
    const [first, second] = [await browser.stage(), await browser.stage({ width: 500, height: 400 })];
    expect([first === taken[0], second === first]).toEqual([true, false]);
    expect(await second.evaluate('innerWidth')).toBe(500);
    expect(await first.evaluate('innerWidth')).toBe(1280);
  });
});

describe('the stage', () => {
  it('shows a panel over observations of a test, and hears what it says', async () => {
    const page = await browser.stage();
    await showPanel(page, { panel: 'given', observations: look(FOREIGN_CONTEXT) });
    await expect.poll(() => page.getByRole('paragraph').innerText()).toBe('2 GPUs, 1 engines, 0 problems');
    expect(await panelSaid(page)).toBeUndefined();

    await page.getByRole('button', { name: '00000000:41:00.0' }).click();
    await expect.poll(() => page.getByRole('button', { pressed: true }).innerText()).toBe('00000000:41:00.0');
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { bus: '00000000:41:00.0' } });
    await picture(page, 'stage');
  });

  it('shows a demo that its address names', async () => {
    const page = await browser.stage({ colorScheme: 'dark' });
    await page.goto(`${page.url()}?panel=given&demo=leak&steps=2`);
    await expect.poll(() => page.getByRole('paragraph').innerText()).toBe('2 GPUs, 2 engines, 0 problems');
  });

  it('says which panel is not there', async () => {
    const page = await browser.stage();
    await showPanel(page, { panel: 'nothing', observations: [] });
    await expect.poll(() => page.getByRole('alert').innerText()).toBe('No panel is called nothing.');
  });

  it('hears what a page complains about, and what its policy forbids', async () => {
    const page = await browser.stage();
    await page.evaluate(`console.error('planted')`);
    await page.evaluate(`setTimeout(() => { throw new Error('thrown') })`);
    await page.evaluate(
      `document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.x = 1' }))`,
    );
    await expect.poll(() => page.evaluate('window.x')).toBeUndefined();
    const heard = browser.errors();
    expect(heard).toHaveLength(3);
    expect(heard.join('\n')).toMatch(/planted[^]*(?:thrown|Content Security Policy)/);
  });
});
