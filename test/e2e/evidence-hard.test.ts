// The evidence screen over hard data: hostile names, sixteen GPUs, nothing to show, nothing known; and its page as HTML.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { bigNode } from '../kit/big-node.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { ASLEEP_CLEAN, EMPTY_NODE } from '../kit/scenarios.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import { dropFile } from './dropped.ts';
import type { PageOptions } from './kept-page.ts';
import { TARGETS } from './scenes.ts';

const browser = useBrowser();

const HOSTILE = `=HYPERLINK(1)|x \`y\` <img src=x onerror=alert(1)></pre><script>window.bad = 1</script> @octocat \\input{x} \u202Eevil\u202C \u001B[31mred ${'long-'.repeat(60)}`;
const HOSTILE_NODE = `
node evil driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process engine "python -m sglang.launch_server --model-path ${HOSTILE.replaceAll('\\', '\\\\')} --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1741
`;

/** Every number of memory that nvidia-smi prints is none. */
function unknown(text: string): string {
  return text.replaceAll(
    /(\\nout\\t0{8}:3B:00\.0, (?:4\d{3}|GPU-[^,]+, [^,]+))((?:, \d+)+)/g,
    (_all, head: string, sizes: string) => head + sizes.replaceAll(/\d+/g, '[N/A]'),
  );
}

async function evidence(text: string, options: PageOptions = {}): Promise<Page> {
  const page = await browser.stage(options);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await showApp(page, { targets: TARGETS, nodes: {}, nowMs: FIRST_LOOK_MS + 86_400_000 });
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  await dropFile(page, 'run.residuum.jsonl', text);
  await page.getByRole('region', { name: 'Replay' }).waitFor();
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Copy as Markdown' }).waitFor();
  return page;
}

const recordedLooks = (text: string): string =>
  recorded(
    [0, 1, 2].flatMap((step) => look(text, { step })),
    { why: 'stopped' },
  );
const preview = (page: Page): Promise<string> =>
  page.evaluate(`document.querySelector('[aria-label="Preview"] pre')?.textContent ?? ''`);
const choose = (page: Page, what: string, value: string): Promise<unknown> =>
  page.getByRole('combobox', { name: what, exact: true }).selectOption(value);

async function isSound(page: Page, width: number): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
}

it.each(['light', 'dark'] as const)(
  'shows hostile names as text, in the list of stand-ins too (%s)',
  async (colorScheme) => {
    const page = await evidence(recordedLooks(HOSTILE_NODE), { colorScheme });
    await choose(page, 'Table', 'environment');
    await expect.poll(() => preview(page)).toContain('| node ');
    expect(await preview(page)).not.toMatch(/HYPERLINK|octocat|evil/);
    await page.getByText(/^Stand-ins for names: /).click();
    await picture(page, `evidence-hostile-${colorScheme}`);
    await page.getByText('As they are', { exact: true }).click();
    await expect.poll(() => preview(page)).toContain('HYPERLINK');
    expect(await preview(page)).not.toMatch(/[\u202E\u001B]|<script/);
    await picture(page, `evidence-hostile-names-${colorScheme}`);
    expect(await page.evaluate('window.bad')).toBeUndefined();
    await isSound(page, 1280);
  },
);

it.each([1280, 1440])('holds a node of sixteen GPUs (%i)', async (width) => {
  const page = await evidence(recordedLooks(bigNode(16)), { width });
  for (const table of ['gate', 'ledger', 'processes', 'states']) {
    await choose(page, 'Table', table);
    await expect.poll(() => preview(page)).toMatch(/\| C4:00\.0|0{8}:C4:00\.0|fullest|16 GPUs|sglang/);
    await picture(page, `evidence-big-${table}-${width}`);
  }
  await page.getByRole('radio', { name: /^Figure only/ }).check();
  await page.getByRole('region', { name: 'Preview' }).getByRole('img').waitFor();
  await picture(page, `evidence-big-figure-${width}`);
  await isSound(page, width);
});

it('says why there is no table of states where no engine was seen', async () => {
  const page = await evidence(recordedLooks(EMPTY_NODE));
  await picture(page, 'evidence-empty-gate');
  await choose(page, 'Table', 'states');
  await page.getByText('There is nothing to show. No engine was seen.').waitFor();
  await picture(page, 'evidence-empty-states');
  await choose(page, 'Table', 'ledger');
  await expect.poll(() => preview(page)).toContain('| Used (MiB)');
  await isSound(page, 1280);
});

it('says unknown with its reason, and never 0', async () => {
  const text = recordedLooks(ASLEEP_CLEAN);
  const page = await evidence(unknown(text));
  expect(await preview(page)).toMatch(/\| unknown +\|[^]*Unknown: /);
  await picture(page, 'evidence-unknown');
  await choose(page, 'Table', 'ledger');
  await expect.poll(() => preview(page)).toMatch(/Used \(MiB\)[^]*\| +unknown \|/);
  await picture(page, 'evidence-unknown-ledger');
});

it('is a page that prints, without a script', async () => {
  const page = await evidence(recordedLooks(bigNode(8)));
  await choose(page, 'Table', 'ledger');
  await choose(page, 'Format', 'html');
  await expect.poll(() => preview(page)).toMatch(/^<!doctype html>/);
  const html = await preview(page);
  const own = await browser.page();
  await own.setContent(html);
  await picture(own, 'evidence-html');
  expect(await own.getByRole('table').getByRole('row').count()).toBe(9);
  expect(await own.locator('script').count()).toBe(0);
  const pdf = await own.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
});
