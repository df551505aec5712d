// The verdicts in a real Chromium: the limit by keyboard and by hand, judging now, what is expected, the card and its copy.
import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { look } from '../kit/observed.ts';
import { memory, said } from '../kit/said.ts';
import { TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { picture, showPanel, useBrowser, panelSaid } from './browser.ts';
import type { PageOptions } from './kept-page.ts';

const browser = useBrowser();

const awake = said(TWO_ENGINES_ONE_LEAKS, 4022, '/server_info', memory(14.27, 43.45, 0.58));

async function shown(text = TWO_ENGINES_ONE_LEAKS, more = [awake], options: PageOptions = {}): Promise<Page> {
  const page = await browser.stage(options);
  await showPanel(page, { panel: 'verdicts', observations: [...look(text), ...more] });
  await page.getByRole('heading', { name: 'Verdict' }).waitFor();
  return page;
}

/** The badges from above: the node's, then each engine's. */
function badges(page: Page): Promise<string[]> {
  return page.locator('[data-verdict]').allInnerTexts();
}

it('re-judges at once when the slider is moved by keyboard', async () => {
  const page = await shown();
  await expect.poll(() => badges(page)).toEqual(['PASS', 'PASS', 'LOOKS AWAKE']);
  const thumb = page.getByRole('slider', { name: 'Limit in GiB' });
  await thumb.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => thumb.getAttribute('aria-valuetext')).toBe('0.10 GiB');
  await expect.poll(() => badges(page)).toEqual(['FAIL', 'FAIL', 'LOOKS AWAKE']);
  for (let presses = 0; presses < 16; presses += 1) await page.keyboard.press('ArrowRight');
  await expect.poll(() => thumb.getAttribute('aria-valuetext')).toBe('1.70 GiB');
  // 1,740 MiB are a hair below 1.70 GiB (1,740.8 MiB).
  await expect.poll(() => badges(page)).toEqual(['PASS', 'PASS', 'LOOKS AWAKE']);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => badges(page)).toEqual(['FAIL', 'FAIL', 'LOOKS AWAKE']);
  await expect.poll(() => page.getByText('1,638.4 MiB, set here').isVisible()).toBe(true);
});

it.each(['nan', 'inf', '0', '-1', 'abc', '1e999'])('refuses %s by name and keeps the limit', async (typed) => {
  const page = await shown();
  await page.getByLabel('at most').fill(typed);
  const says = page.getByRole('status').filter({ hasText: 'The limit must be' });
  await expect.poll(() => says.innerText()).toContain(`got "${typed}". The limit stays at 3.00 GiB.`);
  await expect.poll(() => page.getByLabel('at most').getAttribute('aria-invalid')).toBe('true');
  await expect.poll(() => page.getByRole('slider').getAttribute('aria-valuetext')).toBe('3.00 GiB');
  await page.getByLabel('at most').press('Escape');
  await expect.poll(() => page.getByLabel('at most').inputValue()).toBe('3.00');
});

it('takes a typed limit, and the limits that somebody set, with where each is from', async () => {
  const page = await shown();
  await page.getByLabel('at most').fill('1.5');
  await expect.poll(() => badges(page)).toEqual(['FAIL', 'FAIL', 'LOOKS AWAKE']);
  await page.getByRole('button', { name: 'Limit by this machine: 4.50 GiB' }).click();
  await expect.poll(() => page.getByLabel('at most').inputValue()).toBe('4.50');
  await expect.poll(() => page.getByText('4,608 MiB, from MILES_MAX_RESIDUAL_GPU_MEM_GB').isVisible()).toBe(true);
  await page.getByRole('button', { name: 'Limit by default: 3.00 GiB' }).click();
  await page.getByRole('radio', { name: 'Whole GPU' }).check({ force: true });
  await expect.poll(() => page.getByLabel('at most').inputValue()).toBe('7.00');
  await expect.poll(() => page.getByText('The fullest of its GPUs uses 1,749 MiB (1.71 GiB)').isVisible()).toBe(true);
});

it('turns a muted verdict into a real one, and goes back', async () => {
  const page = await shown();
  await page
    .getByRole('listitem', { name: /LOOKS AWAKE/ })
    .getByRole('button', { name: 'Judge now' })
    .click();
  await page.getByText('Judged at 12:00:02 UTC').waitFor();
  expect(await badges(page)).toEqual(['FAIL', 'FAIL', 'PASS']);
  await page.getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect.poll(() => badges(page)).toEqual(['PASS', 'PASS', 'PASS']);
  await page.getByRole('button', { name: 'Back to live' }).click();
  await expect.poll(() => badges(page)).toEqual(['PASS', 'PASS', 'LOOKS AWAKE']);
});

it('takes only a newer look for the one that was asked for', async () => {
  const page = await shown();
  await page.getByRole('button', { name: 'Judge now' }).first().click();
  await page.getByText('Judged at 12:00:02 UTC').waitFor();
  await page.getByRole('button', { name: 'Judge now' }).first().click();
  await page.getByText('Judged at 12:00:04 UTC').waitFor();
  expect(await page.getByText(/^Judged at/).count()).toBe(1);
});

it('shows the rows of the look that was judged', async () => {
  const page = await shown(TWO_ENGINES_ONE_LEAKS, []);
  await page.getByRole('button', { name: 'Judge now' }).first().click();
  await page.getByText('Judged at 12:00:02 UTC').waitFor();
  await page.getByRole('button', { name: 'Open the card of sglang :30001' }).click();
  await page.getByRole('button', { name: '61,440 MiB' }).last().click();
  const drawer = page.getByRole('dialog');
  await expect.poll(() => drawer.getByText('2026-01-31T12:00:02.000Z, as part of the sample').isVisible()).toBe(true);
});

it('hears what is expected of an engine', async () => {
  const page = await shown();
  const of4022 = page.getByRole('group', { name: 'Expected state of sglang :30001' });
  await of4022.getByRole('radio', { name: 'Asleep' }).check({ force: true });
  await expect.poll(() => badges(page)).toEqual(['FAIL', 'FAIL', 'PASS']);
  await of4022.getByRole('radio', { name: 'Awake' }).check({ force: true });
  await expect.poll(() => badges(page)).toEqual(['PASS', 'PASS', 'AWAKE']);
});

it('opens a card, whose numbers lead to their rows, and copies it as text', async () => {
  const page = await shown(TWO_ENGINES_ONE_LEAKS, []);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Open the card of sglang :30001' }).press('Enter');
  await page.getByRole('button', { name: '61,440 MiB' }).last().click();
  await expect
    .poll(() => panelSaid(page))
    .toMatchObject({
      raw: { match: { kind: 'usage', pid: 4029, bus: '00000000:41:00.0' } },
    });
  await page.keyboard.press('Escape');
  await page.getByText(/^[0-9a-f]{64}$/).waitFor();
  await page.getByRole('button', { name: 'Copy as text' }).click();
  await page.getByText('Copied').waitFor();
  const copied = String(await page.evaluate('navigator.clipboard.readText()'));
  expect(copied.split('\n').slice(0, 6)).toEqual([
    'FAIL  sglang :30001  python -m sglang.launch_server --model-path Qwen/Qwen2.5-7B-Instruct --port 30001',
    'It holds 61,440 MiB (60.00 GiB) on GPU 00000000:41:00.0: 58,368 MiB over the limit of 3,072 MiB.',
    'Gate engine-tree: at most 3,072 MiB (3.00 GiB) on any GPU, the default.',
    '  GPU 00000000:41:00.0: 61,440 MiB (+58,368 MiB)',
    'Who holds GPU 00000000:41:00.0:',
    '  61,440 MiB  this engine, scheduler TP0, pid 4029, sglang::scheduler_TP0',
  ]);
  expect(copied).toMatch(/SHA-256 of the raw frame: [0-9a-f]{64}\n$/);
});

it('holds hostile titles within the page, as text', async () => {
  const hostile = `python -m sglang.launch_server --model-path ${'x'.repeat(200)}\\e[31m\\xE2\\x80\\xAE<img src=x>`;
  const text = TWO_ENGINES_ONE_LEAKS.replace('python -m sglang.launch_server', () => hostile);
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await shown(text, [], { colorScheme });
    await page
      .getByRole('button', { name: /^Open the card/ })
      .first()
      .click();
    await page.getByText(/^[0-9a-f]{64}$/).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    expect(await page.locator('img').count()).toBe(0);
    await picture(page, `verdicts-${colorScheme}`);
  }
});
