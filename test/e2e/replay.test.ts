// A recording in the page: dropped on it, sought, played and stepped, on the same screens as a live node.
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../shared/model/observation.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { recorded, type RecordedOptions } from '../kit/recorded.ts';
import { ASLEEP_CLEAN, MILES_SPAWN_STUB, TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { askedOfHost, picture, showApp, useBrowser } from './browser.ts';
import { dropFile } from './dropped.ts';
import type { PageOptions } from './kept-page.ts';
import type { AppScene } from './scene.ts';
import { liveScene, TARGETS } from './scenes.ts';

const browser = useBrowser();
const NAME = 'run.residuum.jsonl';
const STEPS = 30;

/** One engine that passes for the first half, then two of which one fails; a mark where that begins. */
function run(node = 'n1'): Observation[] {
  return Array.from({ length: STEPS }, (_, step): Observation[] => {
    const text = step < STEPS / 2 ? ASLEEP_CLEAN : TWO_ENGINES_ONE_LEAKS;
    const seen: Observation[] = look(text, { step, node });
    const atMs = FIRST_LOOK_MS + step * 2_000 + 100;
    return step === STEPS / 2
      ? [...seen, { kind: 'mark', node, atMs, text: 'the second engine', source: 'hand' }]
      : seen;
  }).flat();
}

async function dropped(text: string | Uint8Array, options: PageOptions & { name?: string } = {}): Promise<Page> {
  const page = await browser.stage(options);
  await showApp(page, { targets: TARGETS, nodes: {}, nowMs: FIRST_LOOK_MS + 86_400_000 });
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  await dropFile(page, options.name ?? NAME, text);
  return page;
}

async function replayed(observations = run(), options: RecordedOptions & PageOptions = {}): Promise<Page> {
  const { colorScheme, width, height, ...header } = options;
  const look_ = {
    ...(colorScheme === undefined ? {} : { colorScheme }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
  const page = await dropped(recorded(observations, { why: 'stopped', ...header }), look_);
  await page.getByRole('region', { name: 'Replay' }).waitFor();
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  return page;
}

const slider = (page: Page): ReturnType<Page['getByRole']> =>
  page.getByRole('slider', { name: 'Moment of the recording' });
const says = async (page: Page): Promise<string> => (await slider(page).getAttribute('aria-valuetext')) ?? '';
const verdicts = async (page: Page): Promise<string> =>
  (await page.getByRole('region', { name: 'Verdicts' }).innerText()).replaceAll(/\s+/g, ' ');

/** All colours of the first badge and of its icon in the three pictures that show FAIL first. */
function badgeColours(page: Page): Promise<string[]> {
  return page.evaluate(`new Promise((resolve) => {
    const seen = [];
    const look = () => {
      const badge = document.querySelector('[data-verdict=fail]');
      if (badge !== null) for (const each of [badge, badge.querySelector('svg')]) seen.push(getComputedStyle(each).color);
      if (seen.length < 6) requestAnimationFrame(look);
      else resolve([...new Set(seen)]);
    };
    look();
  })`);
}

describe('a recording that is dropped on the page', () => {
  it.each(['light', 'dark'] as const)('is shown at its first look, with its transport (%s)', async (colorScheme) => {
    const page = await replayed(run(), { colorScheme });
    expect(await says(page)).toBe('12:00:00, 0.0 s of 58 s');
    expect(await verdicts(page)).toContain('PASS');
    expect(await page.title()).toBe('gpu-01 · Residuum');
    expect(await page.getByRole('button', { name: 'Look now' }).count()).toBe(0);
    const colours = badgeColours(page);
    await page.keyboard.press('End');
    expect(await colours).toHaveLength(1);
    await expect.poll(() => verdicts(page)).toContain('FAIL');
    await picture(page, `replay-${colorScheme}`);
  });

  it('offers no mark by hand, also not by its key, and calls nothing live', async () => {
    const page = await replayed();
    await page.keyboard.press('m');
    await expect.poll(() => page.getByLabel('Mark this moment with a text').count()).toBe(0);
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await expect.poll(() => timeline.getByRole('button', { name: 'Live', exact: true }).count()).toBe(0);
    await expect
      .poll(() => timeline.getByRole('button', { name: 'Last', exact: true }).getAttribute('aria-pressed'))
      .toBe('true');
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('mark');
    await expect.poll(() => page.getByRole('option', { name: /To the next mark/ }).count()).toBe(1);
    expect(await page.getByRole('option', { name: /Set a mark now/ }).count()).toBe(0);
  });

  it('says that it shows the look at the cursor while its slider stands elsewhere', async () => {
    const page = await replayed();
    expect(await page.getByText('at the cursor').count()).toBe(0);
    const cursor = page.getByRole('group', { name: /^Timeline cursor/ });
    await cursor.press('ArrowRight');
    await page.getByText('at the cursor').waitFor();
    expect(await says(page)).toBe('12:00:00, 0.0 s of 58 s');
    await cursor.press('Escape');
    await page.getByText('at the cursor').waitFor({ state: 'detached' });
  });

  it('is sought by its slider, its keys and its marks; everything follows', async () => {
    const page = await replayed();
    await page.keyboard.press(']');
    await expect.poll(() => says(page)).toBe('12:00:02, 2.0 s of 58 s');
    await page.keyboard.press('[');
    await expect.poll(() => says(page)).toBe('12:00:00, 0.0 s of 58 s');
    await page.keyboard.press('End');
    await expect.poll(() => says(page)).toBe('12:00:58, 58 s of 58 s');
    await expect.poll(() => verdicts(page)).toContain('FAIL');
    await page.keyboard.press('Home');
    await expect.poll(() => verdicts(page)).not.toContain('FAIL');
    await page.getByLabel('Go to a mark').selectOption({ index: 1 });
    await expect.poll(() => says(page)).toBe('12:00:30, 30 s of 58 s');
    await slider(page).fill(String(FIRST_LOOK_MS + 20_000));
    await expect.poll(() => says(page)).toBe('12:00:20, 20 s of 58 s');
  });

  it('plays as fast as it is told, and stops at its end', async () => {
    const page = await replayed();
    await page.getByTitle('60 times as fast as it happened').click();
    await page.getByRole('button', { name: 'Play (Space)' }).click();
    await expect.poll(() => says(page), { timeout: 10_000 }).toBe('12:00:58, 58 s of 58 s');
    await page.getByRole('button', { name: 'Play (Space)' }).waitFor();
    expect(await verdicts(page)).toContain('FAIL');
  });

  it('opens compressed, and as far as a cut one goes', async () => {
    const packed = gzipSync(recorded(run(), { why: 'stopped' }));
    const whole = await dropped(packed, { name: `${NAME}.gz` });
    await whole.getByRole('region', { name: 'Verdicts' }).waitFor();
    const cut = await dropped(packed.subarray(0, Math.floor(packed.length * 0.6)), { name: `${NAME}.gz` });
    await cut.getByRole('region', { name: 'Verdicts' }).waitFor();
    await cut.getByText('not ended cleanly').waitFor();
    expect(await says(cut)).toMatch(/^12:00:00, 0\.0 s of /);
    // The check sum of what was compressed.
    const damaged = packed.map((byte, at) => (at === packed.length - 8 ? byte ^ 1 : byte));
    const none = await dropped(damaged, { name: `${NAME}.gz` });
    await none.getByText('Its compressed data is damaged: take another copy of it.').waitFor();
    expect(await none.getByRole('region', { name: 'Verdicts' }).count()).toBe(0);
  });

  it('keeps the chip and the story of a demo', async () => {
    const page = await replayed(run(), { isDemo: true, story: ['A second engine comes up.', 'It never let go.'] });
    const bar = page.getByRole('region', { name: 'Replay' });
    expect((await bar.innerText()).replaceAll(/\s+/g, ' ')).toMatch(
      /Demo data.*A second engine comes up\. It never let go\./i,
    );
    await picture(page, 'replay-demo');
  });

  it('says which lines were not used', async () => {
    const lines = recorded(run()).split('\n');
    const page = await dropped(lines.toSpliced(7, 0, 'garbage').join('\n'));
    await page.getByText('1 line was not used.').waitFor();
    expect(await page.getByRole('region', { name: 'Replay' }).innerText()).toContain(
      'Line 8: it is not what this format has.',
    );
  });

  it('shows each of its nodes at the same moment', async () => {
    const second = Array.from({ length: STEPS }, (_, step) => look(MILES_SPAWN_STUB, { step, node: 'n2' })).flat();
    const both = [...run(), ...second].toSorted((one, other) => one.atMs - other.atMs);
    const nodes = [
      { node: 'n1', target: 'first' },
      { node: 'n2', target: 'second' },
    ];
    const page = await replayed(both, { nodes });
    await page.keyboard.press('End');
    await page.getByRole('navigation').getByRole('button').nth(2).click();
    await expect.poll(() => says(page)).toBe('12:00:58, 58 s of 58 s');
    await page.getByRole('button', { name: 'Close this recording' }).click();
    await expect.poll(() => page.getByRole('region', { name: 'Replay' }).count()).toBe(0);
  });
});

it.each([
  ['a picture', 'PNG', 'This is no Residuum recording: its first line is not the header of one.'],
  ['nothing', '', 'This file is empty: it is no Residuum recording.'],
  ['a newer one', recorded([]).replace(/"format":\d+/, '"format":9'), 'use a newer Residuum.'],
  ['one without a look', recorded([]), 'There is no whole look at a node in this recording'],
])('says why %s is not opened', async (_what, text, sentence) => {
  const page = await dropped(text);
  const alert = page.getByRole('alert').filter({ hasText: 'was not opened' });
  await alert.waitFor();
  expect(await alert.innerText()).toContain(sentence);
});

it('goes back through the looks of a live node by key, and forth to live again', async () => {
  const page = await browser.stage();
  const looks = [0, 1, 2].flatMap((step) => look(step < 2 ? ASLEEP_CLEAN : TWO_ENGINES_ONE_LEAKS, { step }));
  await showApp(page, liveScene('', { nodes: { 'h100-07': looks }, nowMs: FIRST_LOOK_MS + 5_000 }));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  expect(await verdicts(page)).toContain('FAIL');
  await page.keyboard.press('[');
  await expect.poll(() => verdicts(page)).not.toContain('FAIL');
  await page.keyboard.press('L');
  await expect.poll(() => verdicts(page)).toContain('FAIL');
});

describe('the list of recordings', () => {
  const entry = {
    bytes: 3_250_000,
    changedMs: FIRST_LOOK_MS + 58_000,
    startedMs: FIRST_LOOK_MS,
    targets: ['gpu-01'],
    isWritten: false,
    problem: '',
  };
  const recordings: NonNullable<AppScene['recordings']> = [
    { ...entry, id: 'saved/a', kind: 'saved', name: 'before the fix', isDemo: false, story: [] },
    { ...entry, id: 'kept/b', kind: 'kept', name: '2026-01-31T12-00-00-gpu-01-41-1', isDemo: false, story: [] },
    {
      ...entry,
      id: 'kept/c',
      kind: 'kept',
      name: 'broken',
      isDemo: false,
      story: [],
      problem: 'Its header is damaged.',
    },
    {
      ...entry,
      id: 'demo/d',
      kind: 'demo',
      name: 'settle-trap',
      isDemo: true,
      story: ['Flat for 8 s.', 'Then one step down.'],
    },
  ];

  async function listed(more: Partial<AppScene> = {}, options: PageOptions = {}): Promise<Page> {
    const page = await browser.stage(options);
    await showApp(page, { targets: TARGETS, nodes: {}, nowMs: FIRST_LOOK_MS, recordings, ...more });
    await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
    return page;
  }

  it.each(['light', 'dark'] as const)('opens and names what the host has (%s)', async (colorScheme) => {
    const texts = { 'demo/d': recorded(run(), { isDemo: true, why: 'stopped' }) };
    const page = await listed({ recordingTexts: texts }, { colorScheme });
    expect(await page.getByRole('button', { name: 'Open broken' }).isDisabled()).toBe(true);
    await page.getByText('Its header is damaged.').waitFor();
    await picture(page, `recordings-${colorScheme}`);
    await page.getByRole('button', { name: 'Save 2026-01-31T12-00-00-gpu-01-41-1' }).click();
    await page.getByLabel('Name of the recording').fill('after the fix');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => askedOfHost(page))
      .toContainEqual(['recordings.save', { ids: ['kept/b'], name: 'after the fix' }]);
    await page.getByRole('button', { name: 'Open settle-trap' }).click();
    await page.getByRole('region', { name: 'Verdicts' }).waitFor();
    expect(await page.getByText('Demo data').count()).toBeGreaterThan(0);
  });

  it('opens a row by a click anywhere on it, and by arrow keys and Enter, but not by a click on its own buttons', async () => {
    const texts = {
      'demo/d': recorded(run(), { isDemo: true, why: 'stopped' }),
      'kept/b': recorded(run(), { why: 'stopped' }),
    };
    const opened = (page: Page) => page.getByRole('region', { name: 'Replay' });
    const page = await listed({ recordingTexts: texts });
    const kept = page.getByRole('region', { name: 'The last hours' });
    await kept.getByRole('button', { name: 'Save 2026-01-31T12-00-00-gpu-01-41-1' }).click();
    await kept.getByLabel('Name of the recording').click();
    await kept.getByText('Its header is damaged.').click();
    await page.keyboard.press('Escape');
    await page.getByText('Flat for 8 s. Then one step down.').click();
    await opened(page).getByText('settle-trap').waitFor();

    await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
    // Nothing else was opened by what was clicked before.
    const here = page.getByRole('region', { name: 'Open here' }).getByRole('listitem');
    await expect
      .poll(async () => (await here.allInnerTexts()).map((text) => text.split('\n')[0]))
      .toEqual(['settle-trap']);
    const first = kept.getByRole('button', { name: 'Open 2026-01-31T12-00-00-gpu-01-41-1' });
    await first.focus();
    // What cannot be opened is no stop.
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => first.evaluate((element) => element.ownerDocument.activeElement === element)).toBe(true);
    await page.keyboard.press('Enter');
    await opened(page).getByText('2026-01-31T12-00-00-gpu-01-41-1').waitFor();
  });

  it('says what each list is for while it is empty', async () => {
    const page = await listed({ recordings: [] });
    await page.getByText('Nothing is saved yet.').waitFor();
    await page.getByText('Every node that is open is recorded here').waitFor();
    expect(await page.getByRole('button', { name: 'Save several as one' }).count()).toBe(0);
  });

  it('turns recording off and on, and says so on the screen of a node too', async () => {
    const page = await listed({ isRecordingOff: true, nodes: { 'gpu-01': run() }, open: 'gpu-01' });
    await page.getByRole('navigation').getByRole('button', { name: 'Live' }).click();
    await page.getByText('Not recorded', { exact: true }).waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click();
    await page.getByText('Recording is off: nothing of what is watched is kept.').waitFor();
    await picture(page, 'recordings-off');
    await page.getByRole('button', { name: 'Turn recording on' }).click();
    await page.getByText('Every node that is open is recorded here').waitFor();
    await page.getByRole('button', { name: 'Turn recording off' }).click();
    await page.getByText('Recording is off').waitFor();
    expect((await askedOfHost(page)).filter(([method]) => method === 'recordings.turn')).toEqual([
      ['recordings.turn', { isOn: true }],
      ['recordings.turn', { isOn: false }],
    ]);
  });

  it('saves what several nodes show as one file, those that are recorded now to begin with', async () => {
    const [, kept] = recordings;
    if (kept === undefined) throw new Error('the second one is kept');
    const others = ['gpu-02', 'gpu-03', 'gpu-04'].map((target, at) => ({
      ...kept,
      id: `kept/${target}`,
      targets: [target],
      isWritten: at < 2,
    }));
    const page = await listed({ recordings: [...recordings, ...others] });
    await page.getByRole('button', { name: 'Save several as one' }).click();
    const form = page.getByRole('group', { name: 'Save several as one' });
    const boxes = form.getByRole('checkbox');
    // What cannot be read is not offered.
    await expect.poll(() => boxes.count()).toBe(4);
    await expect.poll(() => form.getByRole('checkbox', { checked: true }).count()).toBe(2);
    await picture(page, 'recordings-several');
    await form.getByRole('checkbox', { name: 'gpu-03' }).uncheck();
    await form.getByText('Choose at least two.').waitFor();
    await form.getByRole('checkbox', { name: 'gpu-04' }).check();
    await expect.poll(() => form.getByLabel('Name of the recording').inputValue()).toBe('2 nodes 2026-01-31 1200');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => askedOfHost(page))
      .toContainEqual(['recordings.save', { ids: ['kept/gpu-02', 'kept/gpu-04'], name: '2 nodes 2026-01-31 1200' }]);
  });

  it('says that recording has stopped, and resumes it', async () => {
    const page = await listed({ recorderStopped: 'Could not write the recording: the disk is full (/data).' });
    const alert = page.getByRole('alert').filter({ hasText: 'Recording has stopped.' });
    expect(await alert.innerText()).toContain('the disk is full');
    await alert.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => askedOfHost(page)).toContainEqual(['recordings.resume', {}]);
  });
});
