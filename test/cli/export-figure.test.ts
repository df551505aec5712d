// Figures of the shipped recordings through the command line: the bytes of the page, with stand-ins unless asked for.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { figurePng } from '../../node/evidence/figure-png.ts';
import { choiceOf } from '../../renderer/view/evidence/evidence-choice.ts';
import { evidenceOutput } from '../../renderer/view/evidence/evidence-output.ts';
import { readPng } from '../../scripts/small-png.mjs';
import { RECORDED_FIGURES } from '../../shared/recorded/recorded-figure.ts';
import { DEMO_INCIDENTS } from '../../shared/source/demo-incidents.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { sideOf } from '../kit/recorded-side.ts';
import { command } from './command.ts';

const demo = (name: string): string => join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);

async function figure(name: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await command(['export', demo(name), ...args]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

const EACH = DEMO_INCIDENTS.flatMap(({ name }) =>
  (['none', 'names'] as const).map((redaction) => ({ name, redaction })),
);

it.each(EACH)('draws $name as the page does, byte for byte ($redaction)', async ({ name, redaction }) => {
  const side = await sideOf(new Uint8Array(await readFile(demo(name))), { redaction });
  const input = { side, against: undefined, appVersion: 'x', kept: undefined };
  const more = redaction === 'none' ? ['--identifying'] : [];
  // Where nothing slept there is nothing to compare.
  const drawn = RECORDED_FIGURES.filter((each) => each !== 'compare' || name !== 'dead-pid');
  for (const each of drawn) {
    const page = evidenceOutput(input, { ...choiceOf('figure'), figure: each }).text;
    expect(await figure(name, '--figure', each, ...more)).toBe(page);
    expect(page).toContain('Demo data: nothing here was measured.');
    expect(page).toContain('Recording: SHA-256 ');
  }
});

it('has stand-ins for what a command line names, unless it is asked for', async () => {
  const plain = await figure('clean-sleep', '--figure', 'pair', '--identifying');
  const redacted = await figure('clean-sleep', '--figure', 'pair');
  const model = /--model-path ([^ <]+)|serve ([^ <]+)/.exec(plain);
  expect(model).not.toBeNull();
  expect(redacted).not.toContain(model?.[1] ?? model?.[2] ?? '');
  expect(redacted).toMatch(/model-1/);
});

it('writes a file of the width and the colours that are asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-figure-'));
  try {
    const out = join(folder, 'a.svg');
    expect(await figure('clean-sleep', '--figure', 'ledger', '--theme', 'dark', '--width', '640', '--out', out)).toBe(
      '',
    );
    expect(await readFile(out, 'utf8')).toMatch(
      /^<svg [^>]*width="640" [^]*<rect width="640" height="\d+" fill="#171b21"/,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('compares two moments, of one recording or of two, or awake with asleep where none are named', async () => {
  const asleep = await figure('clean-sleep', '--figure', 'compare');
  expect(asleep).toMatch(/A is the look of [^ ]+Z, B that of [^ ]+Z\./);
  expect(asleep).toMatch(/freed [\d,]+ MiB/);
  const [, a = '', b = ''] = /A is the look of (\S+), B that of (\S+)\./.exec(asleep) ?? [];
  expect(await figure('clean-sleep', '--figure', 'compare', '--at', a, '--against', `@${b}`)).toBe(asleep);
  const grown = await figure(
    'clean-sleep',
    '--figure',
    'compare',
    '--at',
    '#1',
    '--against',
    `${demo('growth-per-step')}@#3`,
  );
  expect(grown).toMatch(/(?:grown|new) [\d,]+ MiB/);
});

it('writes a table as the figure that shows it, as SVG and as PNG of the scale that is asked for', async () => {
  for (const [table, name] of Object.entries({
    gate: 'pair',
    ledger: 'ledger',
    states: 'timeline',
    cycles: 'cycles',
  })) {
    expect(await figure('dead-pid', '--table', table, '--format', 'svg')).toBe(
      await figure('dead-pid', '--figure', name),
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'residuum-figure-'));
  try {
    const out = join(folder, 'a.png');
    await figure('dead-pid', '--table', 'ledger', '--width', '640', '--scale', '3', '--out', out);
    expect(await readFile(out)).toEqual(
      Buffer.from(await figurePng(await figure('dead-pid', '--figure', 'ledger', '--width', '640'), 3)),
    );
    expect(readPng(await readFile(out)).width).toBe(1920);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('says why there is no comparison where nothing slept', async () => {
  const { code, err } = await command(['export', demo('dead-pid'), '--figure', 'compare']);
  expect(code).toBe(3);
  expect(err).toContain('no sleep that settled was seen');
});

it.each([
  [['--figure', 'ledger', '--format', 'md'], 'A figure is SVG or PNG, not md: say --format svg or --format png.'],
  [['--figure', 'ledger', '--out', 'x.md'], 'A figure is SVG or PNG, not md: say --format svg or --format png.'],
  [['--figure', 'ledger', '--format', 'png'], 'PNG is no text: say where to with --out.'],
  [['--table', 'processes', '--format', 'svg'], 'No figure shows the table processes: there are ledger, pair'],
  [
    ['--figure', 'ledger', '--against', '@first'],
    '--against is for --table arms, compare and compare-states, and for --figure compare.',
  ],
  [['--figure', 'compare', '--at', 'first'], 'needs a second moment'],
  [['--format', 'svg'], 'Say what to write: --table NAME, --figure NAME or --preset NAME.'],
  [['--figure', 'ledger', '--scale', '9'], 'Allowed choices are 1, 2, 3, 4.'],
  [[], 'Say what to write: --table NAME, --figure NAME or --preset NAME.'],
  [['--figure', 'ledger', '--width', '10'], '--width needs whole pixels from 480 to 4096, got "10".'],
  [['--figure', 'ledger', '--table', 'gate'], 'cannot be used with'],
])('refuses %j in words', async (args, text) => {
  const { code, err } = await command(['export', demo('clean-sleep'), ...args]);
  expect(code).toBe(3);
  expect(err).toContain(text);
});
