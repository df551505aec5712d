// The page makes of a recording what the command line makes of it: every table, format and preset, byte for byte.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../cli/version.ts';
import { redactOpened } from '../../shared/recorded/redact-opened.ts';
import { fileSource } from '../../renderer/recordings/page-source.ts';
import {
  choiceOf,
  comparedOf,
  isWithOther,
  PAGE_FORMATS,
  tablesOf,
  type EvidenceChoice,
} from '../../renderer/view/evidence/evidence-choice.ts';
import { evidenceCommand } from '../../renderer/view/evidence/evidence-command.ts';
import { evidenceOutput } from '../../renderer/view/evidence/evidence-output.ts';
import { readFileSide } from '../../node/evidence/recorded-file.ts';
import { redactRecording } from '../../node/recording/redact-recording.ts';
import { evidenceText } from '../../shared/evidence/evidence-text.ts';
import { isCompared, PRESETS, TABLE_NAMES } from '../../shared/evidence/evidence.ts';
import { DEMO_INCIDENTS } from '../../shared/source/demo-incidents.ts';
import { recordedEvidence } from '../../shared/recorded/recorded-evidence.ts';
import { RECORDED_FIGURES } from '../../shared/recorded/recorded-figure.ts';
import type { ComparedRequest, RecordedSide } from '../../shared/recorded/recorded-side.ts';
import { REPOSITORY } from '../architecture/source-file.ts';
import { sideOf } from '../kit/recorded-side.ts';
import { command } from './command.ts';

const demo = (name: string): string => join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
const OTHER = demo('clean-sleep');
const bytesOf = async (file: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(file));

/** Both, of a recording without names, read once: they are asked for every table of it. */
interface BothSides {
  readonly page: RecordedSide;
  /** As the command reads a file. */
  readonly file: RecordedSide;
}

async function bothSides(file: string, compared: ComparedRequest | undefined): Promise<BothSides> {
  const asked = { who: undefined, at: '', cycle: undefined, redaction: 'names', compared } as const;
  return { page: await sideOf(await bytesOf(file), asked), file: await readFileSide(file, asked) };
}

/** What the command says that the page names for this choice. */
async function typed(side: RecordedSide, choice: EvidenceChoice, file: string): Promise<string> {
  const line = evidenceCommand(side, choice, { file, against: OTHER }) ?? '';
  const words = line
    .split(' ')
    .slice(1)
    .map((word) => word.replaceAll("'", ''));
  const { code, out, err } = await command(words);
  expect({ line, code, err }).toEqual({ line, code: 0, err: '' });
  return out;
}

describe.each(DEMO_INCIDENTS.map(({ name }) => name))('%s', (name) => {
  const file = demo(name);
  const read = new Map<string, Promise<BothSides>>();

  /** What is asked for the same moments is read once. */
  function sidesFor(path: string, which: 'own' | 'other', choice: EvidenceChoice): Promise<BothSides> {
    const compared = comparedOf(choice)?.own;
    const key = JSON.stringify([which, compared]);
    const sides = read.get(key) ?? bothSides(path, compared);
    read.set(key, sides);
    return sides;
  }

  beforeAll(async () => {
    await sidesFor(file, 'own', choiceOf('pr-table'));
    await sidesFor(OTHER, 'other', choiceOf('pr-table'));
  });

  it.each(TABLE_NAMES.filter((table) => !isCompared(table) || name !== 'dead-pid'))(
    'the table %s in every format',
    async (table) => {
      const all = { ...choiceOf('pr-table'), table, look: 'last' };
      const [own, other] = [await sidesFor(file, 'own', all), await sidesFor(OTHER, 'other', all)];
      const side = own.page;
      const against = table === 'arms' ? other.page : undefined;
      // What the command makes before it writes it, for all formats but the first.
      const choices = { table, preset: 'pr-table', unit: 'MiB', appVersion: VERSION } as const;
      const made = recordedEvidence(own.file, table === 'arms' ? other.file : undefined, choices);
      for (const format of PAGE_FORMATS) {
        const choice: EvidenceChoice = { ...all, format };
        const { text } = evidenceOutput({ side, against, appVersion: VERSION, kept: undefined }, choice);
        expect(text).toBe(format === 'md' ? await typed(side, choice, file) : evidenceText(made, format));
        expect(text.length).toBeGreaterThan(50);
      }
    },
  );

  it('every preset, with its tables', async () => {
    // The first one is all tables above.
    for (const preset of PRESETS.slice(1)) {
      for (const table of tablesOf(preset)) {
        if (isCompared(table) && name === 'dead-pid') continue;
        const choice: EvidenceChoice = { ...choiceOf(preset), table, look: 'last', isBeside: preset === 'min-max' };
        const { page: side } = await sidesFor(file, 'own', choice);
        const against = isWithOther(choice) ? (await sidesFor(OTHER, 'other', choice)).page : undefined;
        const { text } = evidenceOutput({ side, against, appVersion: VERSION, kept: undefined }, choice);
        expect(text).toBe(await typed(side, choice, file));
      }
    }
  });

  it('the recording without names', async () => {
    const page = await redactOpened(await fileSource(new Blob([await bytesOf(file)])).open());
    expect(page.text).toBe((await redactRecording(file)).text);
  });
});

it.each(['md', 'csv', 'json', 'tex', 'html'] as const)('with names, as %s', async (format) => {
  const side = await sideOf(await bytesOf(OTHER), { redaction: 'none' });
  for (const table of ['gate', 'states', 'cycles', 'processes', 'environment'] as const) {
    const choice: EvidenceChoice = { ...choiceOf('raw'), table, format, redaction: 'none', look: 'last' };
    const { text } = evidenceOutput({ side, against: undefined, appVersion: VERSION, kept: undefined }, choice);
    expect(text).toBe(await typed(side, choice, OTHER));
  }
});

it('one look of many, a cycle, and sizes with more digits', async () => {
  const file = OTHER;
  const settled = await sideOf(await bytesOf(file), { at: '#3', redaction: 'names' });
  const gate: EvidenceChoice = { ...choiceOf('pr-table'), look: '#3', unit: 'GiB', digits: 3 };
  const made = evidenceOutput({ side: settled, against: undefined, appVersion: VERSION, kept: undefined }, gate).text;
  expect(made).toBe(await typed(settled, gate, file));
  expect(made).toMatch(/\d\.\d{3} \|/);
  expect(made).toContain('--unit GiB --digits 3 --node n1 --at 2026');
  const third = await sideOf(await bytesOf(file), { cycle: 3, redaction: 'names' });
  const states: EvidenceChoice = { ...choiceOf('min-max'), cycle: 3 };
  const text = evidenceOutput({ side: third, against: undefined, appVersion: VERSION, kept: undefined }, states).text;
  expect(text).toBe(await typed(third, states, file));
  expect(text).toContain('cycle 3.');
});

it.each(PRESETS)('%s alone is one command, and the bytes of the page', async (preset) => {
  const side = await sideOf(await bytesOf(OTHER), { redaction: 'names' });
  const { text } = evidenceOutput({ side, against: undefined, appVersion: VERSION, kept: undefined }, choiceOf(preset));
  const { code, out } = await command(['export', OTHER, '--preset', preset]);
  expect({ code, out }).toEqual({ code: 0, out: text });
});

it('a figure is drawn by the command that stands below it', async () => {
  const side = await sideOf(await bytesOf(OTHER), { at: '#2', redaction: 'names' });
  for (const figure of RECORDED_FIGURES) {
    const choice: EvidenceChoice = { ...choiceOf('figure'), figure, theme: 'dark', unit: 'GiB', digits: 1, look: '#2' };
    const { text } = evidenceOutput({ side, against: undefined, appVersion: VERSION, kept: undefined }, choice);
    expect(text).toBe(await typed(side, choice, OTHER));
  }
});

it('a figure alone is one command too', async () => {
  const side = await sideOf(await bytesOf(OTHER), { redaction: 'names' });
  const { text } = evidenceOutput(
    { side, against: undefined, appVersion: VERSION, kept: undefined },
    choiceOf('figure'),
  );
  expect((await command(['export', OTHER, '--preset', 'figure'])).out).toBe(text);
});
