// The verdict side on the whole live screen: card, drawer, accounting and timeline, light and dark, with nothing serious
// for a keyboard or a screen reader to stumble over.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { look } from '../kit/observed.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import { connected, liveScene } from './scenes.ts';

const browser = useBrowser();
const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`));
}

it.each(['light', 'dark'] as const)('is whole and reachable: %s', async (colorScheme) => {
  const page = await browser.stage({ colorScheme });
  const seen = [...look(CYCLE), ...answered(CYCLE), ...[1, 2, 3, 4, 5].flatMap((step) => look(CYCLE, { step }))];
  await showApp(page, liveScene('', { nodes: { 'h100-07': connected(...seen) } }));
  await page.getByRole('button', { name: 'Open the card of sglang :30000' }).click();
  await page.getByText('What would change this verdict').waitFor();
  await page.getByRole('tab', { name: 'Accounting' }).click();
  await page.getByText('Accounting: recorded at start-up').waitFor();
  expect(await serious(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
  await picture(page, `verdict-side-${colorScheme}`);

  await page
    .getByRole('table', { name: /resident beside accounted/ })
    .getByRole('button', { name: '1,741 MiB' })
    .first()
    .click();
  const drawer = page.getByRole('dialog', { name: /^1,741 MiB of sglang :30000/ });
  await drawer.waitFor();
  expect(await drawer.getByRole('listitem').first().innerText()).toMatch(/out\t00000000:3B:00.0, 4008, 1741$/);
  expect(await serious(page)).toEqual([]);
  await picture(page, `verdict-side-raw-${colorScheme}`);
});
