// The gate over one release in a real Chromium: armed on an engine's card, through its phases, to a verdict, and away.
import { expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { look } from '../kit/observed.ts';
import { picture, say, showApp, useBrowser } from './browser.ts';
import { connected, liveScene } from './scenes.ts';

const browser = useBrowser();
const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

it.each(['light', 'dark'] as const)('is armed, waits, settles and judges (%s)', async (colorScheme) => {
  const page = await browser.stage({ colorScheme });
  const looks = [1, 2].flatMap((step) => look(CYCLE, { step }));
  await showApp(page, liveScene('', { nodes: { 'h100-07': connected(...looks) } }));
  await page.getByRole('button', { name: 'Open the card of sglang :30000' }).click();
  await page.getByRole('button', { name: 'Arm the gate' }).click();
  await page.getByText('Waiting for a release from 64,210 MiB').waitFor();
  await say(page, 'h100-07', ...look(CYCLE, { step: 3 }), ...look(CYCLE, { step: 4 }), ...look(CYCLE, { step: 5 }));
  await page.getByText('1,741 MiB has held still for 2.0 s of 3.0 s, within the limit.').waitFor();
  expect(await page.locator('[aria-current=step]').innerText()).toContain('settling 2.0 s');
  await say(page, 'h100-07', ...look(CYCLE, { step: 6 }));
  const sentence = page.getByText('1,741 MiB, at most the 3,072 MiB of the limit; settled after 4.0 s');
  await sentence.waitFor();
  await sentence.scrollIntoViewIfNeeded();
  await picture(page, `armed-gate-${colorScheme}`);
  await page.getByRole('button', { name: 'Put it away' }).click();
  await page.getByRole('button', { name: 'Arm the gate' }).waitFor();
});
