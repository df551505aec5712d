// Evidence with the program as it ships behind the page: a shipped recording of its list, and a node that it watches.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { REPOSITORY } from '../architecture/source-file.ts';
import { command } from '../cli/command.ts';
import { buildProgram, startProgram } from '../web/built.ts';
import { picture, useBrowser } from './browser.ts';

const browser = useBrowser();
const machine = { home: '' };

beforeAll(buildProgram);

beforeEach(async () => {
  machine.home = await mkdtemp(join(tmpdir(), 'residuum-evidence-host-'));
});

afterEach(async () => {
  await rm(machine.home, { recursive: true, force: true });
});

async function openPage(...words: readonly string[]): Promise<Page> {
  const env = { HOME: machine.home, XDG_CONFIG_HOME: machine.home, XDG_DATA_HOME: machine.home };
  const running = startProgram(['serve', '--no-open', ...words], env);
  const page = await browser.page();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(await running.ready());
  return page;
}

const copied = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');
const preview = (page: Page): Promise<string> =>
  page.evaluate(`document.querySelector('[aria-label="Preview"] pre')?.textContent ?? ''`);

it('copies the states of a recording of the list with one click, as the command line writes them', async () => {
  const page = await openPage();
  await page.getByRole('button', { name: 'Recordings' }).click();
  await page.getByRole('button', { name: 'Open graphs-and-nccl' }).click();
  await page.getByRole('button', { name: 'Copy states' }).click();
  await page.getByText('Copied the states of cycle 1 as Markdown; names are stand-ins.').waitFor();
  const file = join(REPOSITORY, 'demos', 'graphs-and-nccl.residuum.jsonl.gz');
  expect(await copied(page)).toBe((await command(['export', file, '--preset', 'min-max'])).out);
});

it('makes tables of a node that is watched from what the host has recorded so far', async () => {
  const page = await openPage('--demo');
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  await page.keyboard.press('e');
  await page.getByText('This is seen live, and its recording is still being written.').waitFor();
  await expect
    .poll(() => preview(page))
    .toMatch(/\| sglang (?::|pid )\d+[^]*Seen live: the recording that keeps it began/);
  const table = page.getByRole('combobox', { name: 'Table', exact: true });
  for (const name of ['ledger', 'states', 'cycles', 'processes', 'environment']) {
    await table.selectOption(name);
    await expect.poll(() => preview(page)).toContain('Save the recording and export it again');
  }
  expect(await preview(page)).toMatch(/\| node +\| node-\d+ /);
  await picture(page, 'evidence-host-live');
});
