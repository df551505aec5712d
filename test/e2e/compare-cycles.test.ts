// Comparing all cycles in a real Chromium: of one run, of two recordings that are open at once, with hostile names.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { VERSION } from '../../cli/version.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { command } from '../cli/command.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import { dropFile, dropHeld } from './dropped.ts';
import { TARGETS } from './scenes.ts';

const browser = useBrowser();

const node = (tp0: number, tp1: number, extra = ''): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
gpu 41:00.0 "H100" total 81559 reserved 479 used sum+11
process server "python -m sglang.launch_server --model-path m --tp 2 --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${tp0}
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${tp1}
${extra}`;

/** What stays of both ranks in each cycle; awake before, and after the last. */
function run(residuals: readonly (readonly [number, number])[], extra = ''): string {
  const times = (text: string): string[] => Array.from({ length: 4 }, () => text);
  const awake = times(node(64_210, 64_190, extra));
  const texts = residuals.flatMap(([tp0, tp1]) => [...awake, ...times(node(tp0, tp1, extra))]);
  const looks = [...texts, ...awake].flatMap((text, at): Observation[] =>
    look(text, { atMs: FIRST_LOOK_MS + at * 2_000 }),
  );
  return recorded(looks, { why: 'stopped' });
}

const MAIN = run([
  [1_740, 1_740],
  [1_740, 1_778],
  [1_740, 1_816],
]);

async function opened(
  files: readonly (readonly [string, string])[],
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Page> {
  const page = await browser.stage({ colorScheme });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await showApp(page, { targets: TARGETS, nodes: {}, nowMs: FIRST_LOOK_MS + 86_400_000, version: VERSION });
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  for (const [name, text] of files) {
    await dropFile(page, name, text);
    await page.getByRole('region', { name: 'Replay' }).getByText(name, { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  }
  await page.getByRole('tab', { name: 'Cycles' }).click();
  await page.getByRole('button', { name: 'Compare all' }).click();
  await page.getByRole('region', { name: 'All cycles' }).getByText('Who', { exact: true }).waitFor();
  return page;
}

const rows = async (page: Page): Promise<string[]> => {
  const table = page.getByRole('region', { name: 'All cycles' }).locator('table tbody tr');
  return (await table.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
};

async function findings(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`));
}

it.each(['light', 'dark'] as const)(
  'says of one run what each sleep frees and what a wake brings back (%s)',
  async (colorScheme) => {
    const page = await opened([['main.residuum.jsonl', MAIN]], colorScheme);
    await expect
      .poll(async () => (await rows(page)).slice(0, 2))
      .toEqual([
        'scheduler TP0 sglang :30000 3B:00.0 64,210 1,740 64,210 −62,470 0',
        'scheduler TP1 sglang :30000 41:00.0 64,190 1,778 1,740 to 1,816 64,190 −62,412 −62,450 to −62,374 0',
      ]);
    await expect
      .poll(() => page.getByRole('region', { name: 'All cycles' }).innerText())
      .toContain('Cycles 1 to 3 of sglang :30000.');
    await expect.poll(() => page.locator('tr[data-noise]').count()).toBe(2);
    await picture(page, `compare-cycles-${colorScheme}`);
    expect(await findings(page)).toEqual([]);
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    await page.getByLabel('Ranks in one row').check();
    await expect
      .poll(async () => (await rows(page))[0])
      .toMatch(/^scheduler sglang :30000 2 GPUs 64,190 64,190 to 64,210 1,740 1,740 to 1,816 /);
    await page.keyboard.press('n');
    await expect.poll(() => page.locator('tr[data-noise]').count()).toBe(0);
  },
);

it.each(['light', 'dark'] as const)(
  'puts two recordings that are open at once beside each other, in each state (%s)',
  async (colorScheme) => {
    const branch = run([
      [1_740, 2_740],
      [1_740, 2_744],
    ]);
    const page = await opened(
      [
        ['branch.residuum.jsonl', branch],
        ['main.residuum.jsonl', MAIN],
      ],
      colorScheme,
    );
    await page.getByLabel('Run B').selectOption({ label: 'gpu-01 in branch.residuum.jsonl' });
    await expect
      .poll(async () => (await rows(page))[0])
      .toBe(
        'scheduler TP1 sglang :30000 41:00.0 64,190 64,190 0 1,778 1,740 to 1,816 2,740 2,740 to 2,744 +962 +924 to +1,004 64,190 64,190 0',
      );
    expect(await page.getByRole('region', { name: 'Picture: While asleep, B against A' }).innerText()).toContain(
      'more 962 MiB',
    );
    await picture(page, `compare-arms-${colorScheme}`);
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    // Closed, the other run is compared with nothing.
    await page.getByRole('navigation', { name: 'Screens' }).getByText('Recordings').click();
    await page.getByText('branch.residuum.jsonl').locator('..').getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('Shift+C');
    await expect.poll(async () => (await rows(page))[0]).toContain('64,210 1,740 64,210 −62,470 0');
  },
);

it('says of a recording that is still being read that more of it will come, until it is read', async () => {
  const page = await browser.stage({ colorScheme: 'light' });
  await showApp(page, { targets: TARGETS, nodes: {}, nowMs: FIRST_LOOK_MS + 86_400_000, version: VERSION });
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  const replay = page.getByRole('region', { name: 'Replay' });
  // All looks but those of the last wake.
  const readOn = await dropHeld(page, 'night.residuum.jsonl', MAIN, MAIN.length - 800);
  await replay.getByText('night.residuum.jsonl', { exact: true }).waitFor();
  await dropFile(page, 'main.residuum.jsonl', MAIN);
  await replay.getByText('main.residuum.jsonl', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Cycles' }).click();
  await page.getByRole('button', { name: 'Compare all' }).click();
  const section = page.getByRole('region', { name: 'All cycles' });
  await section.getByText('Who', { exact: true }).waitFor();
  await section.getByText('still being read').waitFor({ state: 'detached' });
  await page.getByLabel('Run B').selectOption({ label: 'gpu-01 in night.residuum.jsonl' });
  await expect
    .poll(async () => (await section.getByRole('status').allInnerTexts()).join(' '))
    .toMatch(
      /^B, gpu-01 in night\.residuum\.jsonl is still being read: what came after 12:00:\d\d UTC is not in yet\.$/,
    );
  await readOn();
  await section.getByText('still being read').waitFor({ state: 'detached' });
  await expect.poll(async () => (await rows(page))[0]).toContain('1,740 to 1,816 1,778 1,740 to 1,816 0');
});

const PAIR = (one: number, two: number): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
process a "python -m sglang.launch_server --model-path m --port 30000" pid 4001 start 1
  process a0 "sglang::scheduler" pid 4002 start 2 on 3B:00.0 ${one}
process b "python -m vllm.entrypoints.openai.api_server --model m --port 8000" pid 5001 start 3
  process b0 "VLLM::EngineCore" pid 5002 start 4 on 3B:00.0 ${two}
`;

it.each(['light', 'dark'] as const)(
  'shows every engine in its own cycles, chooses one, and copies what the command line writes (%s)',
  async (colorScheme) => {
    const awake = PAIR(9_000, 8_000);
    const looks = [awake, PAIR(1_700, 8_000), awake, PAIR(9_000, 800), awake, PAIR(1_738, 8_000), awake]
      .flatMap((text) => [text, text, text, text])
      .flatMap((text, at) => look(text, { atMs: FIRST_LOOK_MS + at * 2_000 }));
    const text = recorded(looks, { why: 'stopped' });
    const folder = await mkdtemp(join(tmpdir(), 'residuum-two-engines-'));
    const file = join(folder, 'run.residuum.jsonl');
    await writeFile(file, text);
    try {
      const page = await opened([['run.residuum.jsonl', text]], colorScheme);
      const section = page.getByRole('region', { name: 'All cycles' });
      await expect
        .poll(async () => (await rows(page)).slice(0, 2))
        .toEqual([
          'scheduler sglang :30000 3B:00.0 9,000 1,700 1,700 to 1,738 9,000 −7,300 −7,300 to −7,262 0',
          'engine-core vllm :8000 3B:00.0 8,000 800 8,000 −7,200 0',
        ]);
      await expect
        .poll(() => section.innerText())
        .toContain(
          'Cycles 1 to 2 of sglang :30000, cycle 1 of vllm :8000. Whoever has no cycles is seen in those of sglang :30000.',
        );
      await expect
        .poll(async () => (await section.getByRole('listitem').allInnerTexts()).map((each) => each.trim()))
        .toEqual(['sglang :30000: too few cycles (2 of 5)', 'vllm :8000: too few cycles (1 of 5)']);
      await picture(page, `compare-engines-${colorScheme}`);
      expect(await findings(page)).toEqual([]);
      const pasted = async (...args: string[]): Promise<void> => {
        await section.getByRole('button', { name: 'Copy' }).click();
        await page.getByText('Copied all cycles as Markdown; names are stand-ins.').waitFor();
        const { code, out } = await command(['export', file, '--table', 'compare-states', ...args]);
        expect(code).toBe(0);
        // The second time the words of the first are still there.
        await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(out);
        await writeFile(join(folder, 'pasted.md'), out);
        expect((await command(['verify', file, join(folder, 'pasted.md')])).code).toBe(0);
      };
      await pasted();
      await page.getByLabel('Cycles of').selectOption({ label: 'vllm :8000 (1)' });
      await expect
        .poll(() => section.innerText())
        .toContain('Cycle 1 of vllm :8000. Not shown: sglang :30000 (2 cycles).');
      await expect
        .poll(() => rows(page))
        .toEqual(expect.arrayContaining(['scheduler sglang :30000, within the noise 3B:00.0 9,000 9,000 9,000 0 0']));
      await pasted('--engine', 'port:8000');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

it('holds with names without an end, and says that a run has no cycle yet', async () => {
  const title = `python ${'train-'.repeat(40)}\u202Eabc\\e[31m.py`;
  const hostile = run([[1_740, 1_740]], `process long "${title}" on 3B:00.0 4000\n`);
  const awake = recorded([0, 1, 2].flatMap((at) => look(node(9_000, 9_000), { atMs: FIRST_LOOK_MS + at * 2_000 })));
  const page = await opened([
    ['awake.residuum.jsonl', awake],
    ['hostile.residuum.jsonl', hostile],
  ]);
  await picture(page, 'compare-cycles-hostile');
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
  await page.getByLabel('Run B').selectOption({ label: 'gpu-01 in awake.residuum.jsonl' });
  await page.getByText('gpu-01 in awake.residuum.jsonl has shown no cycle yet').waitFor();
});
