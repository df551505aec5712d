// The connect screen in a real Chromium: first run, the list, the checklist, an unknown host key, failures.
import { describe, expect, it } from 'vitest';
import { ASLEEP_CLEAN } from '../kit/scenarios.ts';
import { look } from '../kit/observed.ts';
import { askedOfHost, picture, say, showApp, useBrowser } from './browser.ts';
import { connected, entry, link, NOW_MS, step, TARGETS } from './scenes.ts';

const browser = useBrowser();
const NO_KEY = 'Logging in to h100-07 failed: the node accepts publickey, and none of the 2 keys that were offered.';
const ADD_KEY = 'Add the right key to your agent (ssh-add), or name it with IdentityFile in ~/.ssh/config.';
const FINGERPRINT = `SHA256:${'k'.repeat(43)}`;
const base = { targets: TARGETS, nodes: {}, nowMs: NOW_MS };

describe('first run', () => {
  it('offers the demo and a node, and opens the demo', async () => {
    const page = await browser.stage();
    await showApp(page, { ...base, nodes: { demo: connected(...look(ASLEEP_CLEAN)) } });
    await page.getByRole('heading', { name: 'What is still on the GPU after an engine let go?' }).waitFor();
    await picture(page, 'connect-first-run');
    await page.getByRole('button', { name: 'Connect a node' }).click();
    await expect.poll(() => page.locator('[role=combobox]:focus').count()).toBe(1);

    await page.getByRole('button', { name: 'Open the demo' }).click();
    await page.getByRole('heading', { level: 2, name: 'gpu-01' }).waitFor();
    expect(await page.getByText('Demo data').count()).toBeGreaterThan(0);
    await picture(page, 'live-first');
  });
});

describe('the list', () => {
  it('narrows to what is typed, and Enter connects', async () => {
    const page = await browser.stage({ colorScheme: 'dark' });
    const recent = entry('recent', 'h100-07', 'me@h100-07.example:22', { lastMs: NOW_MS - 7_200_000 });
    await showApp(page, {
      ...base,
      targets: [recent, ...TARGETS],
      nodes: { 'h100-07': [link('connecting'), step('resolve', 'running')] },
    });
    const options = page.getByRole('option');
    await expect.poll(() => options.count()).toBe(5);
    expect(await page.getByRole('group').evaluateAll((all) => all.map((each) => each.ariaLabel))).toEqual([
      'Recent',
      'From ssh configuration',
      'This machine',
      'Demo',
    ]);
    await picture(page, 'connect-list-dark');
    await page.getByRole('combobox').fill('h100');
    await expect.poll(() => options.count()).toBe(3);
    await page.getByRole('combobox').press('Enter');
    await page.getByRole('heading', { name: 'Connecting to h100-07' }).waitFor();
    expect(await askedOfHost(page)).toEqual([['node.open', { target: 'h100-07', intervalMs: 2_000 }]]);
  });

  it('opens what was asked for before the host was there, as soon as it is', async () => {
    const page = await browser.stage();
    await showApp(page, { ...base, nodes: { demo: connected(...look(ASLEEP_CLEAN)) } });
    await page.evaluate('window.stage.hostAway()');
    await page.getByText('The host of this page is away:').waitFor();
    await page.getByRole('combobox').fill('demo');
    await page.getByRole('combobox').press('Enter');
    await page.evaluate('window.stage.hostBack(false)');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('heading', { level: 2, name: 'gpu-01' }).waitFor();
    expect((await askedOfHost(page)).filter(([method]) => method === 'node.open')).toHaveLength(1);
  });

  it('takes what is typed as a target, and says when the host refuses it', async () => {
    const page = await browser.stage();
    await showApp(page, base);
    await page.getByRole('combobox').fill('ssh me@[fe80::1]:2222');
    await page.getByRole('option', { name: 'Connect to me@[fe80::1]:2222' }).waitFor();
    await page.getByRole('combobox').press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('Type an ssh alias');
  });
});

describe('connecting', () => {
  it('fills the checklist in, and shows a failed step with its cause and the next step', async () => {
    const page = await browser.stage();
    const begun = [link('connecting'), step('resolve', 'ok', { text: '10.0.0.7' }), step('tcp', 'running')];
    await showApp(page, { ...base, nodes: { 'h100-07': begun }, open: 'h100-07' });
    const row = (name: string) => page.locator(`[data-step="${name}"]`);
    await expect.poll(() => row('tcp').getAttribute('data-state')).toBe('running');
    expect(await row('login').innerText()).toContain('not yet');
    await picture(page, 'connecting');
    await say(
      page,
      'h100-07',
      step('tcp', 'ok', { durationMs: 1_240 }),
      step('host-key', 'ok', { durationMs: 0.4, text: 'known by line 3 of known_hosts' }),
      step('login', 'failed', {
        text: NO_KEY,
        next: ADD_KEY,
      }),
      link('failed', { text: `${NO_KEY} ${ADD_KEY}`, code: 'auth-failed' }),
    );
    await page.getByRole('heading', { name: 'Could not connect to h100-07' }).waitFor();
    expect(await row('tcp').innerText()).toMatch(/ok[^]*1\.2 s/);
    expect(await row('login').innerText()).toMatch(/failed[^]*see above/);
    expect(await page.getByRole('alert').innerText()).toMatch(/none of the 2 keys[^]*ssh-add/);
    expect(await page.getByText('none of the 2 keys').count()).toBe(1);
    await picture(page, 'connect-failed');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(async () => (await askedOfHost(page)).at(-1)).toEqual(['node.retry', { node: 'n1' }]);
  });

  it('shows an unknown host key and how to check it, and accepts only what was seen', async () => {
    const page = await browser.stage();
    const text = `The host key of h100-07 is not known: ssh-ed25519 ${FINGERPRINT}.`;
    const asked = [
      link('connecting'),
      step('host-key', 'failed', { text }),
      link('failed', { text, code: 'host-key-unknown' }),
    ];
    await showApp(page, { ...base, nodes: { 'h100-07': asked }, open: 'h100-07' });
    await page.getByRole('heading', { name: 'Is this really h100-07?' }).waitFor();
    expect(await page.getByText(FINGERPRINT, { exact: true }).innerText()).toBe(FINGERPRINT);
    await picture(page, 'host-key');
    await page.getByRole('button', { name: 'Accept this key' }).click();
    await expect
      .poll(async () => (await askedOfHost(page)).at(-1))
      .toEqual(['node.retry', { node: 'n1', acceptHostKey: FINGERPRINT }]);
    await page.getByRole('button', { name: 'Do not connect' }).click();
    await expect.poll(async () => (await askedOfHost(page)).at(-1)).toEqual(['node.close', { node: 'n1' }]);
  });
});
