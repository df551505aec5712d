// How the panels of the live screen are linked: one selection, one cursor, one policy, and the raw rows of any number.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { MILES_SPAWN_STUB } from '../kit/scenarios.ts';
import { askedOfHost, picture, showApp, useBrowser } from './browser.ts';
import type { PageOptions } from './kept-page.ts';
import type { AppScene } from './scene.ts';
import { connected, liveScene } from './scenes.ts';

const browser = useBrowser();
const leak = DEMO_SCENARIOS.get('leak')?.text ?? '';
const cycle = DEMO_SCENARIOS.get('cycle')?.text ?? '';

async function live(observations: AppScene['nodes'][string], options: PageOptions = {}): Promise<Page> {
  const page = await browser.stage(options);
  await showApp(page, liveScene('', { nodes: { 'h100-07': observations }, nowMs: FIRST_LOOK_MS + 30_000 }));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  return page;
}

describe('the selection', () => {
  it('made in the ledger shows in the tree, by key in the ledger again, and Escape lets it go', async () => {
    const page = await live(connected(...look(MILES_SPAWN_STUB)));
    const ledger = page.getByRole('region', { name: 'Ledger' });
    await ledger
      .getByRole('button', { name: /trainer/i })
      .first()
      .click();
    await expect.poll(() => page.locator('[role=row][aria-selected=true]').count()).toBeGreaterThan(0);
    await picture(page, 'linked-selection');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[role=row][aria-selected=true]').count()).toBe(0);
  });
});

describe('the cursor of the timeline', () => {
  it('shows that moment everywhere, says so, and L follows live again', async () => {
    const looks = Array.from({ length: 6 }, (_, at) => look(cycle, { step: at })).flat();
    const page = await live(connected(...looks, ...answered(cycle)));
    const ledger = page.getByRole('region', { name: 'Ledger' });
    await expect.poll(() => ledger.innerText()).toContain('1,741');
    const plot = page.getByLabel(/^Timeline cursor/);
    await plot.focus();
    await plot.press('Home');
    await expect.poll(() => ledger.innerText()).toContain('64,210');
    await expect.poll(() => page.getByText('at the cursor').count()).toBe(1);
    await picture(page, 'linked-cursor');
    await page.keyboard.press('l');
    await expect.poll(() => ledger.innerText()).toContain('1,741');
    expect(await page.getByText('at the cursor').count()).toBe(0);
  });
});

describe('the limit', () => {
  it('is judged by at once, and kept by the host', async () => {
    const page = await live(connected(...look(leak)));
    const field = page.getByLabel('at most');
    await field.fill('61');
    await field.press('Enter');
    const verdicts = page.getByRole('region', { name: 'Verdicts' });
    await expect.poll(() => verdicts.innerText()).not.toContain('FAIL');
    await expect
      .poll(async () =>
        (await askedOfHost(page)).filter(([method]) => method === 'settings.write').map(([, input]) => input),
      )
      .toContainEqual({ name: 'policy.engine-tree', value: 'flag 61' });
  });

  it('comes from the host, and one that is no number is named', async () => {
    const page = await browser.stage();
    await showApp(page, liveScene(leak, { limitVariable: 'nan' }));
    await page.getByText('must be a number of GiB, got "nan"').waitFor();
    await picture(page, 'state-bad-limit');
    await showApp(page, liveScene(leak, { limitVariable: '1.5' }));
    await page.getByRole('region', { name: 'Verdicts' }).getByText('1,536 MiB').first().waitFor();
    expect(await page.getByText('got "nan"').count()).toBe(0);
  });
});

describe('three shapes of who holds what', () => {
  it('are tabs, and T goes from the tree to the matrix and back', async () => {
    const page = await live(connected(...look(leak), ...answered(leak)));
    const tab = (name: string) => page.getByRole('tab', { name, selected: true });
    await tab('Tree').waitFor();
    await page.keyboard.press('t');
    await tab('Matrix').waitFor();
    await page.keyboard.press('t');
    await tab('Tree').waitFor();
    await page.getByRole('tab', { name: 'Accounting' }).click();
    await expect.poll(() => page.getByRole('region', { name: 'Pair' }).innerText()).toContain('1,741 MiB resident');
    await picture(page, 'tab-pair');
  });
});

describe('the raw rows', () => {
  it('behind a number are shown in a drawer, which Escape closes', async () => {
    const page = await live(connected(...look(leak), ...answered(leak)));
    await page.getByRole('button', { name: 'Its process line' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Where this number comes from').waitFor();
    expect(await drawer.innerText()).toContain('python -m sglang.launch_server');
    await picture(page, 'raw-drawer');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });

  it('closes with an Escape that comes in the moment that it opens, also from the card of a segment', async () => {
    const page = await live(connected(...look(leak), ...answered(leak)));
    // Faster than any hand: a key in the task in which the drawer takes the focus, before anything else could run.
    await page.evaluate(`document.addEventListener('focusin', function press({ target }) {
      if (!target.closest('[role=dialog]')?.textContent.startsWith('Where this number')) return;
      document.removeEventListener('focusin', press);
      target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
    })`);
    await page.locator('[data-cell][tabindex="0"]').focus();
    await page.getByRole('dialog', { name: 'details' }).waitFor();
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  it('lets the selection go with the first Escape, although Tab has just left a segment', async () => {
    const page = await live(connected(...look(leak), ...answered(leak)));
    await page.locator('[data-cell][tabindex="0"]').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'details' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[aria-pressed=true][data-cell]').count()).toBe(0);
  });
});
