// The engine tree in a real Chromium: an ARIA treegrid by keyboard, selection, raw rows, and thousands of processes.
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { bigNode } from '../kit/big-node.ts';
import { look } from '../kit/observed.ts';
import { GONE_ROWS } from '../kit/scenarios.ts';
import { panelSaid, picture, showPanel, useBrowser } from './browser.ts';
import type { PageOptions } from './kept-page.ts';
import type { PanelScene } from './scene.ts';

const browser = useBrowser();
const DEMO = DEMO_SCENARIOS.get('asleep')?.text ?? '';

async function tree(text: string, options: PageOptions = {}, scene: Partial<PanelScene> = {}): Promise<Page> {
  const page = await browser.stage(options);
  await showPanel(page, { panel: 'tree', observations: [...look(text), ...answered(text)], ...scene });
  await page.getByRole('treegrid').waitFor();
  return page;
}

const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(`document.activeElement?.querySelector('.tree-name')?.textContent ?? ''`);
const rowNames = (page: Page): Promise<string[]> => page.locator('[data-row] .tree-name').allInnerTexts();
const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

describe('the keyboard', () => {
  it('moves, closes, opens and goes to the parent, as a treegrid does', async () => {
    const page = await tree(DEMO);
    await page.locator('[data-row]').first().focus();
    await expect.poll(() => focused(page)).toMatch(/^sglang :30000/);
    await press(page, 'ArrowDown', 'ArrowDown');
    await expect.poll(() => focused(page)).toMatch(/^scheduler TP0/);
    await press(page, 'ArrowLeft');
    await expect.poll(() => focused(page)).toMatch(/^scheduler ×2/);
    const role = page.getByRole('row', { name: /^scheduler ×2 1,741/ }).first();
    await expect.poll(() => role.getAttribute('aria-expanded')).toBe('true');
    await press(page, 'ArrowLeft');
    await expect.poll(() => role.getAttribute('aria-expanded')).toBe('false');
    await press(page, 'ArrowRight', 'ArrowRight');
    await expect.poll(() => focused(page)).toMatch(/^scheduler TP0/);
    await press(page, 'End');
    await expect.poll(() => focused(page)).toMatch(/without GPU memory$/);
    await press(page, 'Home');
    await expect.poll(() => focused(page)).toMatch(/^sglang :30000/);
    expect(await page.locator('[data-row][tabindex="0"]').count()).toBe(1);
  });

  it('opens everything with *, selects with Enter, and asks for raw rows with Shift+Enter', async () => {
    const page = await tree(bigNode(8));
    const before = (await rowNames(page)).length;
    await page.locator('[data-row]').first().focus();
    await press(page, '*');
    await expect.poll(async () => (await rowNames(page)).length).toBeGreaterThan(before + 8);
    await press(page, 'ArrowDown', 'ArrowDown', 'Enter');
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { pid: 4008 } });
    await press(page, 'Shift+Enter');
    await expect.poll(() => panelSaid(page)).toMatchObject({ raw: { match: { kind: 'usage', pid: 4008 } } });
    await press(page, 'Enter');
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: {} });
  });
});

describe('the rows', () => {
  it('say their level, place and state to a screen reader', async () => {
    const page = await tree(DEMO, { colorScheme: 'dark' });
    const row = page.getByRole('row', { name: /scheduler TP1 4015/ });
    const says = await row.evaluate((element) =>
      ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-rowindex'].map((name) => element.getAttribute(name)),
    );
    expect(says).toEqual(['3', '2', '2', '5']);
    expect(await page.getByRole('img', { name: 'verdict: pass' }).count()).toBe(1);
    expect(
      await page.getByRole('img', { name: 'verdict: if this engine is meant to be offloaded: fail' }).count(),
    ).toBe(1);
    await picture(page, 'tree-demo-dark');
  });

  it('lead to the raw answers and lines through the row in full', async () => {
    const page = await tree(DEMO);
    const full = page.getByRole('region', { name: 'the row in full' });
    expect(await full.innerText()).toMatch(/--enable-memory-saver[^]*7,802\.68 MiB less resident than accounted/);
    await full.getByRole('button', { name: 'Its raw answers' }).click();
    await expect.poll(() => panelSaid(page)).toMatchObject({ raw: { match: { kind: 'accounting' } } });
  });

  it('say unknown where nothing was seen, and no bound of 0', async () => {
    const page = await tree(`gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 40000
process server "sglang serve --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 [N/A]
`);
    const full = await page.getByRole('region', { name: 'the row in full' }).innerText();
    expect(full).toMatch(/00000000:3B:00\.0: resident memory is unknown[^]*3B:00\.0 unknown$/);
    expect(full).not.toContain('at least');
  });

  it('dim what is not selected elsewhere, and leave only what needs attention', async () => {
    const page = await tree(GONE_ROWS, {}, { selection: { class: 'gone' } });
    const dimmed = (): Promise<string[]> => page.locator('[data-row].opacity-35 .tree-name').allInnerTexts();
    await expect.poll(async () => (await dimmed()).some((name) => name.startsWith('sglang'))).toBe(true);
    expect((await dimmed()).some((name) => name.includes('gone'))).toBe(false);
    await page.getByRole('button', { name: /Attention only/ }).click();
    await expect.poll(async () => (await rowNames(page)).some((name) => name.startsWith('other'))).toBe(false);
  });
});

it('brings what is selected elsewhere into sight', async () => {
  const selection = { class: 'gone' } as const;
  const page = await tree(bigNode(16), {}, { height: '300px', selection });
  const group = page.getByRole('row', { name: /^gone pids/ });
  await expect.poll(() => group.count()).toBe(1);
  const bottom = async (box: Promise<{ y: number; height: number } | null>): Promise<number> => {
    const { y, height } = (await box) ?? { y: Number.NaN, height: 0 };
    return Math.round(y + height);
  };
  const grid = page.locator('.tree-grid');
  expect(await bottom(group.boundingBox())).toBeLessThanOrEqual(await bottom(grid.boundingBox()));
});

describe('large trees', () => {
  it('show 16 GPUs without a sideways scroll, in a narrow place too', async () => {
    const page = await tree(bigNode(16), {}, { width: '720px', height: '420px' });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    const grid = await page.locator('.tree-grid').evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(grid).toBe(0);
    await picture(page, 'tree-16-narrow');
  });

  it('keep few rows in the page for 2,000 processes with GPU memory, and the last one is a key away', async () => {
    const others = Array.from(
      { length: 2000 },
      (_, at) => `process p${at} "python job.py --index ${at}" on 3B:00.0 ${at + 1}`,
    );
    const text = `node big driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 80000
${others.join('\n')}
`;
    const page = await tree(text, {}, { height: '600px' });
    await page.locator('[data-row]').first().focus();
    await press(page, '*', 'End');
    await expect.poll(() => focused(page)).toMatch(/more without GPU memory$/);
    expect(await page.locator('[data-row]').count()).toBeLessThan(80);
    expect(Number(await page.getByRole('treegrid').getAttribute('aria-rowcount'))).toBeGreaterThan(2000);
    await press(page, 'Home');
    await expect.poll(() => focused(page)).toMatch(/^other processes ×2000/);
  });

  it('show hostile titles as text, cut in the middle, whole where the row is in full', async () => {
    const text = `node g driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process evil "<b>bold</b> \\e[31m \\xE2\\x80\\xAE ${'middle '.repeat(28)}the-end" on 3B:00.0 9000
`;
    const page = await tree(text);
    const [, name = ''] = await rowNames(page);
    expect(name).toMatch(/^<b>bold<\/b> \\x1B\[31m \\u202E.*….*the-end/);
    await page.locator('[data-row]').nth(1).click();
    await expect
      .poll(() => page.getByRole('region', { name: 'the row in full' }).innerText())
      .toContain('middle '.repeat(28));
    await expect.poll(() => page.locator('b').count()).toBe(0);
    await picture(page, 'tree-hostile');
  });
});
