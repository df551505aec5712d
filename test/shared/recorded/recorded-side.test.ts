// A side of a recording is read twice, whatever is made of it, and with the looks that tables and figures need.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { STATE_SPECS } from '../../../shared/recorded/compared-report.ts';
import { TABLE_NAMES } from '../../../shared/evidence/evidence.ts';
import { DEFAULT_FIGURE_STYLE } from '../../../shared/evidence/figures/figure.ts';
import { openText } from '../../../shared/recording/open-text.ts';
import { recordedEvidence } from '../../../shared/recorded/recorded-evidence.ts';
import { RECORDED_FIGURES, sideFigure, sleepFigure } from '../../../shared/recorded/recorded-figure.ts';
import {
  readSide,
  type FileIdentity,
  type RecordedSide,
  type RecordedSource,
} from '../../../shared/recorded/recorded-side.ts';
import { pointsOf } from '../../kit/points-of.ts';
import { REPOSITORY } from '../../architecture/source-file.ts';

function counted(text: string): { readonly source: RecordedSource; readonly opened: () => number } {
  const counts = { opened: 0 };
  async function* pieces(): AsyncGenerator<string> {
    yield await Promise.resolve(text);
  }
  return {
    source: {
      open: () => {
        counts.opened += 1;
        return openText(pieces());
      },
      identity: () => Promise.resolve({ sha256: 'a'.repeat(64), size: text.length }),
      sha256: () => Promise.resolve('b'.repeat(64)),
    },
    opened: () => counts.opened,
  };
}

function demo(name: string): string {
  return gunzipSync(readFileSync(join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`))).toString();
}

const COMPARED = { asked: STATE_SPECS, selectors: [] };
const ASKED = { who: undefined, at: '', cycle: undefined, redaction: 'none', compared: COMPARED } as const;

it('is opened twice, and gives every table and every figure', async () => {
  const { source, opened } = counted(demo('growth-per-step'));
  const side = await readSide(source, ASKED);
  const request = { preset: 'pr-table', unit: 'MiB', appVersion: 'x' } as const;
  const rows = TABLE_NAMES.map((table) => recordedEvidence(side, side, { ...request, table }).table.rows.length);
  expect(rows.every((count) => count > 0)).toBe(true);
  for (const figure of RECORDED_FIGURES) expect(sideFigure(side, figure, DEFAULT_FIGURE_STYLE)).toContain('<svg ');
  expect(opened()).toBe(2);
});

it('is opened once more for another look, and gives the same as if it was the first', async () => {
  const { source, opened } = counted(demo('growth-per-step'));
  const first = await readSide(source, { ...ASKED, redaction: 'names' });
  const asked = { ...ASKED, at: '#2', cycle: 2 };
  const again = await readSide(source, asked, first);
  expect(opened()).toBe(3);
  const fresh = await readSide(counted(demo('growth-per-step')).source, asked);
  const made = (side: RecordedSide): unknown[] => [
    ...TABLE_NAMES.map((table) =>
      recordedEvidence(side, side, { table, preset: 'pr-table', unit: 'MiB', appVersion: 'x' }),
    ),
    ...RECORDED_FIGURES.map((figure) => sideFigure(side, figure, DEFAULT_FIGURE_STYLE)),
  ];
  expect(made(again)).toEqual(made(fresh));
});

it('is read anew where its bytes are others', async () => {
  const [one, other] = [counted(demo('growth-per-step')), counted(demo('clean-sleep'))];
  const first = await readSide(one.source, ASKED);
  const identity = (): Promise<FileIdentity> => Promise.resolve({ sha256: 'c'.repeat(64), size: 1 });
  const side = await readSide({ ...other.source, identity }, ASKED, first);
  expect(other.opened()).toBe(2);
  expect(pointsOf(side.record.session.history)).not.toEqual(pointsOf(first.record.session.history));
});

it('compares awake with asleep, and says which looks these are and what is noise', async () => {
  const side = await readSide(counted(demo('growth-per-step')).source, ASKED);
  const [awake, asleep] = ['awake', 'asleep'].map((state) => side.states.find((each) => each.state === state)?.atMs);
  const svg = sleepFigure(side, DEFAULT_FIGURE_STYLE) ?? '';
  const iso = (atMs: number | undefined): string => new Date(Number(atMs)).toISOString();
  expect(svg).toContain(`A is the look of ${iso(awake)}, B that of ${iso(asleep)}.`);
  expect(svg).toMatch(/freed [\d,]+ MiB/);
});

it('has no such comparison where no sleep was seen', async () => {
  const text = demo('growth-per-step').split('\n').slice(0, 12).join('\n');
  expect(sleepFigure(await readSide(counted(text).source, ASKED), DEFAULT_FIGURE_STYLE)).toBeUndefined();
});
