// The ledger in a real Chromium: widths that are bytes, keys, selection, cards, hostile titles, one to sixteen GPUs.
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { look } from '../kit/observed.ts';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { bigNode } from '../kit/big-node.ts';
import { panelSaid, picture, showPanel, useBrowser } from './browser.ts';
import type { PageOptions } from './kept-page.ts';
import type { PanelScene } from './scene.ts';

const browser = useBrowser();
const DEMO = DEMO_SCENARIOS.get('asleep')?.text ?? '';

async function ledger(text: string, options: PageOptions = {}, scene: Partial<PanelScene> = {}): Promise<Page> {
  const page = await browser.stage(options);
  await showPanel(page, { panel: 'ledger', observations: [...look(text), ...answered(text)], ...scene });
  await page.getByRole('region', { name: 'Ledger' }).waitFor();
  return page;
}

const segment = (page: Page, bus: string, kind: string) =>
  page.locator(`[data-bus="00000000:${bus}:00.0"] [data-class=${kind}]`);

async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

describe('the bars', () => {
  it('are as wide as their bytes over the scale, and no segment is stretched', async () => {
    const page = await ledger(DEMO);
    const box = async (bus: string, kind: string) => await segment(page, bus, kind).boundingBox();
    const [engine, trainer] = [await box('3B', 'engine'), await box('3B', 'trainer')];
    const bar = await page.locator('[data-bus="00000000:3B:00.0"] .bg-sunken').first().boundingBox();
    const perMib = (bar?.width ?? 0) / 81_559;
    expect(engine?.width).toBeCloseTo(1741 * perMib, 0);
    expect(trainer?.width).toBeCloseTo(38_912 * perMib, 0);
    expect((engine?.x ?? 0) - (bar?.x ?? 0)).toBeCloseTo(479 * perMib, 0);
    expect(await page.getByText('−7,803 MiB').count()).toBe(1);
    expect(await page.getByText('+2,017 MiB').count()).toBe(1);
    await picture(page, 'ledger-demo');
  });

  it('zoom to the gaps and back, and what is outside is cut', async () => {
    const page = await ledger(DEMO, { colorScheme: 'dark' });
    const zoom = page.getByRole('button', { name: /Zoom to the gap/ });
    const before = await segment(page, '3B', 'engine').boundingBox();
    const width = async (): Promise<number> => (await segment(page, '3B', 'engine').boundingBox())?.width ?? 0;
    await zoom.click();
    await expect.poll(width).toBeGreaterThan((before?.width ?? 0) * 4);
    expect(await segment(page, '3B', 'trainer').getAttribute('class')).toContain('cut-right');
    await picture(page, 'ledger-demo-zoom-dark');
    await zoom.click();
    await expect.poll(width).toBe(before?.width);
  });

  it.each([1, 8, 16])('fit a window of 1280 by 800 with %i GPUs', async (count) => {
    const page = await ledger(bigNode(count));
    expect(await page.locator('[data-bus]').count()).toBe(count);
    expect(await overflow(page)).toBe(0);
    const panel = await page.getByRole('region', { name: 'Ledger' }).boundingBox();
    expect(panel?.height).toBeLessThan(560);
    await picture(page, `ledger-${count}`);
  });

  it.each(['demo', '8 GPUs'])('read well in the place that the live screen has for them: %s', async (which) => {
    const page = await ledger(which === 'demo' ? DEMO : bigNode(8), {}, { width: '725px' });
    expect(await overflow(page)).toBe(0);
    await picture(page, `ledger-place-${which}`);
  });

  it('stay within a narrow panel', async () => {
    const page = await ledger(bigNode(16), {}, { width: '520px' });
    const panel = await page.getByRole('region', { name: 'Ledger' }).boundingBox();
    expect(panel?.width).toBe(520);
    expect(await overflow(page)).toBe(0);
    await picture(page, 'ledger-narrow');
  });
});

describe('the keyboard', () => {
  it('reaches the bars with one Tab, moves along and between GPUs, selects, and asks for the raw rows', async () => {
    const page = await ledger(DEMO);
    await segment(page, '3B', 'reserved').focus();
    await page.keyboard.press('ArrowRight');
    const focused = () => page.evaluate<string>(`document.activeElement?.getAttribute('aria-label') ?? ''`);
    await expect.poll(focused).toMatch(/^engine: python -m sglang.launch_server .*, 1,741 MiB \(1.70 GiB\)$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toMatch(/10,342 MiB/);
    await page.keyboard.press('Enter');
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { bus: '00000000:AF:00.0', class: 'engine' } });
    await page.keyboard.press('Shift+Enter');
    await expect
      .poll(() => panelSaid(page))
      .toMatchObject({ raw: { match: { kind: 'usage', bus: '00000000:AF:00.0' } } });
    await page.keyboard.press('Enter');
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: {} });
    await page.keyboard.press('End');
    await expect.poll(focused).toMatch(/^accounted: graphs, as sglang :30100 says/);
    expect(await page.locator('[data-cell][tabindex="0"]').count()).toBe(1);
  });

  it('still reaches the bars when the zoom has put the first ones out of sight', async () => {
    const page = await ledger(`node g driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process server "sglang serve --port 30000" listen 30000
  http sglang weight 7 kvcache 53 graph 1
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 64000
`);
    await segment(page, '3B', 'reserved').focus();
    await page.getByRole('button', { name: /Zoom to the gap/ }).click();
    await expect.poll(() => segment(page, '3B', 'reserved').count()).toBe(0);
    expect(await page.locator('[data-cell][tabindex="0"]').getAttribute('data-class')).toBe('engine');
  });

  it('opens the card with what is exact, from where and how old, and closes it with Escape', async () => {
    const page = await ledger(DEMO);
    await segment(page, '3B', 'reserved').focus();
    await page.keyboard.press('ArrowRight');
    const card = page.getByRole('dialog', { name: 'details' });
    await card.waitFor();
    expect(await card.innerText()).toMatch(
      /1,741 MiB \(1\.70 GiB\)\s*1,825,570,816 bytes[^]*12:00:00 UTC[^]*used_memory[^]*rounded down/,
    );
    expect(await page.evaluate(`document.activeElement?.dataset.class`)).toBe('engine');
    await page.keyboard.press('Escape');
    await expect.poll(() => card.count()).toBe(0);
  });
});

describe('the pointer', () => {
  it('reaches a segment of some MiB, and its card leads to the raw rows', async () => {
    const page = await ledger(DEMO);
    await segment(page, '3B', 'unattributed').hover();
    const card = page.getByRole('dialog', { name: 'details' });
    await expect.poll(() => card.innerText()).toMatch(/no process[^]*9 MiB belong to no visible process/);
    await card.getByRole('button', { name: /raw rows/ }).click();
    await expect
      .poll(() => panelSaid(page))
      .toMatchObject({ raw: { match: { kind: 'usage', bus: '00000000:3B:00.0' } } });
  });

  it('dims what is not selected, here and from elsewhere', async () => {
    const page = await ledger(DEMO);
    await page.getByRole('button', { name: 'trainers', exact: true }).click();
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { class: 'trainer' } });
    const opacity = (bus: string, kind: string) =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector('[data-bus="00000000:${bus}:00.0"] [data-class=${kind}]')).opacity`,
      );
    await expect.poll(() => opacity('3B', 'engine')).toBe('0.25');
    expect([await opacity('3B', 'trainer'), await opacity('41', 'trainer')]).toEqual(['1', '1']);
    await picture(page, 'ledger-selected');
    await page.getByRole('button', { name: 'GPU 00000000:41:00.0' }).click();
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { bus: '00000000:41:00.0' } });
    await expect.poll(() => opacity('41', 'engine')).toBe('1');
    expect(await opacity('3B', 'engine')).toBe('0.25');
  });
});

it('shows hostile titles as text, and unknown sizes with a question mark and a reason', async () => {
  const text = `${ASLEEP_CLEAN.replace('used sum+9', 'used 40000')}
process evil "<img src=x onerror=alert(1)> \\e[31m \\xE2\\x80\\xAE ${'long '.repeat(60)}" on 3B:00.0 9000
process na "python na.py" on 3B:00.0 [N/A]
`;
  const page = await ledger(text, { colorScheme: 'dark' });
  const labels = await segment(page, '3B', 'process').evaluateAll((all) => all.map((each) => each.ariaLabel ?? ''));
  expect(labels[0]).toMatch(/<img src=x onerror=alert\(1\)> \\x1B\[31m \\u202E long/);
  expect(labels[1]).toMatch(/na\.py, unknown: the driver lists a process of this tree without a number/);
  expect(await segment(page, '3B', 'process').nth(1).innerText()).toBe('?');
  await segment(page, '3B', 'process').first().hover();
  await page.getByRole('dialog', { name: 'details' }).waitFor();
  expect(await overflow(page)).toBe(0);
  await picture(page, 'ledger-hostile-dark');
});

it('says what could not be read, in words', async () => {
  const page = await ledger(DEMO_SCENARIOS.get('no-driver')?.text ?? '');
  expect(await page.getByRole('note').allInnerTexts()).toEqual(['No memory was read: no NVIDIA driver.']);
});

it.each(['ledger', 'tree', 'matrix'])('lets axe find nothing serious where sizes are unknown: %s', async (panel) => {
  const text = `node g driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 40000
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 900
process server "sglang serve --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 [N/A]
  process tp1 "sglang::scheduler_TP1" on 3B:00.0 1500
smi processes 41:00.0 [N/A]
`;
  const page = await browser.stage({ colorScheme: 'dark' });
  await showPanel(page, { panel, observations: look(text) });
  await page.getByRole('heading', { level: 2 }).waitFor();
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
});
