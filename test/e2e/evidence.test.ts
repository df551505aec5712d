// The evidence screen in a real Chromium: the exact bytes of each preset, copied, saved, by keyboard; tables copied anywhere.
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import type { RecordingEntry } from '../../shared/rpc/contract.ts';
import { answered } from '../kit/answered.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import type { AppScene } from './scene.ts';
import { connected, liveScene } from './scenes.ts';

const browser = useBrowser();
const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

/** A node that is watched, and that its host records. */
async function app(
  colorScheme: 'light' | 'dark' = 'light',
  target = 'h100-07',
  more: Partial<AppScene> = {},
): Promise<Page> {
  const page = await browser.stage({ colorScheme });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const looks = Array.from({ length: 10 }, (_, step) => look(CYCLE, { step })).flat();
  const seen = connected(...looks.slice(0, 2), ...answered(CYCLE), ...looks.slice(2));
  const kept: RecordingEntry = {
    id: 'kept/now',
    kind: 'kept',
    name: 'now',
    bytes: 1,
    changedMs: FIRST_LOOK_MS + 19_000,
    startedMs: FIRST_LOOK_MS - 1_000,
    isDemo: target === 'demo',
    story: [],
    targets: [target],
    isWritten: true,
    problem: '',
  };
  const text = recorded(seen, { isDemo: target === 'demo', nodes: [{ node: 'n1', target }] });
  const scene = liveScene('', {
    open: target,
    nodes: { [target]: seen },
    nowMs: FIRST_LOOK_MS + 19_000,
    recordings: [kept],
    recordingTexts: { 'kept/now': text },
    ...more,
  });
  await showApp(page, scene);
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  return page;
}

const copied = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');
const preview = (page: Page): Promise<string> =>
  page.evaluate(`document.querySelector('[aria-label="Preview"] pre')?.textContent ?? ''`);

async function evidence(page: Page): Promise<void> {
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Copy as Markdown' }).waitFor();
}

it('shows the bytes that it copies and saves, and says of a live node that nothing can check them yet', async () => {
  const page = await app();
  await evidence(page);
  const text = await preview(page);
  expect(text).toMatch(/^\*\*What engines hold against the limit\*\*\n\n\| Engine +\| State/);
  expect(text).toMatch(/\| sglang (?::|pid )\d+ +\|/);
  expect(text).toContain('Seen live: the recording that keeps it began at 2026-01-31T12:00:00.000Z and was not closed');
  expect(text).not.toContain('residuum verify makes it again');
  await page.getByText('This is seen live, and its recording is still being written.').waitFor();

  await page.getByRole('button', { name: 'Copy as Markdown' }).click();
  await page.getByText('Copied as Markdown.').waitFor();
  expect(await copied(page)).toBe(text);

  await page.getByRole('button', { name: 'Copy as rich text' }).click();
  await page.getByText('Copied as rich text.').waitFor();
  const html = await page.evaluate(
    `navigator.clipboard.read().then(([item]) => item.getType('text/html')).then((part) => part.text())`,
  );
  expect(html).toContain('<caption>What engines hold against the limit</caption>');

  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe('residuum-gate-node-2-20260131T120018Z.md');
  expect(await readFile(await download.path(), 'utf8')).toBe(text);
});

it('saves a figure as PNG that its host draws, and says why where it cannot', async () => {
  const page = await app();
  await evidence(page);
  await page.getByRole('radio', { name: /Figure only/ }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save PNG' }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toMatch(/^residuum-figure-ledger-.*\.png$/);
  const svg = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save SVG' }).click();
  const drawn = await readFile(await (await svg).path(), 'utf8');
  expect(await readFile(await download.path(), 'utf8')).toBe(`PNG of ${drawn.length} characters`);

  const other = await app('light', 'h100-07', { noPng: 'PNG cannot be drawn on this system.' });
  await evidence(other);
  await other.getByRole('radio', { name: /Figure only/ }).click();
  await other.getByRole('button', { name: 'Save PNG' }).click();
  await other.getByText('Not saved: PNG cannot be drawn on this system.').waitFor();
});

it('has stand-ins for names until a second choice, and lists what stands for what', async () => {
  const page = await app();
  await evidence(page);
  await page.getByRole('combobox', { name: 'Table' }).selectOption('environment');
  await expect.poll(() => preview(page)).toContain('| node ');
  expect(await preview(page)).not.toMatch(/demo-gpu-04|Qwen/);
  await page.getByText(/^Stand-ins for names: (?:none|\d+) in this text, \d+ in the recording$/).click();
  const rows = await page
    .getByRole('table', { name: 'What stands in for which name' })
    .getByRole('row')
    .allInnerTexts();
  expect(rows.map((row) => row.split('\t').slice(0, 2))).toContainEqual(['demo-gpu-04', 'node-2']);
  await picture(page, 'evidence-stand-ins');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the recording with stand-ins' }).click();
  const saved = await readFile(await (await saving).path(), 'utf8');
  expect(saved).toContain('"redaction":"names"');
  expect(saved).not.toMatch(/demo-gpu-04|Qwen/);

  await page.getByText('As they are', { exact: true }).click();
  await page.getByText('This output is identifying.').waitFor();
  await expect.poll(() => preview(page)).toContain('demo-gpu-04');
});

it('follows a preset, a unit and digits; the look stays the same until another is asked for', async () => {
  const page = await app();
  await evidence(page);
  await page.getByRole('radio', { name: /^Paper/ }).check();
  await expect.poll(() => preview(page)).toMatch(/\\begin\{tabular\}[^]*Resident \(GiB\)/);
  await page.getByText('3', { exact: true }).click();
  await expect.poll(() => preview(page)).toMatch(/\d\.\d{3}/);
  await page.getByRole('radio', { name: /^Min–max/ }).check();
  await expect.poll(() => preview(page)).toMatch(/A range is the smallest and the largest of the GPUs/);
  await page.getByRole('combobox', { name: 'Table' }).selectOption('processes');
  await page.getByRole('combobox', { name: 'Format' }).selectOption('csv');
  await expect.poll(() => preview(page)).toMatch(/^engine,role,/);
  await page.getByRole('radio', { name: /^Step ledger/ }).check();
  await expect.poll(() => preview(page)).toMatch(/\| Fullest GPU/);
  await page.getByRole('radio', { name: /^Raw/ }).check();
  await expect.poll(() => preview(page)).toContain('"schema": "residuum.table/1"');

  // Whoever comes back finds it as it was; names are stand-ins again.
  await page.getByText('As they are', { exact: true }).click();
  await expect.poll(() => preview(page)).toContain('"redaction": "none"\n  },\n  "looks"');
  const navigation = page.getByRole('navigation');
  await navigation.getByRole('button', { name: 'Live' }).click();
  await navigation.getByRole('button', { name: 'Evidence' }).click();
  await expect.poll(() => page.getByRole('radio', { name: /^Raw/ }).isChecked()).toBe(true);
  await expect.poll(() => preview(page)).toContain('"redaction": "names"\n  },\n  "looks"');
});

it('claims nowhere that a recording goes on whose recorder has stopped', async () => {
  const page = await app('light', 'h100-07', { recorderStopped: 'The disk is full: make room.' });
  await evidence(page);
  await expect.poll(() => preview(page)).toContain('was not closed when this was made, so it has no hash.');
  await expect.poll(() => page.locator('body').innerText()).not.toContain('still being written');
});

it('says why there is nothing where the host records nothing', async () => {
  const page = await app('light', 'h100-07', { recordings: [], recorderStopped: 'The disk is full: make room.' });
  await page.keyboard.press('e');
  const said = page.getByText(
    'There is nothing to show. The host keeps no recording of this look. The disk is full: make room.',
  );
  await said.waitFor();
  expect(await page.getByRole('button', { name: 'Copy as Markdown' }).count()).toBe(0);
  expect(await page.getByText('still being written').count()).toBe(0);
  await picture(page, 'evidence-nothing');
});

it.each(['light', 'dark'] as const)(
  'draws each figure, and nothing is serious to a screen reader (%s)',
  async (scheme) => {
    const page = await app(scheme, 'demo');
    await evidence(page);
    await picture(page, `evidence-table-${scheme}`);
    await page.getByRole('radio', { name: /^Figure only/ }).check();
    if (scheme === 'dark') await page.getByText('Dark', { exact: true }).click();
    for (const figure of ['ledger', 'pair', 'timeline', 'cycles']) {
      await page.getByRole('combobox', { name: 'Figure' }).selectOption(figure);
      await page.getByRole('region', { name: 'Preview' }).getByRole('img').waitFor();
      expect(await page.locator('[aria-label="Preview"] svg text').allTextContents()).toContain(
        'Demo data: nothing here was measured.',
      );
      await picture(page, `evidence-${figure}-${scheme}`);
    }
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
  },
);

it('draws no ring around a panel whose table was clicked, when its menu is left, until a key is pressed', async () => {
  const page = await app();
  const cursor = page.getByRole('group', { name: /^Timeline cursor/ });
  await cursor.press('Shift+ArrowLeft');
  const table = page.getByRole('group', { name: 'Table of the range' });
  const menu = page.getByRole('menu', { name: 'Copy this table' });
  const ring = (): Promise<string> =>
    table.evaluate((element) =>
      element.ownerDocument.activeElement === element
        ? (element.ownerDocument.defaultView?.getComputedStyle(element).outlineStyle ?? '')
        : 'not in focus',
    );
  const leave = async (): Promise<void> => {
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("role")')).toMatch(/^menu/);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
  };
  await table.getByRole('cell').first().click({ button: 'right' });
  await leave();
  await expect.poll(ring).toBe('none');
  await page.keyboard.press('ArrowDown');
  await expect.poll(ring).toBe('solid');
  // Who opens it by key came by key.
  await table.getByRole('cell').first().dispatchEvent('contextmenu', { button: 0 });
  await leave();
  await expect.poll(ring).toBe('solid');
});

it('copies the table in focus by key, and any table by its menu', async () => {
  const page = await app();
  await page.keyboard.press('y');
  const cycles = page.getByRole('region', { name: 'Cycles' });
  await cycles.locator('tbody button').first().focus();
  await page.keyboard.press('Control+Shift+C');
  await page.getByText('Copied the table as Markdown, with names as they are.').waitFor();
  const markdown = await copied(page);
  expect(markdown).toMatch(/^(\*\*.*\*\*\n\n)?\| .*\n\| -+/);
  expect(markdown).toContain('64,210');

  await cycles.locator('tbody td').first().click({ button: 'right' });
  await page.getByRole('menu', { name: 'Copy this table' }).waitFor();
  await picture(page, 'table-menu');
  // A busy machine opens a menu before it has the focus, and keys that come earlier go nowhere.
  const focused = (): Promise<unknown> => page.evaluate('document.activeElement.textContent');
  await expect.poll(() => page.evaluate('document.activeElement.getAttribute("role")')).toBe('menu');
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused).toBe('Copy as Markdown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused).toBe('Copy as CSV');
  await page.keyboard.press('Enter');
  await page.getByText('Copied the table as CSV, with names as they are.').waitFor();
  expect(await copied(page)).toContain('"64,210"');

  await cycles.locator('tbody td').first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy as JSON' }).click();
  await page.getByText('Copied the table as JSON, with names as they are.').waitFor();
  const json = JSON.parse(await copied(page)) as { columns: { id: string }[]; rows: Record<string, string>[] };
  expect(json.rows.length).toBeGreaterThan(0);
  for (const row of json.rows) expect(Object.keys(row)).toEqual(json.columns.map(({ id }) => id));
  expect(Object.values(json.rows[0] ?? {}).join(' ')).toContain('64,210');
});
