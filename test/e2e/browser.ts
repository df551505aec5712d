// A real Chromium for one test file, and the stage in it. Whatever a page complains about fails the test.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { buildStage, serveFolder } from '../../scripts/stage-page.mjs';
import type { Observation } from '../../shared/model/observation.ts';
import { KeptPage, newPage, type PageOptions } from './kept-page.ts';
import type { AppScene, PanelScene } from './scene.ts';

/** Where a Chromium is; the first that exists. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface TestBrowser {
  /** A page of its own profile; closed after the test. Its errors fail the test, unless it takes them with `errors`. */
  page(options?: PageOptions): Promise<Page>;
  /** The stage, with nothing on it yet and nothing of an earlier test; the first one of a test is in the kept page. */
  stage(options?: PageOptions): Promise<Page>;
  /** What pages of this test complained about since the last call. */
  errors(): string[];
}

/** Call it at the top of a test file: starts before its tests, ends after them, also when they fail. */
export function useBrowser(): TestBrowser {
  const running: { browser?: Browser; server?: Awaited<ReturnType<typeof serveFolder>> } = {};
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const executablePath = PROGRAMS.find((path) => existsSync(path));
    if (executablePath === undefined) throw new Error(`no Chromium at ${PROGRAMS.join(' or ')}`);
    // The page must stand in its place before a test waits for it: building takes seconds on a busy machine.
    running.server = await serveFolder(await buildStage());
    running.browser = await chromium.launch({ executablePath, args: SWITCHES, headless: true });
  });

  const fresh = async (options: PageOptions): Promise<Page> => {
    if (running.browser === undefined) throw new Error('the browser has not started');
    return await newPage(running.browser, options, (text) => complaints.push(text));
  };
  const kept = new KeptPage(() => fresh({}));

  afterEach(async ({ task }) => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    await kept.giveBack(task.result?.state === 'fail');
    expect(complaints.splice(0), 'errors in the console of the page').toEqual([]);
  });

  afterAll(async () => {
    await running.browser?.close();
    await running.server?.close();
  });

  const page = async (options: PageOptions = {}): Promise<Page> => {
    const opened = await fresh(options);
    contexts.push(opened.context());
    return opened;
  };

  return {
    page,
    stage: async (options = {}) => {
      const opened = (await kept.take(options)) ?? (await page(options));
      await opened.goto(running.server?.address ?? '');
      return opened;
    },
    errors: () => complaints.splice(0),
  };
}

/** Puts one panel on the stage; what it says back is read with `panelSaid`. */
export async function showPanel(page: Page, scene: PanelScene): Promise<void> {
  await page.evaluate(`window.stage.show(${JSON.stringify(scene)})`);
}

/** Starts the whole app over a host that says what the scene says. */
export async function showApp(page: Page, scene: AppScene): Promise<void> {
  await page.evaluate(`window.stage.app(${JSON.stringify(scene)})`);
}

/** Lets the node of a target be observed further. */
export async function say(page: Page, target: string, ...observations: readonly Observation[]): Promise<void> {
  await page.evaluate(`window.stage.say(${JSON.stringify(target)}, ${JSON.stringify(observations)})`);
}

/** What the app asked of its host: [method, input], without what it only reads. */
export async function askedOfHost(page: Page): Promise<readonly (readonly [string, unknown])[]> {
  const calls: { method: string; input: unknown }[] = await page.evaluate('window.stage.calls()');
  return calls.map(({ method, input }) => [method, input] as const);
}

/** The selection, cursor and raw request that the panel asked for last; undefined when it asked for nothing. */
export function panelSaid(page: Page): Promise<unknown> {
  return page.evaluate('window.stage.said()');
}

/** Takes a picture to look at, when RESIDUUM_PICTURES names a folder; otherwise does nothing. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['RESIDUUM_PICTURES'];
  if (folder === undefined || folder === '') return;
  const path = `${folder}/${name}.png`;
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path });
}
