// `residuum open FILE`: the built program, its page in a real Chromium, the recording that was named, and the list of others.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { buildProgram, startProgram } from './built.ts';

const test: { browser: Browser; home: string } = { home: '' } as never;

beforeAll(async () => {
  await buildProgram();
  test.browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
});

beforeEach(async () => {
  test.home = await mkdtemp(join(tmpdir(), 'residuum-open-'));
});

afterEach(async () => {
  await Promise.all(test.browser.contexts().map((context) => context.close()));
  await rm(test.home, { recursive: true, force: true });
});

afterAll(async () => {
  await test.browser.close();
});

it('shows the recording, and the demos beside it', async () => {
  const file = join(test.home, 'leak.residuum.jsonl');
  const looks = [0, 1, 2].flatMap((step) => look(TWO_ENGINES_ONE_LEAKS, { step }));
  await writeFile(file, recorded(looks, { why: 'stopped' }));
  const running = startProgram(['open', '--no-open', file], { HOME: test.home, XDG_CONFIG_HOME: test.home });
  const page = await (await test.browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(await running.ready());
  await page.getByRole('region', { name: 'Replay' }).waitFor();
  await expect.poll(() => page.getByRole('region', { name: 'Verdicts' }).innerText()).toContain('FAIL');

  await page.getByRole('button', { name: 'Recordings' }).click();
  await page.getByRole('button', { name: 'Open growth-per-step' }).click();
  await page.getByText('growth-per-step').first().waitFor();
  await expect.poll(() => page.getByText('Demo data').count()).toBeGreaterThan(0);
});

it('says what is no recording, and starts nothing', async () => {
  const file = join(test.home, 'picture.residuum.jsonl');
  await writeFile(file, 'PNG');
  const running = startProgram(['open', file], { HOME: test.home, XDG_CONFIG_HOME: test.home });
  expect(await running.ended).toEqual({ code: 3, signal: null });
});
