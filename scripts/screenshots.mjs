// `node scripts/screenshots.mjs` renews docs/screenshots: the program as it ships, in a real Chromium, on demo nodes; and
// one picture for each state that test/e2e/states.test.ts tests, as that test sees it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './checkout.mjs';
import { enter, sayOnStderr } from './entry.mjs';
import { runChild } from './child.mjs';
import { NotReady, prepare } from './prepare.mjs';
import { smallPng } from './small-png.mjs';
import { findProgram, searchPath } from './test-needs.mjs';

const FOLDER = join(ROOT, 'docs', 'screenshots');
const SWITCHES = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--hide-scrollbars'];
/** Looks of the demo that moves: awake, letting go, asleep, awake again. */
const CYCLE_MS = 12_000;

/** @typedef {import('playwright-core').Page} Page */

/**
 * Each opens what it shows in a page of its own, on a program of its own.
 * @type {readonly { name: string, scheme: 'light' | 'dark', open: (page: Page) => Promise<void> }[]}
 */
const PICTURES = [
  {
    name: 'first-run',
    scheme: 'light',
    open: async (page) => page.getByRole('button', { name: 'Open the demo' }).waitFor(),
  },
  { name: 'live-light', scheme: 'light', open: (page) => openDemo(page, 'demo') },
  { name: 'live-dark', scheme: 'dark', open: (page) => openDemo(page, 'demo') },
  {
    name: 'leak-light',
    scheme: 'light',
    open: async (page) => {
      await openDemo(page, 'demo:leak');
      // It was told to sleep. One that keeps everything looks awake until somebody says so.
      const leaky = page.getByRole('group', { name: /^Expected state of/ }).last();
      await leaky.getByText('Asleep', { exact: true }).click();
      await page.getByText('FAIL', { exact: true }).first().waitFor();
    },
  },
  { name: 'orphan-light', scheme: 'light', open: (page) => openDemo(page, 'demo:orphan') },
  { name: 'vllm-light', scheme: 'light', open: (page) => openDemo(page, 'demo:vllm') },
  {
    name: 'card-light',
    scheme: 'light',
    open: async (page) => {
      await openDemo(page, 'demo');
      await page
        .getByRole('button', { name: /^Open the card of/ })
        .first()
        .click();
    },
  },
  {
    name: 'raw-dark',
    scheme: 'dark',
    open: async (page) => {
      await openDemo(page, 'demo');
      await page.getByRole('button', { name: 'Its process line' }).click();
    },
  },
  {
    name: 'palette-dark',
    scheme: 'dark',
    open: async (page) => {
      await openDemo(page, 'demo');
      await page.keyboard.press('Control+k');
    },
  },
  {
    name: 'keys-light',
    scheme: 'light',
    open: async (page) => {
      await openDemo(page, 'demo');
      await page.keyboard.press('?');
    },
  },
  {
    name: 'cycle-dark',
    scheme: 'dark',
    open: async (page) => {
      await openDemo(page, 'demo:cycle');
      await page.getByLabel('Look every').selectOption('0.5 s');
      await page.waitForTimeout(CYCLE_MS);
      await page.getByRole('tab', { name: 'Matrix' }).click();
    },
  },
  {
    name: 'recordings-light',
    scheme: 'light',
    open: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
      await page.getByRole('button', { name: 'Open growth-per-step' }).waitFor();
    },
  },
  {
    name: 'replay-dark',
    scheme: 'dark',
    open: async (page) => {
      await openRecording(page, 'growth-per-step');
      await page.getByRole('tab', { name: 'Cycles' }).click();
    },
  },
  {
    name: 'compare-light',
    scheme: 'light',
    open: async (page) => {
      await openRecording(page, 'growth-per-step');
      await page.getByRole('tab', { name: 'Cycles' }).click();
      await page
        .getByRole('button', { name: /^Compare(?! all)/ })
        .first()
        .click();
      await page.getByRole('region', { name: 'What differs' }).waitFor();
    },
  },
  {
    name: 'evidence-light',
    scheme: 'light',
    open: async (page) => {
      await openRecording(page, 'graphs-and-nccl');
      await page.getByRole('navigation').getByRole('button', { name: 'Evidence' }).click();
      await page.getByRole('radio', { name: /^Min–max/ }).check();
      await page.getByRole('button', { name: 'Copy as Markdown' }).waitFor();
    },
  },
];

/** @param {string} name @param {Buffer} picture */
function keep(name, picture) {
  writeFileSync(join(FOLDER, `${name}.png`), smallPng(picture));
  sayOnStderr(`docs/screenshots/${name}.png`);
}

/** A picture of a state that is not as it should be is worth nothing: the test that takes it must pass. */
async function keepStates() {
  const folder = mkdtempSync(join(tmpdir(), 'residuum-states-'));
  try {
    const words = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', 'test/e2e/states.test.ts'];
    const env = { ...process.env, RESIDUUM_PICTURES: folder };
    const { code, output } = await runChild(process.execPath, words, { cwd: ROOT, output: 'capture', env });
    if (code !== 0) throw new Error(`a state is not as its test says:\n${output}`);
    for (const file of readdirSync(folder).toSorted())
      keep(file.replace(/\.png$/, ''), readFileSync(join(folder, file)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Page} page @param {string} target */
async function openDemo(page, target) {
  await page.getByRole('combobox').fill(target);
  await page.getByRole('combobox').press('Enter');
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  // The engines have been asked by then, and the timeline has a line.
  await page.waitForTimeout(7_000);
}

/** @param {Page} page @param {string} name of one that is shipped */
async function openRecording(page, name) {
  await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
  await page.getByRole('button', { name: `Open ${name}` }).click();
  await page.getByRole('region', { name: 'Replay' }).waitFor();
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  await page.getByRole('button', { name: 'To the end (End)' }).click();
  // The rest of it is read in the background.
  await page.waitForTimeout(4_000);
}

/** @param {string} home @returns {Promise<{ address: string, stop: () => Promise<void> }>} */
function startProgram(home) {
  const main = join(ROOT, 'dist', 'cli', 'main.js');
  const env = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home };
  const child = spawn(process.execPath, [main, 'serve', '--no-open'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const address = /^READY (\S+)/m.exec(text)?.[1];
      if (address !== undefined) resolve({ address, stop });
    });
    void ended.then(() => reject(new Error('residuum serve ended before it was ready')));
  });
}

await enter(async () => {
  await prepare(sayOnStderr);
  const executablePath = findProgram(['chromium', 'chromium-browser', 'google-chrome'], searchPath(process.env));
  if (executablePath === undefined) throw new NotReady('No Chromium was found on the PATH: install one and try again.');
  // Installed only now.
  const { chromium } = await import('playwright-core');
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: SWITCHES });
  try {
    for (const { name, scheme, open } of PICTURES) {
      const home = mkdtempSync(join(tmpdir(), 'residuum-screenshots-'));
      const { address, stop } = await startProgram(home);
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: scheme });
        await page.goto(address);
        await open(page);
        keep(name, await page.screenshot());
        await page.close();
      } finally {
        await stop();
        rmSync(home, { recursive: true, force: true });
      }
    }
  } finally {
    await browser.close();
  }
  await keepStates();
});
