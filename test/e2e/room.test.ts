// What must be in sight on a small screen, however much there is to show: the verdict first, and what was just opened.
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Observation } from '../../shared/model/observation.ts';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { EMPTY_NODE } from '../kit/scenarios.ts';
import { picture, showApp, useBrowser } from './browser.ts';
import { dropFile } from './dropped.ts';
import type { PageOptions } from './kept-page.ts';
import { connected, liveScene } from './scenes.ts';

const browser = useBrowser();
const demo = (name: string): Observation[] => {
  const text = DEMO_SCENARIOS.get(name)?.text ?? '';
  return [...look(text), ...answered(text)];
};

async function live(seen: readonly Observation[], options: PageOptions = {}): Promise<Page> {
  const page = await browser.stage(options);
  const nowMs = (seen.at(-1)?.atMs ?? FIRST_LOOK_MS) + 500;
  await showApp(page, liveScene('', { nodes: { 'h100-07': connected(...seen) }, nowMs }));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  return page;
}

/** Of the page, in which the function runs. */
declare const IntersectionObserver: new (
  seen: (entries: readonly { readonly intersectionRatio: number }[]) => void,
) => {
  observe(element: unknown): void;
  disconnect(): void;
};

/** 1: every pixel of it is drawn where nothing scrolls it out of sight. */
const inSight = (what: Locator): Promise<number> =>
  what.evaluate(
    (element) =>
      new Promise<number>((resolve) => {
        const watch = new IntersectionObserver(([entry]) => {
          watch.disconnect();
          resolve(entry?.intersectionRatio ?? 0);
        });
        watch.observe(element);
      }),
  );

const sideways = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

/** A server that is started again and again on its port. */
const LIVES = Array.from({ length: 40 }, (_, life) =>
  look(
    `gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --port 30000" pid ${5_000 + life * 10}
  process tp0 "sglang::scheduler_TP0" pid ${5_001 + life * 10} on 3B:00.0 1741`,
    { atMs: FIRST_LOOK_MS + life * 2_000 },
  ),
).flat();

it('keeps the verdict in sight beside forty engines that ended, and names those when asked', async () => {
  const page = await live(LIVES);
  const badge = page.getByRole('region', { name: 'Verdicts' }).locator('[data-verdict]').first();
  await expect.poll(() => inSight(badge)).toBe(1);
  const more = page.getByRole('button', { name: 'Show 39 that are not there at this moment' });
  await more.click();
  await page.getByText('sglang :30000, pid 5000 (ended)').waitFor();
  expect(await inSight(badge)).toBe(1);
  await picture(page, 'room-lives');
});

/** Each of them awake and then asleep: every few looks of a range bring another process, and the plot moves up. */
const SLEEPERS = Array.from({ length: 30 }, (_, life) => {
  const pid = 5_000 + life * 10;
  const text = `node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "python -m sglang.launch_server --model-path Qwen/Qwen2.5-0.5B-Instruct --port 30000" pid ${pid}
  process tp0 "sglang::scheduler_TP0" pid ${pid + 1} on 3B:00.0 60000 then 1741`;
  return [0, 0, 1, 1].flatMap((step, at) => look(text, { step, atMs: FIRST_LOOK_MS + (life * 4 + at) * 20_000 }));
}).flat();

it('takes a range by keyboard while the plot moves under a pointer that rests, and away from it', async () => {
  const page = await live(SLEEPERS);
  await page.waitForTimeout(500);
  await page.getByText('All', { exact: true }).click();
  const cursor = page.getByRole('group', { name: /^Timeline cursor/ });
  const range = page.getByRole('region', { name: 'Numbers of the range' });
  for (let presses = 1; presses <= 16; presses += 1) {
    await cursor.press('Shift+ArrowLeft');
    await expect.poll(() => range.getByRole('heading').innerText()).toContain(`${presses + 1} looks`);
  }
});

it('keeps the verdict and its engines in sight beside the numbers of a range, which go as they came', async () => {
  const page = await live([
    ...demo('leak'),
    ...look(DEMO_SCENARIOS.get('leak')?.text ?? '', { atMs: FIRST_LOOK_MS + 2_000 }),
  ]);
  await page.getByRole('tab', { name: 'Cycles' }).click();
  const verdicts = page.getByRole('region', { name: 'Verdicts' });
  const badges = verdicts.locator('[data-verdict]');
  const seen = async (): Promise<number[]> => Promise.all((await badges.all()).map(inSight));
  // Of the node and of both engines.
  await expect.poll(seen).toEqual([1, 1, 1]);
  await page.getByRole('group', { name: /^Timeline cursor/ }).press('Shift+ArrowLeft');
  const range = page.getByRole('region', { name: 'Numbers of the range' });
  await expect.poll(() => range.getByRole('heading').innerText()).toContain('2 looks');
  await expect.poll(() => inSight(range.getByRole('rowheader', { name: /TP0/ }).first())).toBe(1);
  await expect.poll(seen).toEqual([1, 1, 1]);
  expect(await sideways(page)).toBe(0);
  await picture(page, 'room-range');
  // It waits while another panel is looked at, and on another screen.
  await page.getByRole('tab', { name: 'Tree' }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'Live' }).click();
  await page.getByRole('tab', { name: 'Range' }).click();
  await range.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('tab', { name: 'Cycles', selected: true }).waitFor();
  await expect.poll(() => page.getByRole('tab', { name: 'Range' }).count()).toBe(0);
});

it.each(['asleep', 'vllm', 'leak'])('shows the row in full without scrolling it, at 1280 by 800: %s', async (name) => {
  const page = await live(demo(name));
  const full = page.getByRole('region', { name: 'the row in full' });
  await expect.poll(() => full.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);
});

it('brings a card that is opened into sight', async () => {
  const page = await live(demo('leak'));
  await page
    .getByRole('button', { name: /^Open the card of/ })
    .last()
    .click();
  const card = page.getByRole('region', { name: 'Verdicts' }).getByText(/^Gate engine-tree/);
  await expect.poll(() => inSight(card)).toBe(1);
});

it.each([
  [1280, 640],
  [1280, 560],
  [1024, 700],
])('has the verdict, the ledger and the tree in a window of %i by %i', async (width, height) => {
  const page = await live(demo('leak'), { width, height });
  await expect
    .poll(() => inSight(page.getByRole('region', { name: 'Verdicts' }).locator('[data-verdict]').first()))
    .toBe(1);
  await expect.poll(() => inSight(page.getByRole('region', { name: /^GPU 3B:00\.0/ }))).toBe(1);
  await expect.poll(() => sideways(page)).toBe(0);
  const mark = page.getByRole('textbox', { name: 'Mark this moment with a text' });
  await mark.scrollIntoViewIfNeeded();
  await expect.poll(() => inSight(mark)).toBe(1);
  await picture(page, `room-${width}-${height}`);
});

it('lets who holds a GPU have all the width of the card', async () => {
  const page = await live(demo('leak'));
  await page
    .getByRole('button', { name: /^Open the card of/ })
    .first()
    .click();
  const table = page.getByRole('table', { name: /^Who holds GPU/ });
  await table.waitFor();
  const [whole, who] = await Promise.all([table.boundingBox(), table.getByRole('rowheader').first().boundingBox()]);
  expect((whole?.width ?? 0) - (who?.width ?? 0)).toBeLessThan(140);
});

it('names five open recordings, and keeps the words for its own places whole', async () => {
  const page = await browser.stage();
  await showApp(page, { targets: [], nodes: {}, nowMs: FIRST_LOOK_MS });
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  const navigation = page.getByRole('navigation', { name: 'Screens' });
  const text = DEMO_SCENARIOS.get('leak')?.text ?? '';
  for (const host of ['alpha', 'beta', 'gamma', 'delta', 'epsilon']) {
    const seen = look(text.replace('node demo-gpu-02', `node ${host}-h100-07`));
    await dropFile(page, `${host}.residuum.jsonl`, recorded(seen, { why: 'stopped' }));
    await expect.poll(() => navigation.innerText()).toMatch(host === 'alpha' ? /Replay/ : new RegExp(host));
  }
  const names = await navigation.getByRole('button', { name: /^Replay: / }).allInnerTexts();
  expect(names).toEqual(['alpha', 'beta', 'gamma', 'delta', 'epsilon'].map((host) => `${host}-h100-07`));
  for (const place of ['Recordings', 'Evidence']) {
    const button = navigation.getByRole('button', { name: place, exact: true });
    expect(await button.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  }
  await picture(page, 'room-nav');
});

it('offers to read the list of recordings again when it could not be read', async () => {
  const page = await browser.stage();
  const entry = { name: 'run', bytes: 1, changedMs: 0, startedMs: null, isDemo: false, story: [], targets: [] };
  // Longer than an id can be.
  const recordings = [
    { ...entry, id: `saved/${'x'.repeat(300)}`, kind: 'saved', isWritten: false, problem: '' } as const,
  ];
  await showApp(page, { targets: [], nodes: {}, nowMs: FIRST_LOOK_MS, recordings });
  await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
  await page.getByText('The list of recordings could not be read.').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('The list of recordings could not be read.').waitFor();
  expect(await page.getByText('Reading the list of recordings.').count()).toBe(0);
});

it('shows no head of a table that has no row', async () => {
  const page = await live(look(EMPTY_NODE));
  await page.getByText('No engine, and no process with GPU memory.').waitFor();
  expect(await page.getByRole('treegrid').count()).toBe(0);
});

it('gives an engine that is not judged the same shape in the tree as in the verdicts', async () => {
  const page = await live(demo('asleep'));
  const shapes = page.getByRole('treegrid').locator('[data-shape]');
  await expect
    .poll(() => shapes.evaluateAll((all) => all.map((each) => each.getAttribute('data-shape'))))
    .toEqual(['pass', 'awake']);
});
