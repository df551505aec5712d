// The matrix in a real Chromium: keys, sticky headings, the sentence of a foreign context, cells that nobody knows.
import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { bigNode } from '../kit/big-node.ts';
import { look } from '../kit/observed.ts';
import { ASLEEP_CLEAN, EMPTY_NODE, FOREIGN_CONTEXT } from '../kit/scenarios.ts';
import { panelSaid, picture, showPanel, useBrowser } from './browser.ts';
import type { PageOptions } from './kept-page.ts';
import type { PanelScene } from './scene.ts';

const browser = useBrowser();

async function matrix(text: string, options: PageOptions = {}, scene: Partial<PanelScene> = {}): Promise<Page> {
  const page = await browser.stage(options);
  await showPanel(page, { panel: 'matrix', observations: look(text), ...scene });
  await page.getByRole('region', { name: 'Matrix' }).waitFor();
  return page;
}

it('explains a foreign context on focus, and selects and opens it by keyboard', async () => {
  const page = await matrix(FOREIGN_CONTEXT);
  await page.locator('[data-spot="0 0"]').focus();
  await page.keyboard.press('ArrowDown');
  await expect
    .poll(() => page.getByRole('status').innerText())
    .toMatch(/^scheduler TP1 \(pid 4015\) is at home on 41:00\.0; these 516 MiB .* look like a CUDA context/);
  expect(await page.evaluate(`document.activeElement?.dataset.kind`)).toBe('foreign');
  await page.keyboard.press('Enter');
  await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { pid: 4015, bus: '00000000:3B:00.0' } });
  await page.keyboard.press('Shift+Enter');
  await expect
    .poll(() => panelSaid(page))
    .toMatchObject({
      raw: { match: { kind: 'usage', pid: 4015, bus: '00000000:3B:00.0' } },
    });
  await picture(page, 'matrix-foreign');
});

it('keeps its headings in sight with 16 GPUs, in a place of its own to scroll', async () => {
  const page = await matrix(bigNode(16), { colorScheme: 'dark' }, { width: '720px', height: '360px' });
  const scroll = page.locator('.matrix-scroll');
  await scroll.evaluate((element) => element.scrollTo(600, 400));
  const top = await page.getByRole('columnheader', { name: /C4:00\.0/ }).boundingBox();
  const left = await page.getByRole('rowheader').nth(20).boundingBox();
  const box = await scroll.boundingBox();
  expect((top?.y ?? 0) - (box?.y ?? 0)).toBeLessThan(3);
  expect((left?.x ?? 0) - (box?.x ?? 0)).toBeLessThan(3);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  await picture(page, 'matrix-16-dark');
});

it('selects a GPU by its heading, and stripes what could not be read', async () => {
  const other = 'gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 900\n';
  const page = await matrix(`${ASLEEP_CLEAN.replace('gpu 3B', `${other}gpu 3B`)}smi processes 41:00.0 [N/A]\n`);
  const cell = page.locator('[data-kind=unread]');
  expect(await cell.innerText()).toBe('?');
  expect(await cell.getAttribute('class')).toContain('hatched');
  expect(await cell.getAttribute('aria-label')).toMatch(/could not be read, so nobody knows/);
  await page.getByRole('button', { name: '41:00.0' }).click();
  await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { bus: '00000000:41:00.0' } });
});

it('says that nobody holds anything', async () => {
  const page = await matrix(EMPTY_NODE);
  expect(await page.getByRole('region', { name: 'Matrix' }).innerText()).toMatch(/lists no process with GPU memory/);
});

it('shows the pid that tells two engines of one port apart', async () => {
  const one = (
    pid: number,
    bus: string,
  ): string => `process e${pid} "python -m sglang.launch_server --port 30000" pid ${pid}
  process r${pid} "sglang::scheduler_TP0" pid ${pid + 7} on ${bus} 1700\n`;
  const page = await matrix(`gpu 3B:00.0 "H100" total 81559 reserved 479 used sum
gpu 41:00.0 "H100" total 81559 reserved 479 used sum
${one(1_234_001, '3B:00.0')}${one(1_235_001, '41:00.0')}`);
  const names = page.locator('tbody th > span');
  expect(await names.allInnerTexts()).toEqual([
    'scheduler TP0 1234008 sglang :30000 pid 1234001',
    'scheduler TP0 1235008 sglang :30000 pid 1235001',
  ]);
  expect(
    await names.evaluateAll((all) =>
      all.map(
        (each) => (each as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth - each.clientWidth,
      ),
    ),
  ).toEqual([0, 0]);
});
