// The viewer: one file, opened from the disk with no server behind it, takes a recording and shows its verdict.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../scripts/checkout.mjs';
import { runChild } from '../../scripts/child.mjs';
import { command } from '../cli/command.ts';
import { look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { picture, useBrowser } from './browser.ts';
import { dropFile } from './dropped.ts';

const browser = useBrowser();
const built: { folder: string; file: string } = { folder: '', file: '' };

beforeAll(async () => {
  built.folder = mkdtempSync(join(tmpdir(), 'residuum-viewer-'));
  built.file = join(built.folder, 'viewer.html');
  const { code, output } = await runChild(process.execPath, ['scripts/build-viewer.mjs', built.file], {
    cwd: ROOT,
    output: 'capture',
    env: { ...process.env },
  });
  if (code !== 0) throw new Error(`the viewer could not be built:\n${output}`);
});

afterAll(() => rmSync(built.folder, { recursive: true, force: true }));

it('refers to nothing outside itself, and its policy lets nothing else in', () => {
  const html = readFileSync(built.file, 'utf8');
  const head = html.slice(0, html.indexOf('<style>'));
  expect(head).toMatch(
    /content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'unsafe-inline'; img-src data:;/,
  );
  expect(html.match(/<(?:script|link|img)[^>]*(?:src|href)=/g)).toBeNull();
});

it('opens from the disk, takes a recording, and shows the verdict', async () => {
  const page = await browser.page();
  await page.goto(pathToFileURL(built.file).href);
  await page.getByRole('heading', { name: 'Open a recording' }).waitFor();
  expect(await page.getByRole('button', { name: 'Connect' }).count()).toBe(0);
  await picture(page, 'viewer-empty');
  const looks = [0, 1, 2].flatMap((step) => look(TWO_ENGINES_ONE_LEAKS, { step }));
  await dropFile(page, 'leak.residuum.jsonl', recorded(looks, { why: 'stopped' }));
  const verdicts = page.getByRole('region', { name: 'Verdicts' });
  await expect.poll(() => verdicts.innerText()).toContain('FAIL');
  expect(await verdicts.innerText()).toContain('1 of 2 engines is over the limit:');
});

it('makes the evidence of the command line from the disk too, and says which Residuum it is', async () => {
  const page = await browser.page();
  await page.goto(pathToFileURL(built.file).href);
  await page.getByRole('heading', { name: 'Open a recording' }).waitFor();
  const demo = join(ROOT, 'demos', 'settle-trap.residuum.jsonl.gz');
  await dropFile(page, 'settle-trap.residuum.jsonl.gz', readFileSync(demo));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  await page.keyboard.press('e');
  await page.getByRole('radio', { name: /^Min–max/ }).check();
  const { out } = await command(['export', demo, '--preset', 'min-max']);
  const shown = (): Promise<string> =>
    page.evaluate(`document.querySelector('[aria-label="Preview"] pre')?.textContent ?? ''`);
  await expect.poll(shown).toBe(out);
});
