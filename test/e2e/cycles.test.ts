// Cycles on the live screen in a real Chromium: the table, the way into a comparison, marks by key and by hand.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { askedOfHost, picture, showApp, useBrowser } from './browser.ts';
import { connected, liveScene } from './scenes.ts';

const browser = useBrowser();
const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

/** Four cycles; what stays grows by 200 MiB from one to the next. */
async function live(colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await browser.stage({ colorScheme });
  const looks = [0, 1, 2, 3].flatMap((cycle) =>
    Array.from({ length: 10 }, (_, step) =>
      look(CYCLE.replaceAll('then 1741', `then ${1741 + cycle * 200}`), {
        step,
        atMs: FIRST_LOOK_MS + (cycle * 10 + step) * 2_000,
      }),
    ).flat(),
  );
  const seen = connected(...looks.slice(0, 2), ...answered(CYCLE), ...looks.slice(2));
  await showApp(page, liveScene('', { nodes: { 'h100-07': seen }, nowMs: FIRST_LOOK_MS + 79_000 }));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  return page;
}

it.each(['light', 'dark'] as const)('are listed with what stays and whether it grows (%s)', async (colorScheme) => {
  const page = await live(colorScheme);
  await page.keyboard.press('y');
  const panel = page.getByRole('region', { name: 'Cycles' });
  await panel.getByText('What stays is growing by 200 MiB a cycle (4 cycles)').waitFor();
  const first = async (): Promise<string> =>
    (await panel.locator('tbody tr').first().innerText()).replaceAll(/\s+/g, ' ');
  // The looks that follow the fourth sleep may still be on their way into the page.
  await expect
    .poll(first)
    .toBe('4 12:01:04 64,210 2,341 61,869 4.0 s 12:01:14, 64,212 Compare awake with asleep in cycle 4');
  await picture(page, `cycles-${colorScheme}`);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);

  await panel.getByRole('button', { name: 'Compare awake with asleep in cycle 4' }).click();
  await page
    .getByRole('region', { name: 'All cycles' })
    .getByText(/What stays, cycle by cycle/)
    .waitFor();
  await page.getByText(/From A to B: .* MiB freed/).waitFor();
  await page.getByText('cycle 4, woken · demo-gpu-04', { exact: true }).waitFor();
  await picture(page, `cycles-compared-${colorScheme}`);
});

/** A sleep with a hole of 12 s in it, and two looks that measured nothing. */
async function notAllSeen(colorScheme: 'light' | 'dark'): Promise<Page> {
  const page = await browser.stage({ colorScheme });
  const unread = (line: string): string => (line.startsWith('out\t0000') ? line.replace(/ \d+$/, ' [N/A]') : line);
  const looks = Array.from({ length: 20 }, (_, step) =>
    look(CYCLE, {
      step: step % 10,
      atMs: FIRST_LOOK_MS + step * 2_000 + (step < 6 ? 0 : 10_000),
      ...(step === 10 || step === 11 ? { edit: unread } : {}),
    }),
  ).flat();
  await showApp(page, liveScene('', { nodes: { 'h100-07': connected(...looks) }, nowMs: FIRST_LOOK_MS + 49_000 }));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  await page.keyboard.press('y');
  return page;
}

it.each(['light', 'dark'] as const)('say what nobody saw of them (%s)', async (colorScheme) => {
  const page = await notAllSeen(colorScheme);
  const panel = page.getByRole('region', { name: 'Cycles' });
  const text = async (): Promise<string> => (await panel.innerText()).replaceAll(/\s+/g, ' ');
  await expect
    .poll(text)
    .toContain(
      '2 of its 20 looks could not be measured, and what happened in them is not known: ' +
        'the driver lists a process of this tree without a number for its memory (2).',
    );
  const rows = (await panel.locator('tbody tr').allInnerTexts()).map((row) => row.replaceAll(/\s+/g, ' '));
  expect(rows).toEqual([
    '2 12:00:34 64,212 1,741 62,471 4.0 s 12:00:44, 64,212 Compare awake with asleep in cycle 2',
    '1 12:00:04 12 s of its sleep not seen 64,210 1,741 62,469 4.0 s 12:00:24, 64,212 Compare awake with asleep in cycle 1',
  ]);
  await picture(page, `cycles-not-all-seen-${colorScheme}`);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
});

it('are marked on the timeline, where a key goes from mark to mark and another sets one', async () => {
  const page = await live();
  await page.getByText('16 events', { exact: true }).waitFor();
  await page.keyboard.press(',');
  await page.getByText('12:01:14 UTC').first().waitFor();
  await page.keyboard.press(',');
  await page.getByText('12:01:08 UTC').first().waitFor();
  await page.keyboard.press('.');
  await page.getByText('12:01:14 UTC').first().waitFor();
  await page.keyboard.press('m');
  await page.locator('[data-command="mark-text"]:focus').waitFor();
  await page.keyboard.type('step 12 began');
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => (await askedOfHost(page)).at(-1))
    .toEqual(['node.mark', { node: 'n1', text: 'step 12 began' }]);
});
