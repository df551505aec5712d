// The page in a real Chromium: its size, how soon it shows a verdict, and how it answers while a busy node streams.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { ROOT } from '../scripts/checkout.mjs';
import { buildStage, serveFolder } from '../scripts/stage-page.mjs';
import { connected, liveScene, NOW_MS } from '../test/e2e/scenes.ts';
import { FIRST_LOOK_MS, look } from '../test/kit/observed.ts';
import { eightEnginesOnEightGpus } from './eight-engines.ts';
import type { Progress } from './progress.ts';
import { ratiosOf, spreadOf, type Spread } from './spread.ts';

export interface PageTime {
  /** Scripts that the page needs before it shows anything, gzipped, bytes. */
  readonly initialBytes: number;
  /** From starting the host's program to the demo's verdict on the screen. */
  readonly coldStartMs: Spread;
  /** The same against `residuum gate demo` as a program: what the window costs beside the verdict itself. */
  readonly againstGate: Spread;
  /** From opening a node in a page that is there to its first verdict. */
  readonly firstVerdictMs: Spread;
  /** While eight engines over eight GPUs stream at 10 Hz: from a key to the next paint. */
  readonly interaction: { readonly medianMs: number; readonly p95Ms: number; readonly count: number };
  /** 0 where there was none: a browser reports tasks of 50 ms and longer only. */
  readonly longestTaskMs: number;
  /** Of the page's heap after a collection: at a third of the looks, and at the end. */
  readonly heap: { readonly looks: number; readonly thirdBytes: number; readonly endBytes: number };
}

const ROUNDS = 5;
const STREAM_MS = 20_000;
const STREAM_INTERVAL_MS = 100;
/** Ten minutes at 10 Hz. */
const HEAP_LOOKS = 6_000;
export const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];
const PROGRAM = join(ROOT, 'dist', 'cli', 'main.js');

export async function measurePage({ say, signal }: Progress): Promise<PageTime> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('the page is measured in a Chromium, and there is none');
  if (!existsSync(PROGRAM)) throw new Error('the programs are not built: run npm run build first');
  const browser = await chromium.launch({ executablePath, args: SWITCHES, headless: true });
  try {
    say('the page: cold start to the verdict of the demo');
    const cold: number[] = [];
    const gate: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      signal.throwIfAborted();
      cold.push(await coldStart(browser));
      gate.push(await gateProgram());
    }
    const server = await serveFolder(await buildStage());
    try {
      say('the page: a key to the next paint while eight engines stream at 10 Hz');
      const first: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) first.push(await firstVerdict(browser, server.address));
      const streaming = await stream(browser, server.address, signal);
      say(`the page: its heap over ${HEAP_LOOKS} looks`);
      const heap = await heapOver(browser, server.address, signal);
      return {
        initialBytes: initialBytes(),
        coldStartMs: spreadOf(cold),
        againstGate: ratiosOf(cold, gate),
        firstVerdictMs: spreadOf(first),
        ...streaming,
        heap,
      };
    } finally {
      await server.close();
    }
  } finally {
    await browser.close();
  }
}

/** What index.html itself asks for; what is loaded later is not needed to begin. */
function initialBytes(): number {
  const folder = join(ROOT, 'dist', 'renderer');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map(([, file]) => file ?? '');
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}

async function coldStart(browser: Browser): Promise<number> {
  const begin = performance.now();
  const host = spawn(process.execPath, [PROGRAM, 'serve', '--demo', '--no-open'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(await addressOf(host));
    await verdictShows(page);
    const took = performance.now() - begin;
    await page.close();
    return took;
  } finally {
    const ended = new Promise((resolve) => host.once('exit', resolve));
    host.kill('SIGTERM');
    await ended;
  }
}

function addressOf(host: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    host.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /READY (\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    host.once('exit', (code) => reject(new Error(`the host ended (${code ?? 'by a signal'}) and said: ${said}`)));
  });
}

async function verdictShows(page: Page): Promise<void> {
  await page.getByText('PASS', { exact: true }).first().waitFor();
}

/** The same demo, the same verdict, without a window. */
async function gateProgram(): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'gate', 'demo', '--engine', 'port:30000'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return performance.now() - begin;
}

async function firstVerdict(browser: Browser, address: string): Promise<number> {
  const page = await browser.newPage();
  await page.goto(address);
  const scene = liveScene(eightEnginesOnEightGpus(0));
  const begin = performance.now();
  await page.evaluate(`window.stage.app(${JSON.stringify(scene)})`);
  await verdictShows(page);
  const took = performance.now() - begin;
  await page.close();
  return took;
}

/** Looks with other sizes each time, so that nothing can be reused. */
function movingLooks(count: number): string {
  return JSON.stringify(Array.from({ length: count }, (_, step) => look(eightEnginesOnEightGpus(step), { step })));
}

/** Says one of the looks after the other, with the times that they would have, every so many milliseconds. */
const STREAM_SCRIPT = `(looks, everyMs) => {
  let at = 0;
  window.benchTimer = setInterval(() => {
    const now = ${FIRST_LOOK_MS} + at * everyMs;
    window.stage.setNow(now + 50);
    window.stage.say('h100-07', looks[at % looks.length].map((seen) => ({ ...seen, askedMs: now - 60, atMs: now })));
    at += 1;
  }, everyMs);
}`;

async function stream(
  browser: Browser,
  address: string,
  signal: AbortSignal,
): Promise<Pick<PageTime, 'interaction' | 'longestTaskMs'>> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  await page.evaluate(`(() => {
    window.benchEvents = []; window.benchTasks = [];
    new PerformanceObserver((list) => { for (const e of list.getEntries()) if (e.name === 'keydown') window.benchEvents.push(e.duration); })
      .observe({ type: 'event', durationThreshold: 16, buffered: true });
    new PerformanceObserver((list) => { for (const e of list.getEntries()) window.benchTasks.push([e.startTime, e.duration]); })
      .observe({ type: 'longtask', buffered: true });
  })()`);
  await page.evaluate(`window.stage.app(${JSON.stringify(liveScene(eightEnginesOnEightGpus(0)))})`);
  await verdictShows(page);
  await page.evaluate(`(${STREAM_SCRIPT})(${movingLooks(20)}, ${STREAM_INTERVAL_MS})`);
  const begin = await page.evaluate<number>('performance.now()');
  const keys = ['1', '2', '8', '0', 'z', 't'];
  const until = Date.now() + STREAM_MS;
  let pressed = 0;
  while (Date.now() < until) {
    signal.throwIfAborted();
    await page.keyboard.press(keys[pressed % keys.length] ?? '0');
    pressed += 1;
    await page.waitForTimeout(170);
  }
  const events: number[] = await page.evaluate('window.benchEvents');
  const tasks: [number, number][] = await page.evaluate('window.benchTasks');
  await page.close();
  // Event timing reports what took 16 ms and longer, in steps of 8; the others were quicker than that.
  const all = [...events, ...Array.from({ length: Math.max(pressed - events.length, 0) }, () => 16)];
  const sorted = all.toSorted((left, right) => left - right);
  return {
    interaction: {
      medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
      count: pressed,
    },
    longestTaskMs: tasks.reduce((most, [start, took]) => (start > begin ? Math.max(most, took) : most), 0),
  };
}

async function heapOver(browser: Browser, address: string, signal: AbortSignal): Promise<PageTime['heap']> {
  const page = await browser.newPage();
  await page.goto(address);
  const cdp = await page.context().newCDPSession(page);
  await page.evaluate(
    `window.stage.app(${JSON.stringify({ ...liveScene(''), nodes: { 'h100-07': connected() }, nowMs: NOW_MS })})`,
  );
  await page.evaluate(`window.benchLooks = ${movingLooks(20)}`);
  const upTo = async (from: number, to: number): Promise<number> => {
    for (let at = from; at < to; at += 50) {
      signal.throwIfAborted();
      // Each look waits for a frame of the page, as it would if it came from a node.
      await page.evaluate(`(async () => {
        for (let at = ${at}; at < ${Math.min(at + 50, to)}; at += 1) {
          const now = ${FIRST_LOOK_MS} + at * 100;
          window.stage.setNow(now + 50);
          window.stage.say('h100-07', window.benchLooks[at % 20].map((seen) => ({ ...seen, askedMs: now - 60, atMs: now })));
          await new Promise((done) => requestAnimationFrame(done));
        }
      })()`);
    }
    return await heapBytes(cdp);
  };
  const thirdBytes = await upTo(0, HEAP_LOOKS / 3);
  const endBytes = await upTo(HEAP_LOOKS / 3, HEAP_LOOKS);
  await page.close();
  return { looks: HEAP_LOOKS, thirdBytes, endBytes };
}

async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize;
}
