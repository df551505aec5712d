// The drawer behind a number, in a real Chromium: the right line, the whole frame folded, copied, closed by keyboard.
import { expect, it } from 'vitest';
import { look } from '../kit/observed.ts';
import { TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { picture, showPanel, useBrowser } from './browser.ts';

const browser = useBrowser();

it.each(['light', 'dark'] as const)(
  'shows the line behind a number, and the whole frame as it came: %s',
  async (scheme) => {
    const page = await browser.stage({ colorScheme: scheme });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const observations = look(TWO_ENGINES_ONE_LEAKS);
    await showPanel(page, { panel: 'verdicts', observations });
    await page.getByRole('button', { name: 'Open the card of sglang :30001' }).click();
    await page.getByRole('button', { name: '61,440 MiB' }).last().click();
    const drawer = page.getByRole('dialog', { name: '61,440 MiB of pid 4029' });
    await drawer.waitFor();
    expect(await drawer.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^\d+\s+out\t00000000:41:00.0, 4029, 61440$/),
    ]);
    expect(await drawer.getByText('Of the newest look.').isVisible()).toBe(true);
    await picture(page, `raw-${scheme}`);
    await drawer.getByText(/^The whole sample/).click();
    await drawer.getByRole('button', { name: 'Copy the whole sample' }).click();
    await drawer.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(observations[0]?.text);

    // Another number is asked for while it is open.
    await page.getByRole('button', { name: '11 MiB' }).click();
    await page.getByRole('dialog', { name: '11 MiB, no process' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  },
);
