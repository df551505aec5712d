// The stage itself: it shows what a test puts on it, hears what a panel says, and its errors fail a test.
import { describe, expect, it } from 'vitest';
import { FOREIGN_CONTEXT } from '../kit/scenarios.ts';
import { look } from '../kit/observed.ts';
import { panelSaid, picture, showPanel, useBrowser } from './browser.ts';

const browser = useBrowser();

describe('the stage', () => {
  it('shows a panel over observations of a test, and hears what it says', async () => {
    const page = await browser.stage();
    await showPanel(page, { panel: 'given', observations: look(FOREIGN_CONTEXT) });
    await expect.poll(() => page.getByRole('paragraph').innerText()).toBe('2 GPUs, 1 engines, 0 problems');
    expect(await panelSaid(page)).toBeUndefined();

    await page.getByRole('button', { name: '00000000:41:00.0' }).click();
    expect(await page.getByRole('button', { pressed: true }).innerText()).toBe('00000000:41:00.0');
    expect(await panelSaid(page)).toMatchObject({ selection: { bus: '00000000:41:00.0' } });
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
