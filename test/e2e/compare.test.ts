// The compare screen in a real Chromium: moments kept by keys and buttons, A against B, swapped, noise hidden, no faults.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { bigNode } from '../kit/big-node.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import { dropFile } from './dropped.ts';
import { connected, liveScene, TARGETS } from './scenes.ts';

const browser = useBrowser();
const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

/** The live screen over one cycle: awake at 12:00:00, let go at 12:00:06, settled at 12:00:08. */
async function live(colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await browser.stage({ colorScheme });
  const looks = [1, 2, 3, 4, 5, 6].flatMap((step) => look(CYCLE, { step }));
  await showApp(page, liveScene('', { nodes: { 'h100-07': connected(...look(CYCLE), ...answered(CYCLE), ...looks) } }));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  return page;
}

/** A is the first look, B the newest. */
async function compared(colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await live(colorScheme);
  await page.getByRole('group', { name: /^Timeline cursor/ }).press('Home');
  await page.getByText('12:00:00 UTC', { exact: true }).waitFor();
  await page.keyboard.press('Shift+A');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+B');
  await page.getByText('A 12:00:00 · B 12:00:12').waitFor();
  await page.keyboard.press('Shift+C');
  await page.getByRole('region', { name: 'What differs' }).waitFor();
  return page;
}

const rows = async (page: Page): Promise<string[]> => {
  const texts = await page.getByRole('region', { name: 'What differs' }).locator('tbody tr').allInnerTexts();
  return texts.map((text) => text.replaceAll(/\s+/g, ' '));
};

it('is not there before two moments are kept', async () => {
  const page = await live();
  const nav = page.getByRole('navigation', { name: 'Screens' });
  await expect.poll(() => nav.getByText('Compare').count()).toBe(0);
  await page.getByRole('button', { name: 'Snapshot' }).click();
  await page.getByText('1 kept').waitFor();
  expect(await nav.getByText('Compare').count()).toBe(0);
});

it.each(['light', 'dark'] as const)('shows what was freed and what grew, and swaps (%s)', async (colorScheme) => {
  const page = await compared(colorScheme);
  await page.getByText('From A to B: 124,918 MiB freed, 73,528 MiB grown or new.').waitFor();
  expect((await rows(page))[0]).toBe('scheduler sglang :30000, pid 4008 TP0 3B:00.0 64,210 1,741 −62,469 freed');
  await expect
    .poll(() =>
      page.getByRole('region', { name: 'Picture: Freed and grown' }).locator('.recharts-bar-rectangle').count(),
    )
    .toBe(4);
  await picture(page, `compare-${colorScheme}`);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`)),
  ).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
  await page.keyboard.press('x');
  await page.getByText('From A to B: 73,528 MiB freed, 124,918 MiB grown or new.').waitFor();
});

it('compares the first and the last look of a range of the timeline', async () => {
  const page = await live();
  const cursor = page.getByRole('group', { name: /^Timeline cursor/ });
  await cursor.press('Home');
  for (let presses = 0; presses < 6; presses += 1) await cursor.press('Shift+ArrowRight');
  const range = page.getByRole('region', { name: 'Numbers of the range' });
  await range.getByText('over 7 looks').waitFor();
  await range.getByRole('button', { name: 'Compare its ends' }).click();
  await page.getByText('From A to B: 124,918 MiB freed, 73,528 MiB grown or new.').waitFor();
  const chosen = await page.locator('option:checked').allInnerTexts();
  expect(chosen.slice(0, 2)).toEqual([
    expect.stringContaining('12:00:00 · 132,708 MiB · range, first'),
    expect.stringContaining('12:00:12 · 81,318 MiB · range, last'),
  ]);
});

it('hides what is within the noise by a switch and by N, and lets a kept moment go', async () => {
  const page = await compared();
  expect(await page.getByRole('region', { name: 'What differs' }).locator('tr[data-noise]').count()).toBe(2);
  await page.keyboard.press('n');
  await expect.poll(() => page.getByRole('region', { name: 'What differs' }).locator('tr[data-noise]').count()).toBe(0);
  await page.getByLabel('Hide the 2 rows within the noise').uncheck();
  await expect.poll(() => page.getByRole('region', { name: 'What differs' }).locator('tr[data-noise]').count()).toBe(2);
  await page.getByRole('button', { name: 'Let go of the look at 12:00:00' }).click();
  await page.getByText('Keep two moments first').waitFor();
});

it('puts a moment of one recording beside a moment of another', async () => {
  const page = await browser.stage();
  await showApp(page, { targets: TARGETS, nodes: {}, nowMs: FIRST_LOOK_MS });
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  const run = (text: string): string => {
    const looks = [3, 4, 5, 6].flatMap((step) => look(text, { step }));
    return recorded(looks, { why: 'stopped' });
  };
  const files = [
    ['main.residuum.jsonl', run(CYCLE), 'Shift+A'],
    ['branch.residuum.jsonl', run(CYCLE.replaceAll('then 1741', 'then 9741')), 'Shift+B'],
  ] as const;
  for (const [name, text, key] of files) {
    await dropFile(page, name, text);
    await page.getByRole('region', { name: 'Replay' }).getByText(name, { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Verdicts' }).waitFor();
    await page.getByRole('button', { name: 'To the end (End)' }).click();
    await page.getByText('12:00:12', { exact: false }).first().waitFor();
    await page.keyboard.press(key);
  }
  await page.keyboard.press('Shift+C');
  await page.getByText('From A to B: 16,000 MiB grown or new.').waitFor();
  await page.getByText(/A is \S+ in main\.residuum\.jsonl, B is \S+ in branch\.residuum\.jsonl/).waitFor();
  expect((await rows(page))[0]).toBe('scheduler sglang :30000, pid 4008 TP0 3B:00.0 1,741 9,741 +8,000 grown');
  await picture(page, 'compare-two-recordings');
});

it('holds with 16 GPUs and with a title without an end', async () => {
  const page = await browser.stage();
  const title = `python ${'train-'.repeat(60)}\u202Eabc\\e[31m.py`;
  const text = `${bigNode(16)}\nprocess long "${title}" on 07:00.0 4000\n`;
  await showApp(
    page,
    liveScene('', { nodes: { 'h100-07': connected(...look(bigNode(16)), ...look(text, { step: 1 })) } }),
  );
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  await page.keyboard.press('[');
  await page.keyboard.press('Shift+A');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+B');
  await page.keyboard.press('Shift+C');
  await page.getByRole('region', { name: 'What differs' }).waitFor();
  expect((await rows(page)).slice(0, 2)).toEqual(['Only in B', expect.stringMatching(/ new$/)]);
  await picture(page, 'compare-hostile');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
});
