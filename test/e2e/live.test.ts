// The live screen in a real Chromium: its header, the states of its connection and its node, how its panels are linked.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../shared/model/observation.ts';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { answered } from '../kit/answered.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import { EMPTY_NODE, GONE_ROWS, TWO_ENGINES_ONE_LEAKS } from '../kit/scenarios.ts';
import { told } from '../kit/said.ts';
import { askedOfHost, picture, say, showApp, showPanel, useBrowser } from './browser.ts';
import type { PageOptions } from './kept-page.ts';
import type { AppScene } from './scene.ts';
import { connected, link, liveScene } from './scenes.ts';

const browser = useBrowser();
const demo = (name: string): string => DEMO_SCENARIOS.get(name)?.text ?? '';

/** The live screen over these observations, of an ssh node unless the scene says another one. */
async function live(
  observations: readonly Observation[],
  more: Partial<AppScene> = {},
  options: PageOptions = {},
): Promise<Page> {
  const page = await browser.stage(options);
  const open = more.open ?? 'h100-07';
  await showApp(page, liveScene('', { nodes: { [open]: connected(...observations) }, ...more }));
  await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  return page;
}

const pressed = (page: Page): Promise<string> => page.getByRole('button', { pressed: true }).first().innerText();

describe('the header', () => {
  it.each(['light', 'dark'] as const)(
    'says how the node is looked at, and that it is a demo (%s)',
    async (colorScheme) => {
      const looks = [...look(demo('asleep')), ...look(demo('asleep'), { step: 1 }), ...answered(demo('asleep'))];
      const page = await live(looks, { open: 'demo', nowMs: FIRST_LOOK_MS + 9_000 }, { colorScheme });
      const header = page.getByRole('heading', { level: 2, name: 'demo-gpu-01' }).locator('..');
      await expect
        .poll(async () => (await header.innerText()).replaceAll(/\s+/g, ' '))
        .toMatch(
          /demo-gpu-01 Demo data driver 550\.54\.15.* achieved 2 s.* probe 60 ms.* look at 12:00:02 UTC 6.9 s ago/,
        );
      await expect.poll(() => page.title()).toBe('demo-gpu-01 · Residuum');
      await picture(page, `live-${colorScheme}`);
    },
  );

  it('moves nothing below it while a pointer goes over the timeline of a slow node', async () => {
    // Asked for each second, and there every two.
    const looks = Array.from({ length: 8 }, (_, at) => look(demo('asleep'), { step: at })).flat();
    const page = await live([...looks, ...answered(demo('asleep'))], { nowMs: FIRST_LOOK_MS + 40_000 });
    await page.getByLabel('Look every').selectOption('1 s');
    await page.getByText('2 s, asked 1 s').waitFor();
    // All of it is drawn, what the engines say too.
    const readout = page.getByRole('region', { name: 'Timeline' }).locator('[aria-atomic]');
    await expect.poll(() => readout.innerText()).toMatch(/^12:00:14 UTC, newest.*accounted.*accounted/s);
    const plot = page.locator('.u-over');
    const before = await plot.boundingBox();
    expect(before).not.toBeNull();
    await plot.hover({ position: { x: 20, y: 40 } });
    await page.getByText('at the cursor').waitFor();
    await expect.poll(() => plot.boundingBox()).toEqual(before);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
  });

  it('changes the interval, and looks now', async () => {
    const page = await live(look(demo('leak')));
    await page.getByLabel('Look every').selectOption('5 s');
    await page.getByRole('button', { name: 'Look now' }).click();
    await expect
      .poll(async () => (await askedOfHost(page)).slice(1))
      .toEqual([
        ['node.configure', { node: 'n1', intervalMs: 5_000 }],
        ['node.look', { node: 'n1' }],
      ]);
    await picture(page, 'live-leak');
  });
});

/** The badges in the first picture whose tree says `text`: the node's, then each engine's. */
function badgesWhenTreeSays(text: string): string {
  return `new Promise((resolve) => {
    const look = () => {
      const tree = document.querySelector('[role=treegrid]')?.textContent ?? '';
      const badges = [...document.querySelectorAll('[data-verdict]')].map((each) => each.dataset.verdict);
      if (tree.includes(${JSON.stringify(text)})) resolve(badges);
      else requestAnimationFrame(look);
    };
    look();
  })`;
}

describe('what the user says of an engine', () => {
  it('counts in the verdict in the same picture as in the tree, also just after a look', async () => {
    const page = await live([...look(demo('leak')), ...answered(demo('leak'))]);
    const seen = badgesWhenTreeSays('asleep told');
    const watched = page.evaluate(seen);
    await say(page, 'h100-07', ...look(demo('leak'), { step: 1 }));
    await say(page, 'h100-07', told(demo('leak'), 4022, 'asleep'));
    expect(await watched).toEqual(['fail', 'fail', 'pass']);
  });
});

describe('asking the engines', () => {
  it('is turned off and on where their answers are, for all nodes', async () => {
    const page = await live([...look(demo('leak')), ...answered(demo('leak'))]);
    await page.getByRole('tab', { name: 'Accounting' }).click();
    const box = page.getByRole('checkbox', { name: 'Ask the engines' });
    await expect.poll(() => box.isChecked()).toBe(true);
    await box.press('Space');
    await page.getByText('No engine is asked, on any node.').waitFor();
    const lastAsked = async (): Promise<unknown> => (await askedOfHost(page)).at(-1);
    await expect.poll(lastAsked).toEqual(['settings.write', { name: 'ask-engines', value: 'off' }]);
    await picture(page, 'live-not-asking');
    await box.press('Space');
    await expect.poll(() => page.getByText('No engine is asked, on any node.').count()).toBe(0);
    await expect.poll(lastAsked).toEqual(['settings.write', { name: 'ask-engines', value: 'on' }]);
  });

  it('at an address that the user types, from the keyboard, and back to where it was found', async () => {
    const page = await live([...look(demo('leak')), ...answered(demo('leak'))]);
    await page.getByRole('tab', { name: 'Accounting' }).click();
    const panel = page.getByRole('region', { name: 'Pair' });
    await panel.getByText('It answered at 127.0.0.1:30000, as seen from the node.').waitFor();
    await panel.getByRole('button', { name: 'Ask at another address' }).press('Enter');
    const field = panel.getByRole('textbox', { name: 'Address of this engine, as seen from the node' });
    await page.keyboard.type('http://10.0.0.7:30000');
    await page.keyboard.press('Enter');
    await panel.getByRole('alert').getByText('Not an address.').waitFor();
    await picture(page, 'live-ask-at');
    await field.fill('[fd00::7]:30000');
    // The look that comes while somebody types must not move the focus, nor lose what was typed.
    await page.keyboard.press('Tab');
    await say(page, 'h100-07', ...look(demo('leak'), { step: 1 }));
    await panel.getByText(/answered [1-9].* before this look/).waitFor();
    expect(await page.locator('button:focus').innerText()).toBe('Ask there');
    await page.keyboard.press('Enter');
    const engine = { node: 'n1', rootPid: 4001, rootStartTicks: expect.any(Number) };
    const lastAsked = async (): Promise<unknown> => (await askedOfHost(page)).at(-1);
    await expect.poll(lastAsked).toEqual(['node.endpoint', { ...engine, address: { host: 'fd00::7', port: 30_000 } }]);
    await expect.poll(() => field.count()).toBe(0);
    await panel.getByRole('button', { name: 'Ask at another address' }).click();
    await panel.getByRole('button', { name: 'Ask where it was found' }).click();
    await expect.poll(lastAsked).toEqual(['node.endpoint', { ...engine, address: null }]);
  });
});

describe('at 1280 by 800', () => {
  it('the verdicts of both engines of the demo are whole on the screen', async () => {
    const looks = [...look(demo('asleep')), ...look(demo('asleep'), { step: 1 }), ...answered(demo('asleep'))];
    const page = await live(looks, { open: 'demo', nowMs: FIRST_LOOK_MS + 9_000 });
    const row = page.getByRole('listitem', { name: /sglang :30100$/ });
    const end = ((await row.boundingBox())?.y ?? 800) + ((await row.boundingBox())?.height ?? 0);
    const timeline = (await page.getByRole('region', { name: 'Timeline' }).boundingBox())?.y ?? 0;
    await expect.poll(() => row.innerText()).toContain('State: awake, inferred.');
    expect(end).toBeLessThanOrEqual(timeline);
    await expect
      .poll(() => page.getByRole('region', { name: 'Timeline' }).innerText())
      .toMatch(/sglang :30000\s*1,741 MiB\s*accounted\s*9,544 MiB/);
  });

  it('J judges now, as its button does, and does nothing where there are no verdicts', async () => {
    const page = await live(look(demo('leak')));
    await page.keyboard.press('j');
    await expect.poll(async () => (await askedOfHost(page)).at(-1)).toEqual(['node.look', { node: 'n1' }]);
    await page.getByRole('button', { name: 'Looking…' }).waitFor();
    await say(page, 'h100-07', ...look(demo('leak'), { step: 1 }));
    await page.getByText('Judged at 12:00:02 UTC').waitFor();
    const asked = (await askedOfHost(page)).length;
    await page.keyboard.press('c');
    await page.locator('[role=combobox]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await expect.poll(async () => (await askedOfHost(page)).length).toBe(asked);
  });
});

describe('a connection', () => {
  it('that is lost greys what is shown, says how old it is, counts down, and tries now', async () => {
    const page = await live(look(demo('leak')), { nowMs: FIRST_LOOK_MS + 15_000 });
    const text = 'the node closed the connection. It may have been rebooted.';
    await say(page, 'h100-07', link('lost', { atMs: FIRST_LOOK_MS + 14_000, text, code: 'lost', retryMs: 8_000 }));
    await page.getByRole('alert').waitFor();
    expect((await page.getByRole('alert').innerText()).replaceAll(/\s+/g, ' ')).toContain(
      'No connection to h100-07: the node closed the connection. It may have been rebooted. The last look is 15 s old. Next attempt in 7 s.',
    );
    expect(await page.locator('[data-stale]').count()).toBe(1);
    expect(await page.getByRole('region', { name: 'Verdicts' }).isVisible()).toBe(true);
    await picture(page, 'state-lost');
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect.poll(async () => (await askedOfHost(page)).at(-1)).toEqual(['node.retry', { node: 'n1' }]);

    await say(page, 'h100-07', link('connecting'), link('connected'), ...look(demo('leak'), { step: 8 }));
    await expect.poll(() => page.locator('[data-stale]').count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('that stands and says nothing is told from one that is lost', async () => {
    const page = await live(look(demo('leak')), { nowMs: FIRST_LOOK_MS + 20_000 });
    await page.getByText('No look for 20 s.').waitFor();
    expect(await page.locator('[data-stale]').count()).toBe(0);
    await picture(page, 'state-silent');
  });

  it('of the page to its host: away, back, and back without its nodes', async () => {
    const page = await live(look(demo('leak')));
    await page.evaluate('window.stage.hostAway()');
    await page.getByText('The host of this page is away:').waitFor();
    expect(await page.getByRole('region', { name: 'Verdicts' }).isVisible()).toBe(true);
    // What is shown may be old by now: it must not look live.
    expect(await page.locator('[data-stale]').count()).toBe(1);
    await picture(page, 'state-host-away');
    await page.evaluate('window.stage.hostBack(false)');
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect.poll(() => page.getByText('The host of this page is away:').count()).toBe(0);

    await page.evaluate('window.stage.hostAway()');
    await page.getByText('The host of this page is away:').waitFor();
    await page.evaluate('window.stage.hostBack(true)');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('The host does not watch h100-07 any more:').waitFor();
    expect(await page.locator('[data-stale]').count()).toBe(1);
    await picture(page, 'state-host-forgot');
    await page.getByRole('button', { name: 'Connect again' }).click();
    await expect.poll(() => page.locator('[data-stale]').count()).toBe(0);
  });
});

describe('a node that another page closes', () => {
  it('is said to be closed, and can be connected again', async () => {
    const page = await live(look(demo('leak')));
    await page.evaluate(`window.stage.closeNode('h100-07')`);
    await page.getByText('The host does not watch h100-07 any more:').waitFor();
    await page.getByRole('button', { name: 'Connect again' }).click();
    await expect.poll(() => page.locator('[data-stale]').count()).toBe(0);
    expect((await askedOfHost(page)).map(([method]) => method)).toEqual(['node.open', 'node.open']);
  });
});

describe('a panel that fails', () => {
  it('says what to do in its place, and is drawn again when asked', async () => {
    const page = await browser.stage();
    await showPanel(page, { panel: 'faulty', observations: look(EMPTY_NODE) });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(
      /The faulty panel could not be drawn\.[^]*a planted fault[^]*reload the page/,
    );
    await picture(page, 'state-fault');
    await page.getByRole('button', { name: 'Draw again' }).click();
    await page.getByText('Drawn the second time.').waitFor();
    expect(browser.errors().join()).toContain('a planted fault');
  });
});

describe('a node', () => {
  const verdict = (page: Page): Promise<string> => page.getByRole('region', { name: 'Verdicts' }).innerText();

  it('without a driver', async () => {
    const page = await live(look(demo('no-driver')));
    await page.getByText('No memory was read: no NVIDIA driver is loaded').waitFor();
    expect(await verdict(page)).toContain('INCONCLUSIVE');
    await picture(page, 'state-no-driver');
  });

  it('without an engine', async () => {
    const page = await live(look(EMPTY_NODE));
    await expect.poll(() => verdict(page)).not.toMatch(/PASS|FAIL/);
    await picture(page, 'state-no-engine');
  });

  it('where the driver lists processes that are gone', async () => {
    const page = await live(look(GONE_ROWS));
    await expect.poll(() => verdict(page)).toContain('INCONCLUSIVE');
    await picture(page, 'state-gone');
  });

  it('where other users hide their processes', async () => {
    // What a user sees under hidepid=2: the driver lists the pids, and the process table has none of them.
    const edit = (line: string): readonly string[] => (/^(?:proc|fact)\t/.test(line) ? [] : [line]);
    const page = await live(look(demo('leak'), { edit }));
    await expect.poll(() => verdict(page)).not.toContain('PASS');
    await picture(page, 'state-hidden');
  });
});

describe('a big node with hostile titles', () => {
  const BUSES = Array.from(
    { length: 16 },
    (_, at) => `${(at * 8 + 3).toString(16).toUpperCase().padStart(2, '0')}:00.0`,
  );
  const TITLE = `python -m sglang.launch_server --port 30000 --model-path ${'x'.repeat(200)}`;
  const text = [
    'node big driver 550.54.15',
    ...BUSES.map((bus) => `gpu ${bus} "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9`),
    `process server "${TITLE}"`,
    ...BUSES.flatMap((bus, gpu) =>
      [0, 1, 2, 3].map((rank) => `  process r${gpu}-${rank} "sglang::scheduler_TP${gpu * 4 + rank}" on ${bus} 1200`),
    ),
  ].join('\n');

  it('fits 1280 by 800: the page itself scrolls neither way', async () => {
    const page = await live(look(text));
    await page.getByText('81,559').first().waitFor();
    const size = 'document.documentElement.scrollWidth + " " + document.documentElement.scrollHeight';
    expect(await page.evaluate(size)).toBe('1280 800');
    for (const name of ['Ledger', 'Verdicts', 'Timeline']) {
      expect(await page.getByRole('region', { name }).isVisible()).toBe(true);
    }
    await picture(page, 'live-big');
  });
});

describe('the keys', () => {
  it('select a GPU by its number, everything with 0, zoom, and go to Connect and back', async () => {
    const page = await live(look(TWO_ENGINES_ONE_LEAKS));
    await page.keyboard.press('2');
    await expect.poll(() => pressed(page)).toBeTruthy();
    await picture(page, 'keys-gpu-2');
    await page.keyboard.press('0');
    await page.keyboard.press('c');
    await page.locator('[role=combobox]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    await page.getByRole('region', { name: 'Verdicts' }).waitFor();
  });

  it('are listed by ?, and every command is found in the palette', async () => {
    const page = await live(look(TWO_ENGINES_ONE_LEAKS));
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.getByText('Zoom to the gap, or back').waitFor();
    await picture(page, 'keys-help');
    // Nothing of the page stands above it: the heads of its tables are lifted over their rows.
    const covered = await page.evaluate(`(() => {
      const dialog = document.querySelector('[role=dialog]');
      // What takes no clicks is not found, and a dialog lets nothing else take them.
      document.body.style.pointerEvents = 'auto';
      const { left, right, top, bottom } = dialog.getBoundingClientRect();
      if (bottom - top < 300) return ['the dialog is small'];
      const found = [];
      for (let y = top + 4; y < bottom - 4; y += 8) {
        const at = document.elementFromPoint((left + right) / 2, y);
        if (!dialog.contains(at)) found.push(at.outerHTML.slice(0, 80));
      }
      return found;
    })()`);
    expect(covered).toEqual([]);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a command' }).fill('look');
    await picture(page, 'palette');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await askedOfHost(page)).at(-1)).toEqual(['node.look', { node: 'n1' }]);
  });
});
