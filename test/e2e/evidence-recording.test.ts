// Evidence of a shipped recording in a real Chromium: the bytes of the command line, with one click, and verify confirms them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VERSION } from '../../cli/version.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { command } from '../cli/command.ts';
import { FIRST_LOOK_MS } from '../kit/observed.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import { dropFile } from './dropped.ts';
import type { PageOptions } from './kept-page.ts';
import { TARGETS } from './scenes.ts';
import { tabTo } from './tab-to.ts';

const browser = useBrowser();
const demo = (name: string): string => join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
const made: { folder: string } = { folder: '' };

beforeEach(async () => {
  made.folder = await mkdtemp(join(tmpdir(), 'residuum-evidence-'));
});

afterEach(async () => {
  await rm(made.folder, { recursive: true, force: true });
});

async function opened(
  names: readonly string[],
  options: PageOptions = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const page = await browser.stage(options);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await showApp(page, { targets: TARGETS, nodes: {}, nowMs: FIRST_LOOK_MS + 86_400_000, version: VERSION, settings });
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  for (const name of names) {
    await dropFile(page, `${name}.residuum.jsonl.gz`, await readFile(demo(name)));
    await page.getByRole('region', { name: 'Replay' }).getByText(name).waitFor();
    await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  }
  return page;
}

const copied = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');
const preview = (page: Page): Promise<string> =>
  page.evaluate(`document.querySelector('[aria-label="Preview"] pre')?.textContent ?? ''`);
const choose = (page: Page, what: string, value: string): Promise<unknown> =>
  page.getByRole('combobox', { name: what, exact: true }).selectOption(value);

async function exported(name: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await command(['export', demo(name), ...args]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

async function verified(name: string, text: string, ...args: string[]): Promise<string> {
  const file = join(made.folder, 'evidence');
  await writeFile(file, text);
  const { code, out } = await command(['verify', demo(name), file, ...args]);
  expect({ code, out }).toMatchObject({ code: 0 });
  return out;
}

describe('one click', () => {
  it('copies the states of the last cycle, as the command line writes them', async () => {
    const page = await opened(['graphs-and-nccl']);
    await page.getByRole('button', { name: 'Copy states' }).click();
    await page.getByText('Copied the states of cycle 1 as Markdown; names are stand-ins.').waitFor();
    const text = await copied(page);
    expect(text).toBe(await exported('graphs-and-nccl', '--preset', 'min-max'));
    expect(text).toContain('| asleep | 2 GPUs |');
    expect(await verified('graphs-and-nccl', text)).toMatch(/^states: \d+ agree, 0 differ, 0 cannot be checked/);
  });

  it('copies the gate after the last sleep, as the command line writes it', async () => {
    const page = await opened(['graphs-and-nccl']);
    await page.getByRole('button', { name: 'Copy gate' }).click();
    await page.getByText(/^Copied the gate of 12:01:02 UTC as Markdown; names are stand-ins\.$/).waitFor();
    const text = await copied(page);
    expect(text).toBe(await exported('graphs-and-nccl', '--table', 'gate', '--at', '#1'));
    expect(text).toMatch(/\| vllm :8000 \| asleep \(reported\) .*\| FAIL/);
    expect(await verified('graphs-and-nccl', text)).toMatch(/^gate: \d+ agree, 0 differ/);
  });

  it('is a command of the palette too', async () => {
    const page = await opened(['clean-sleep']);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('gate table');
    await page.keyboard.press('Enter');
    await page.getByText(/^Copied the gate of/).waitFor();
    expect(await copied(page)).toBe(await exported('clean-sleep', '--table', 'gate', '--at', '#6'));
  });
});

it.each(['md', 'json'])('shows every table with the bytes of the command line, as %s', async (format) => {
  const page = await opened(['growth-per-step', 'clean-sleep']);
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Copy as Markdown' }).waitFor();
  await choose(page, 'Look', 'last');
  await choose(page, 'Format', format);
  for (const table of ['gate', 'ledger', 'states', 'arms', 'cycles', 'processes', 'environment']) {
    await choose(page, 'Table', table);
    const against = table === 'arms' ? ['--against', demo('growth-per-step')] : [];
    const text = await exported('clean-sleep', '--table', table, '--format', format, ...against);
    await expect.poll(() => preview(page), { timeout: 5_000 }).toBe(text);
  }
});

it('saves what verify confirms, names and all where they are asked for', async () => {
  const page = await opened(['clean-sleep']);
  await page.keyboard.press('e');
  await page.getByText('As they are', { exact: true }).click();
  await page.getByRole('radio', { name: /^Raw/ }).check();
  await choose(page, 'Table', 'states');
  await choose(page, 'Cycle', '3');
  await expect.poll(() => preview(page)).toContain('"at": "#3"');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const text = await readFile(await (await saving).path(), 'utf8');
  expect(text).toBe(
    await exported('clean-sleep', '--table', 'states', '--preset', 'raw', '--at', '#3', '--identifying'),
  );
  expect(await verified('clean-sleep', text)).toMatch(/^states: \d+ agree, 0 differ, 0 cannot be checked/);
  const line = await page.locator('[aria-label="Preview"] footer code').innerText();
  expect(line).toBe(
    "residuum export clean-sleep.residuum.jsonl.gz --table states --preset raw --format json --at '#3' --identifying",
  );
});

it('makes tables of a recording without names that agree with it, and saves that', async () => {
  const page = await opened(['graphs-and-nccl']);
  await page.keyboard.press('e');
  await page.getByText(/^Stand-ins for names: /).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the recording with stand-ins' }).click();
  const text = await readFile(await (await saving).path(), 'utf8');
  const out = join(made.folder, 'redacted.jsonl');
  expect((await command(['redact', demo('graphs-and-nccl'), '--out', out])).code).toBe(0);
  expect(text).toBe(await readFile(out, 'utf8'));
});

it('is judged by the recording, and says so where another limit is set here', async () => {
  const page = await opened(['clean-sleep'], {}, { 'policy.engine-tree': 'flag 1.5' });
  await page.keyboard.press('e');
  await page
    .getByText(/^Judged by the recording's own limit, 3,072 MiB \(3\.00 GiB\)\. The one that is set here/)
    .waitFor();
  expect(await preview(page)).toContain('at most 3,072 MiB');
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 1440],
] as const)('needs no mouse, and nothing is serious to a screen reader (%s, %i)', async (colorScheme, width) => {
  const page = await opened(['foreign-contexts'], { colorScheme, width });
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Copy as Markdown' }).waitFor();
  await picture(page, `evidence-recording-${colorScheme}-${width}`);
  const isOnPreset = (): Promise<boolean> => page.evaluate(`document.activeElement?.type === 'radio'`);
  for (let presses = 0; presses < 60 && !(await isOnPreset()); presses += 1) await page.keyboard.press('Tab');
  // The first group is that of names; the second that of presets.
  await page.keyboard.press('Tab');
  await expect.poll(() => isOnPreset()).toBe(true);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => preview(page)).toContain('Resident of a rank');
  await picture(page, `evidence-min-max-${colorScheme}-${width}`);
  await tabTo(page, /^Stand-ins for names/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save the recording with stand-ins' }).waitFor();
  await page.keyboard.press('Control+Shift+C');
  await page.getByText('Copied as Markdown.').waitFor();
  expect(await copied(page)).toBe(await preview(page));
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
});
