// Everything at once, as a user has it: the built program, its page in a real Chromium, a real sshd with a node behind it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startNode } from '../kit/fake-node.ts';
import { ORPHAN_BESIDE_SLEEPING } from '../kit/scenarios.ts';
import { startSshd } from '../kit/sshd.ts';
import { buildProgram, startProgram, type Running } from './built.ts';

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

const test: { browser: Browser; home: string; complaints: string[] } = { home: '', complaints: [] } as never;

beforeAll(async () => {
  await buildProgram();
  test.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: SWITCHES });
});

beforeEach(async () => {
  test.home = await mkdtemp(join(tmpdir(), 'residuum-live-'));
});

afterEach(async () => {
  await Promise.all(test.browser.contexts().map((context) => context.close()));
  await rm(test.home, { recursive: true, force: true });
  // The page's policy forbids more than it needs: whatever it blocks is said there.
  const others = test.complaints.splice(0).filter((text) => !text.includes('WebSocket connection to'));
  if (others.length > 0) throw new Error(`the page complained: ${others.join('; ')}`);
});

afterAll(async () => {
  await test.browser.close();
});

async function openPage(address: string): Promise<Page> {
  const context = await test.browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => test.complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') test.complaints.push(message.text());
  });
  await page.goto(address);
  return page;
}

function serve(...words: readonly string[]): Running {
  return startProgram(['serve', '--no-open', ...words], { HOME: test.home, XDG_CONFIG_HOME: test.home });
}

const verdicts = (page: Page): Promise<string> => page.getByRole('region', { name: 'Verdicts' }).innerText();

describe('the page in a browser', () => {
  it('opens the demo that its address names, and shows it again after a reload', async () => {
    const running = serve('--demo');
    const page = await openPage(await running.ready());
    await page.getByRole('heading', { level: 2, name: 'demo-gpu-01' }).waitFor();
    expect(await page.getByText('Demo data').count()).toBeGreaterThan(0);
    await expect.poll(() => verdicts(page)).toContain('sglang :30000');
    await page.reload();
    await page.getByRole('heading', { level: 2, name: 'demo-gpu-01' }).waitFor();
    await expect.poll(() => verdicts(page)).toContain('sglang :30000');
  });

  it('watches a node over ssh, in two pages with one connection, and leaves nothing there when it is stopped', async () => {
    const node = await startNode(ORPHAN_BESIDE_SLEEPING, { processes: 'foreign' });
    const sshd = await startSshd({ env: node.env });
    const running = serve('--ssh-config', sshd.sshConfigFile);
    const address = await running.ready();

    const page = await openPage(address);
    await page.getByRole('combobox').fill(sshd.alias);
    await page.getByRole('combobox').press('Enter');
    await expect.poll(() => verdicts(page)).toContain('30,720 MiB');

    const second = await openPage(address);
    await expect.poll(() => verdicts(second)).toContain('30,720 MiB');
    expect(await sshd.connectionPids()).toHaveLength(1);

    // The node loses its connections: both pages say so, and both come back by themselves.
    const lost = `No connection to ${sshd.alias}:`;
    const bothSay = Promise.all([page, second].map((each) => each.getByText(lost).waitFor()));
    await sshd.killSessions();
    await bothSay;
    await expect.poll(() => sshd.connectionPids()).toHaveLength(1);
    for (const each of [page, second]) {
      await expect.poll(() => each.getByText(lost).count()).toBe(0);
    }

    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual({ code: 0, signal: null });
    await page.getByText('The host of this page is away:').waitFor();
    await expect.poll(() => sshd.commandPids()).toEqual([]);
    await expect.poll(() => sshd.connectionPids()).toEqual([]);
  });
});
