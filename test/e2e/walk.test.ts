// The program as it ships, by keyboard alone: from the first run to the verdict of the demo, and what it rests on.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildProgram, startProgram } from '../web/built.ts';
import { picture, useBrowser } from './browser.ts';
import { tabTo } from './tab-to.ts';

const browser = useBrowser();
const machine = { home: '' };

beforeAll(buildProgram);

beforeEach(async () => {
  machine.home = await mkdtemp(join(tmpdir(), 'residuum-walk-'));
});

afterEach(async () => {
  await rm(machine.home, { recursive: true, force: true });
});

async function openPage(...words: readonly string[]): Promise<Page> {
  const env = { HOME: machine.home, XDG_CONFIG_HOME: machine.home };
  const running = startProgram(['serve', '--no-open', ...words], env);
  const page = await browser.page();
  await page.goto(await running.ready());
  return page;
}

describe('by keyboard alone', () => {
  it('from the first run to why the gate says what it says', async () => {
    const page = await openPage();
    await page.getByRole('heading', { name: 'What is still on the GPU after an engine let go?' }).waitFor();
    await tabTo(page, /^Open the demo$/);
    await page.keyboard.press('Enter');

    const verdicts = page.getByRole('region', { name: 'Verdicts' });
    await verdicts.waitFor();
    await expect.poll(() => verdicts.innerText()).toMatch(/It holds 1,741 MiB \(1\.70 GiB\) on GPU 00000000:3B:00\.0/);
    expect(await page.getByText('Demo data').count()).toBeGreaterThan(0);
    await picture(page, 'walk-live');

    await tabTo(page, /^Judge now$/);
    await page.keyboard.press('j');
    await expect.poll(() => verdicts.innerText()).toContain('Judged at');
    await tabTo(page, /^Back to live$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => verdicts.innerText()).not.toContain('Judged at');

    await page.keyboard.press('1');
    await expect.poll(() => page.locator('[aria-pressed=true]').allInnerTexts()).toContain('3B:00.0');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('[aria-pressed=true]').allInnerTexts()).not.toContain('3B:00.0');
    await page.keyboard.press('Tab');
  });

  it('to a node that cannot be reached, which says why and what to do', async () => {
    const page = await openPage();
    const field = page.locator('[role=combobox]:focus');
    await field.waitFor();
    await page.keyboard.type('nobody@127.0.0.1:1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Could not connect to nobody@127.0.0.1:1' }).waitFor();
    expect(await page.locator('[data-state=failed]').innerText()).toMatch(/Reach the port[^]*failed/);
    await picture(page, 'walk-refused');
  });

  it('opens the demo at once when the program is told to', async () => {
    const page = await openPage('--demo');
    await page.getByRole('region', { name: 'Verdicts' }).waitFor();
    expect(page.url()).not.toContain('#');
  });
});
