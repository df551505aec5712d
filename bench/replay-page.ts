// A long recording in a real Chromium: first picture, what folding costs the page, memory, moving the timeline, seeking.
import { existsSync } from 'node:fs';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { buildStage, serveFolder } from '../scripts/stage-page.mjs';
import { liveScene } from '../test/e2e/scenes.ts';
import { FIRST_LOOK_MS } from '../test/kit/observed.ts';
import { longRecording } from './long-recording.ts';
import type { Progress } from './progress.ts';
import { SWITCHES } from './page-time.ts';

export interface ReplayPage {
  readonly hours: number;
  readonly looks: number;
  /** From the file to the first look on the screen. */
  readonly firstPaintMs: number;
  /** Until every moment of all nodes that are folded ahead can be sought. */
  readonly foldMs: number;
  /** While it is folded: the longest task, and how many took 50 ms or longer. */
  readonly folding: { readonly longestMs: number; readonly long: number };
  /** Of the page's heap after a collection, with the text of the recording. */
  readonly heapBytes: number;
  readonly textBytes: number;
  /** From one picture to the next while the window of the timeline is dragged, of its lanes and of its lines. */
  readonly lanes: Frames;
  readonly lines: Frames;
  /** From moving the slider of the replay to the paint. */
  readonly seek: Frames;
}

export interface Frames {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly count: number;
}

const HOURS = 4;
const MOVES = 120;
const SEEKS = 60;
/** The text goes into the page in such pieces. Characters. */
const PIECE = 4 * 1024 * 1024;

export async function measureReplayPage({ say, signal }: Progress, hours = HOURS): Promise<ReplayPage> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('the page is measured in a Chromium, and there is none');
  const browser = await chromium.launch({ executablePath, args: [...SWITCHES], headless: true });
  const server = await serveFolder(await buildStage());
  try {
    say(`the page: a recording of ${hours} h of 8 busy nodes`);
    return { hours, ...(await measure(browser, server.address, signal, longRecording(hours * 3_600, true))) };
  } finally {
    await server.close();
    await browser.close();
  }
}

async function measure(
  browser: Browser,
  address: string,
  signal: AbortSignal,
  { text, looks }: { readonly text: string; readonly looks: number },
): Promise<Omit<ReplayPage, 'hours'>> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const scene = { ...liveScene(''), nodes: {}, nowMs: FIRST_LOOK_MS + 86_400_000 };
  await page.evaluate(`window.stage.app(${JSON.stringify(scene)})`);
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  await give(page, text);
  const { firstPaintMs, foldMs, folding } = await fold(page, cdp, signal);
  const heapBytes = await heapOf(cdp);
  await page.keyboard.press('End');
  await page.getByText('All', { exact: true }).first().click();
  const lines = await pictures(page, DRAG);
  await page.getByText('Lanes', { exact: true }).click();
  await page.locator('canvas[data-plot]').waitFor();
  const lanes = await pictures(page, DRAG);
  const seek = await paints(page, SEEK);
  await page.close();
  return { looks, firstPaintMs, foldMs, folding, heapBytes, textBytes: text.length, lanes, lines, seek };
}

/** As a file in the page, before anything is measured. */
async function give(page: Page, text: string): Promise<void> {
  await page.evaluate('window.benchParts = []');
  for (let at = 0; at < text.length; at += PIECE) {
    await page.evaluate(`window.benchParts.push(${JSON.stringify(text.slice(at, at + PIECE))})`);
  }
  await page.evaluate(`(() => {
    window.benchFile = new File([new Blob(window.benchParts)], 'long.residuum.jsonl');
    delete window.benchParts;
    window.benchTasks = [];
    new PerformanceObserver((list) => { for (const e of list.getEntries()) window.benchTasks.push([e.startTime, e.duration]); })
      .observe({ type: 'longtask', buffered: true });
  })()`);
}

const DROP = `(async () => {
  const data = new DataTransfer();
  data.items.add(window.benchFile);
  delete window.benchFile;
  window.benchTasks.length = 0;
  window.benchBegin = performance.now();
  for (const type of ['dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
  while (document.querySelector('section[aria-label="Verdicts"]') === null) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - window.benchBegin;
})()`;

/** Since the page was opened. */
async function busySeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

async function fold(
  page: Page,
  cdp: CDPSession,
  signal: AbortSignal,
): Promise<Pick<ReplayPage, 'firstPaintMs' | 'foldMs' | 'folding'>> {
  const firstPaintMs = await page.evaluate<number>(DROP);
  // The page says so of the node that is shown alone; it is over when the page has nothing to do any more.
  let foldMs = Number.NaN;
  for (let quiet = 0, before = await busySeconds(cdp); quiet < 2;) {
    signal.throwIfAborted();
    await page.waitForTimeout(1_000);
    const now = await busySeconds(cdp);
    quiet = now - before < 0.2 ? quiet + 1 : 0;
    before = now;
    if (quiet === 0) foldMs = await page.evaluate<number>('performance.now() - window.benchBegin');
  }
  const tasks = await page.evaluate<[number, number][]>('window.benchTasks');
  return {
    firstPaintMs,
    foldMs,
    folding: { longestMs: Math.max(0, ...tasks.map(([, took]) => took)), long: tasks.length },
  };
}

/** Moves the window of the timeline a little with each picture. */
const DRAG = `(at) => {
  const strip = document.querySelector('canvas[data-overview]');
  const { left, width, top } = strip.getBoundingClientRect();
  const clientX = left + width * (0.5 + 0.05 * Math.sin(at / 10));
  const how = { clientX, clientY: top + 8, bubbles: true, buttons: 1, pointerId: 1 };
  strip.dispatchEvent(new PointerEvent('pointermove', how));
}`;

const SEEK = `(at) => {
  const slider = document.querySelector('input[aria-label="Moment of the recording"]');
  const { min, max } = slider;
  const value = Number(min) + (Number(max) - Number(min)) * ((at * 0.618034) % 1);
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, String(value));
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}`;

/** From one picture to the next, while something is done with each. */
async function pictures(page: Page, act: string): Promise<Frames> {
  return framesOf(
    await page.evaluate<number[]>(`(async () => {
      const act = ${act};
      const took = [];
      let before = await new Promise(requestAnimationFrame);
      for (let at = 0; at < ${MOVES}; at += 1) {
        act(at);
        const now = await new Promise(requestAnimationFrame);
        took.push(now - before);
        before = now;
      }
      return took;
    })()`),
  );
}

/** From doing something to the paint of the picture that shows it. */
async function paints(page: Page, act: string): Promise<Frames> {
  return framesOf(
    await page.evaluate<number[]>(`(async () => {
      const act = ${act};
      const took = [];
      for (let at = 0; at < ${SEEKS}; at += 1) {
        await new Promise((done) => setTimeout(done, 30));
        const begin = performance.now();
        act(at);
        // A message comes after the picture that follows the next frame.
        await new Promise((done) => requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = done;
          port2.postMessage(0);
        }));
        took.push(performance.now() - begin);
      }
      return took;
    })()`),
  );
}

function framesOf(took: readonly number[]): Frames {
  const sorted = took.toSorted((one, other) => one - other);
  return {
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    count: sorted.length,
  };
}

async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize;
}
