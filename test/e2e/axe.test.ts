// Nothing serious that a screen reader or a keyboard would stumble over, in any state, light and dark.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { look } from '../kit/observed.ts';
import { recorded } from '../kit/recorded.ts';
import { showApp, useBrowser } from './browser.ts';
import { dropFile } from './dropped.ts';
import type { AppScene } from './scene.ts';
import { connected, link, liveScene, NOW_MS, step, TARGETS } from './scenes.ts';

const browser = useBrowser();
const text = DEMO_SCENARIOS.get('asleep')?.text ?? '';
const leak = DEMO_SCENARIOS.get('leak')?.text ?? '';

/** `id: selector` of everything that is serious or critical. */
async function findings(page: Page): Promise<readonly string[]> {
  // What passes is counted and not described: that costs as much as finding it.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary ?? ''}`),
    );
}

const unknownKey = `not known: SHA256:${'k'.repeat(43)}`;
const connecting = (...seen: AppScene['nodes'][string]): AppScene => liveScene('', { nodes: { 'h100-07': seen } });

const RECORDINGS = ['gpu-01', 'gpu-02', 'gpu-03'].map((target, at) => ({
  id: `kept/${target}`,
  kind: 'kept' as const,
  name: target,
  bytes: 1_000_000,
  changedMs: NOW_MS,
  startedMs: NOW_MS - 60_000,
  isDemo: false,
  story: [],
  targets: [target],
  isWritten: at > 0,
  problem: '',
}));

const SCENES: readonly (readonly [string, AppScene, string])[] = [
  ['the first run', { targets: TARGETS, nodes: {}, nowMs: NOW_MS }, 'Open the demo'],
  ['a connection on its way', connecting(link('connecting'), step('resolve', 'ok'), step('tcp', 'running')), 'working'],
  [
    'an unknown host key',
    connecting(link('failed', { code: 'host-key-unknown', text: unknownKey })),
    'Accept this key',
  ],
  [
    'a failed connection',
    connecting(step('login', 'failed', { text: 'no key' }), link('failed', { text: 'No.' })),
    'Try again',
  ],
  [
    'the demo',
    liveScene(text, { open: 'demo', nodes: { demo: connected(...look(text), ...answered(text)) } }),
    'Judge now',
  ],
  ['an engine that leaks', liveScene(leak), 'Judge now'],
  [
    'a lost connection',
    connecting(...connected(...look(leak)), link('lost', { text: 'Gone.', retryMs: 9_000 })),
    'Try now',
  ],
  ['no driver', liveScene(DEMO_SCENARIOS.get('no-driver')?.text ?? ''), 'INCONCLUSIVE'],
];

const CYCLE = DEMO_SCENARIOS.get('cycle')?.text ?? '';
const RUN = recorded(
  [1, 2, 3, 4, 5, 6, 7, 8].flatMap((at) => look(CYCLE, { step: at })),
  { why: 'stopped' },
);

describe.each(['light', 'dark'] as const)('axe, %s', (colorScheme) => {
  it.each(SCENES)('finds nothing serious in %s', async (_what, scene, awaited) => {
    const page = await browser.stage({ colorScheme });
    await showApp(page, scene);
    await page.getByText(awaited).first().waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('finds nothing serious in the list of recordings, while several are chosen and recording is off', async () => {
    const page = await browser.stage({ colorScheme });
    await showApp(page, liveScene(leak, { isRecordingOff: true, recordings: RECORDINGS }));
    await page.getByText('Not recorded', { exact: true }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
    await page.getByText('Recording is off').waitFor();
    await page.getByRole('button', { name: 'Save several as one' }).click();
    await page.getByLabel('Name of the recording').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('finds nothing serious in the palette and the keys', async () => {
    const page = await browser.stage({ colorScheme });
    await showApp(page, liveScene(leak));
    await page.getByText('Judge now').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('finds nothing serious in a replay with its range and cycles, and in what compares it', async () => {
    const page = await browser.stage({ colorScheme });
    await showApp(page, { targets: TARGETS, nodes: {}, nowMs: NOW_MS });
    await page.getByRole('button', { name: 'Commands' }).waitFor();
    await dropFile(page, 'run.residuum.jsonl', RUN);
    await page.getByRole('region', { name: 'Verdicts' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Cycles' }).click();
    const cursor = page.getByRole('group', { name: /^Timeline cursor/ });
    for (let presses = 0; presses < 3; presses += 1) await cursor.press('Shift+ArrowRight');
    await page.getByRole('region', { name: 'Numbers of the range' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Cycles' }).click();

    await page.getByRole('button', { name: 'Compare awake with asleep in cycle 1' }).click();
    await page.getByRole('region', { name: 'What differs' }).waitFor();
    await page.getByRole('region', { name: 'All cycles' }).getByText('Who').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
    await page.getByRole('heading', { name: 'Open here' }).waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

describe('axe itself', () => {
  it('finds a planted fault', async () => {
    const page = await browser.stage();
    await showApp(page, { targets: TARGETS, nodes: {}, nowMs: NOW_MS });
    await page.getByText('Open the demo').waitFor();
    await page.evaluate(`document.querySelector('main').append(document.createElement('button'))`);
    expect((await findings(page)).join('\n')).toContain('button-name');
  });
});
