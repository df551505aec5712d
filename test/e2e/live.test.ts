// The live screen in a real Chromium: its header, its states, and how its panels are linked.
import { describe, expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import { liveScene, connected, TARGETS } from './scenes.ts';

const browser = useBrowser();
const demo = (name: string): string => DEMO_SCENARIOS.get(name)?.text ?? '';

describe('the live screen', () => {
  it.each(['light', 'dark'] as const)('shows the demo, %s', async (colorScheme) => {
    const page = await browser.stage({ colorScheme });
    await showApp(page, {
      targets: TARGETS,
      nodes: { demo: connected(...look(demo('asleep')), ...look(demo('asleep'), { step: 1 })) },
      open: 'demo',
      nowMs: FIRST_LOOK_MS + 3_000,
    });
    await page.getByRole('heading', { level: 2, name: 'demo-gpu-01' }).waitFor();
    await picture(page, `live-${colorScheme}`);
  });

  it('shows the leak', async () => {
    const page = await browser.stage();
    await showApp(page, liveScene(demo('leak')));
    await page.getByRole('heading', { level: 2, name: 'demo-gpu-02' }).waitFor();
    await picture(page, 'live-leak');
    expect(await page.locator('[data-stale]').count()).toBe(0);
  });
});
