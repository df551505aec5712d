// The timeline in a real Chromium: a cursor by keyboard and by pointer that every panel shares, gaps in words, a range.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Observation } from '../../shared/model/observation.ts';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { panelSaid, picture, say, showApp, showPanel, useBrowser } from './browser.ts';
import { connected, liveScene } from './scenes.ts';

const browser = useBrowser();
const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';

const at = (step: number, second = step * 2): Observation[] =>
  look(CYCLE, { step, atMs: FIRST_LOOK_MS + second * 1000 });

const lost: Observation = {
  kind: 'link',
  node: 'n1',
  atMs: FIRST_LOOK_MS + 14_000,
  state: 'lost',
  text: 'the keepalive was not answered',
  code: null,
  retryMs: 1_000,
};
const mark: Observation = { kind: 'mark', node: 'n1', atMs: FIRST_LOOK_MS + 7_000, text: 'release', source: 'hand' };
const OBSERVATIONS = [...[0, 1, 2, 3, 4, 5, 6].flatMap((step) => at(step)), mark, lost, ...at(7, 30), ...at(8, 32)];

async function shown(colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await browser.stage({ colorScheme });
  await showPanel(page, { panel: 'timeline', observations: OBSERVATIONS });
  await page.locator('.uplot canvas').waitFor();
  return page;
}

const readout = (page: Page): Promise<string> => page.locator('[aria-atomic]').innerText();

it('moves the cursor by keyboard and reads out what it is on', async () => {
  const page = await shown();
  await expect.poll(() => readout(page)).toMatch(/^12:00:32 UTC, newest/);
  await page.getByRole('group', { name: /^Timeline cursor/ }).focus();
  await page.keyboard.press('Home');
  await expect.poll(() => readout(page)).toMatch(/^12:00:00 UTC\s.*sglang :30000\s.*64,210 MiB/s);
  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('ArrowRight');
  await expect.poll(() => readout(page)).toMatch(/^12:00:08 UTC\s.*1,741 MiB/s);
  expect(await page.locator('[aria-atomic]').getAttribute('aria-live')).toBe('polite');
  expect(await panelSaid(page)).toMatchObject({ cursorMs: FIRST_LOOK_MS + 8_070 });
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => panelSaid(page)).toMatchObject({ cursorMs: FIRST_LOOK_MS + 6_070 });
  await page.keyboard.press('Escape');
  await expect.poll(() => readout(page)).toContain('newest');
  expect(await page.locator('[aria-atomic]').getAttribute('aria-live')).toBe('off');
});

/** Where the dot of the cursor is, in CSS pixels from the left of the plot. */
async function dotAt(atMs: number): Promise<number> {
  const page = await browser.stage();
  await showPanel(page, { panel: 'timeline', observations: OBSERVATIONS, cursorMs: FIRST_LOOK_MS + atMs });
  const dot = page.locator('.u-cursor-pt').first();
  await dot.waitFor();
  return await dot.evaluate((element: { style: { transform: string } }) =>
    Number(/translate\(([-\d.]+)px/.exec(element.style.transform)?.[1]),
  );
}

it.each([
  ['at a mark that is nearer to the look after it', 7_500, 6_070],
  ['in a gap', 20_000, 12_070],
])('puts its dot on the look that the panels show: %s', async (_where, atMs, lookMs) => {
  const seen = await dotAt(atMs);
  expect(seen).toBe(await dotAt(lookMs));
  expect(seen).not.toBe(await dotAt(8_070));
});

it('shares the look under the pointer, and gives it back when the pointer leaves', async () => {
  const page = await shown();
  const box = await page.locator('.u-over').boundingBox();
  if (box === null) throw new Error('the plot has no size');
  await page.mouse.move(box.x + 3, box.y + 50);
  await expect.poll(() => panelSaid(page)).toMatchObject({ cursorMs: FIRST_LOOK_MS + 70 });
  await page.mouse.move(box.x + 3, box.y + 500);
  await expect.poll(() => panelSaid(page)).toMatchObject({ cursorMs: undefined });
});

it('says its gaps and marks in words, follows the newest look, and keeps a range that was zoomed to', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await shown(colorScheme);
    await page.getByText('1 gap, 1 mark, 5 events').click();
    await expect
      .poll(() => page.getByText('No connection for 18.0 s: the keepalive was not answered').isVisible())
      .toBe(true);
    await expect.poll(() => page.getByText('release (hand)').isVisible()).toBe(true);
    await picture(page, `timeline-${colorScheme}`);
    const live = page.getByRole('button', { name: 'Live', exact: true });
    await expect.poll(() => live.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('group', { name: /^Timeline cursor/ }).press('w');
    await expect.poll(() => live.getAttribute('aria-pressed')).toBe('false');
    await page.getByRole('group', { name: /^Timeline cursor/ }).press('l');
    await expect.poll(() => live.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'sglang :30000' }).click();
    await expect.poll(() => panelSaid(page)).toMatchObject({ selection: { engine: expect.stringMatching(/^4001@/) } });
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
  }
});

it.each(['light', 'dark'] as const)(
  'stacks the classes of each GPU, and says the numbers of a range (%s)',
  async (colorScheme) => {
    const page = await browser.stage({ colorScheme });
    await showPanel(page, { panel: 'timeline', observations: OBSERVATIONS, width: '520px' });
    await page.getByText('Lanes', { exact: true }).click();
    await page.locator('canvas[data-plot]').waitFor();
    const cursor = page.getByRole('group', { name: /^Timeline cursor/ });
    await cursor.press('Home');
    for (let presses = 0; presses < 5; presses += 1) await cursor.press('Shift+ArrowRight');
    const range = page.getByRole('region', { name: 'Numbers of the range' });
    await range.getByText('12:00:00 to 12:00:10').waitFor();
    const line = async (group: string): Promise<string> => {
      const first = range.locator('tbody', { has: page.getByRole('rowheader', { name: group, exact: true }) });
      return (await first.locator('tr').nth(1).innerText()).replaceAll(/\s+/g, ' ').trim();
    };
    expect(await line('Processes')).toBe(
      'scheduler TP0, sglang :30000 pid 4008 3B:00.0 1,741 21,504 64,210 64,210 1,741 −62,469',
    );
    expect(await line('Engines')).toBe('sglang :30000 pid 4001 3B:00.0 1,741 21,504 64,210 64,210 1,741 −62,469');
    const isCut = `[...document.querySelectorAll('[aria-label="Numbers of the range"] th span')].some((name) => name.scrollWidth > name.clientWidth + 1 && getComputedStyle(name).display !== 'inline')`;
    expect(await page.evaluate(isCut)).toBe(false);
    await picture(page, `timeline-lanes-${colorScheme}`);
    await cursor.press('f');
    await expect
      .poll(() => page.getByRole('button', { name: 'Live', exact: true }).getAttribute('aria-pressed'))
      .toBe('false');
    await range.getByRole('button', { name: 'Clear' }).click();
    await range.waitFor({ state: 'detached' });

    const box = await page.locator('canvas[data-plot]').boundingBox();
    if (box === null) throw new Error('the lanes have no size');
    await page.mouse.move(box.x + 120, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await range.waitFor();
  },
);

/** Of each pixel column of the plot, how many pixels have the first line's colour; empty where there is no plot yet. */
function lineInColumns(page: Page): Promise<number[]> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('.uplot canvas');
    const swatch = document.querySelector('[aria-atomic] svg line');
    if (canvas === null || swatch === null) return [];
    const wanted = getComputedStyle(swatch).stroke.match(/\\d+/g).slice(0, 3).map(Number);
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const inColumn = Array.from({ length: width }, () => 0);
    for (let at = 0; at < width * height; at += 1) {
      if (wanted.every((channel, place) => data[at * 4 + place] === channel)) inColumn[at % width] += 1;
    }
    return inColumn;
  })()`);
}

async function thickest(page: Page): Promise<number> {
  return Math.max(0, ...(await lineInColumns(page)));
}

it('draws a line as thick as it is, with no points on it, also where it began as a point', async () => {
  const page = await browser.stage();
  const steady = Array.from({ length: 12 }, (_, second) => at(0, second));
  const [first = [], second = [], ...further] = steady;
  await showApp(page, { ...liveScene(CYCLE), nodes: { 'h100-07': connected(...first, ...second) } });
  // Points, for looks that have next to no width of their own.
  await expect.poll(() => thickest(page)).toBeGreaterThan(2);
  await say(page, 'h100-07', ...further.flat());
  await expect.poll(() => thickest(page)).toBe(2);
});

it('is never empty between two looks, however far it is zoomed, and never leaves what is kept', async () => {
  const page = await shown();
  const cursor = page.getByRole('group', { name: /^Timeline cursor/ });
  await cursor.press('Home');
  for (let presses = 0; presses < 12; presses += 1) await cursor.press('w');
  await expect.poll(() => lineColumns(page)).toEqual({ gaps: 0, isThere: true });
  // A quarter of 2 s each, over the gap and against the end.
  for (let presses = 0; presses < 80; presses += 1) await cursor.press('d');
  await expect.poll(() => lineColumns(page)).toMatchObject({ isThere: true });
  for (let presses = 0; presses < 20; presses += 1) await cursor.press('s');
  await expect.poll(() => lineColumns(page)).toMatchObject({ isThere: true });
});

it('lets no word hide a size: the line goes on where the name of the limit stands', async () => {
  const page = await browser.stage();
  const held = `
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000" pid 4001
  process tp0 "sglang::scheduler_TP0" pid 4008 on 3B:00.0 3600
`;
  const seconds = Array.from({ length: 12 }, (_, second) => second);
  const observations = seconds.flatMap((second) => look(held, { step: 0, atMs: FIRST_LOOK_MS + second * 1000 }));
  await showPanel(page, { panel: 'timeline', observations });
  await expect.poll(() => lineColumns(page)).toEqual({ gaps: 0, isThere: true });
});

/** Whether the first line is drawn, and how many pixel columns between its ends do not show it. */
async function lineColumns(page: Page): Promise<{ gaps: number; isThere: boolean }> {
  const columns = await lineInColumns(page);
  const shown = columns.slice(
    columns.findIndex((count) => count > 0),
    columns.findLastIndex((count) => count > 0) + 1,
  );
  return { gaps: shown.filter((count) => count === 0).length, isThere: shown.length > 500 };
}
