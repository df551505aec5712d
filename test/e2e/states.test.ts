// Every state of the page that is not the ordinary one: what it must say, and what it must never claim.
import { describe, expect, it } from 'vitest';
import { picture, showApp, useBrowser } from './browser.ts';
import { STATES } from './states.ts';

const browser = useBrowser();

describe('the state', () => {
  it.each(STATES)('$name', async ({ name, scene, says, badge, isStale }) => {
    const page = await browser.stage();
    await showApp(page, scene);
    const text = async (): Promise<string> => (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ');
    for (const each of says) await expect.poll(text).toMatch(each);
    await expect.poll(text).not.toContain('Loading the panels');
    const node = page.getByRole('region', { name: 'Verdicts' }).locator('[data-verdict]').first();
    expect(badge === undefined ? undefined : await node.innerText()).toBe(badge);
    expect(await page.locator('[data-stale]').count()).toBe(isStale === true ? 1 : 0);
    await picture(page, `state-${name}`);
  });
});
