// The pair in a real Chromium: a table that says what the bars show, where each number leads, and many GPUs.
import { expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { memory, said } from '../kit/said.ts';
import { TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { panelSaid, picture, showPanel, useBrowser } from './browser.ts';

const browser = useBrowser();
const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

it.each(['light', 'dark'] as const)(
  'shows the numbers of its bars as a table, and where they come from: %s',
  async (colorScheme) => {
    const page = await browser.stage({ colorScheme });
    const observations = [
      ...look(CYCLE),
      said(CYCLE, 4001, '/server_info', memory(7.14, 53.21, 0.66), { atMs: FIRST_LOOK_MS + 1_000 }),
      ...[1, 2, 3, 4, 5].flatMap((step) => look(CYCLE, { step })),
    ];
    await showPanel(page, { panel: 'pair', observations, width: '520px' });
    const table = page.getByRole('table', { name: 'sglang :30000: resident beside accounted, on each GPU' });
    await expect
      .poll(() => table.getByRole('row').allInnerTexts())
      .toEqual([
        expect.stringMatching(/^GPU\s+resident\s+when awake\s+accounted\s+gap\s+share$/),
        expect.stringMatching(/^3B:00.0\s+1,741 MiB\s+64,210 MiB\s+62,474.24 MiB\s+−60,733 MiB\s+±16.36 MiB\s+2.8 %$/),
        expect.stringMatching(/^41:00.0\s+1,741 MiB\s+64,190 MiB\s+–\s*: no rank that reports/),
      ]);
    await expect
      .poll(() => page.getByText('Accounting: recorded at start-up; does not change on sleep.').isVisible())
      .toBe(true);
    // Resident and awake on two GPUs, accounted on one.
    await expect.poll(() => page.locator('.recharts-bar-rectangle path').count()).toBe(5);
    await table.getByRole('button', { name: '62,474.24 MiB' }).click();
    await expect.poll(() => panelSaid(page)).toMatchObject({ raw: { match: { kind: 'accounting' } } });
    await table.getByRole('button', { name: '1,741 MiB' }).first().click();
    await expect
      .poll(() => panelSaid(page))
      .toMatchObject({ raw: { match: { kind: 'usage', bus: '00000000:3B:00.0' } } });
    await picture(page, `pair-${colorScheme}`);
  },
);

it('shows the selected engine, and lets another one be chosen', async () => {
  const page = await browser.stage();
  await showPanel(page, { panel: 'pair', observations: look(TWO_ENGINES_ONE_LEAKS) });
  await page.getByRole('combobox', { name: 'Engine' }).selectOption({ label: 'sglang :30001' });
  await expect.poll(() => page.getByRole('table').first().innerText()).toContain('61,440 MiB');
  expect(await panelSaid(page)).toMatchObject({ selection: { engine: expect.stringMatching(/^4022@/) } });
});

it('holds 16 GPUs and no engine at all', async () => {
  const page = await browser.stage();
  const gpus = Array.from({ length: 16 }, (_, at) => `${(16 + at).toString(16).toUpperCase()}:00.0`);
  const many = [
    ...gpus.map((bus) => `gpu ${bus} "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9`),
    'process server "python -m sglang.launch_server --tp 16 --port 30000"',
    ...gpus.map((bus, at) => `  process tp${at} "sglang::scheduler_TP${at}" on ${bus} ${1700 + at}`),
    '',
  ].join('\n');
  await showPanel(page, { panel: 'pair', observations: look(many), width: '520px' });
  await expect.poll(() => page.getByRole('table').first().getByRole('row').count()).toBe(17);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
  await showPanel(page, {
    panel: 'pair',
    observations: look('gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used 0\n'),
  });
  await page.getByText('No engine was found, so nobody says what should be resident.').waitFor();
});
