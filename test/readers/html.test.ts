// Our HTML, shown by a real Chromium: each cell has the text that was meant, and nothing runs, loads or is markup.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printable } from '../../shared/base/printable.ts';
import { footnoted, styleOf } from '../../shared/evidence/evidence.ts';
import {
  cellText,
  DEFAULT_STYLE,
  headingOf,
  type EvidenceTable,
  type NumberStyle,
} from '../../shared/evidence/table/table.ts';
import { tablesHtml } from '../../shared/evidence/table/table-html.ts';
import { shownPage, startChromium } from './shown-page.ts';
import { hostileTable, RECORDINGS, writtenTables } from './written-tables.ts';

const running: { browser?: Browser } = {};

beforeAll(async () => {
  running.browser = await startChromium();
});

afterAll(() => running.browser?.close());

function browser(): Browser {
  if (running.browser === undefined) throw new Error('Chromium did not start');
  return running.browser;
}

function meant(table: EvidenceTable, style: NumberStyle): { title: string; rows: string[][] } {
  const seen = (text: string): string => printable(text).trim();
  const heads = table.columns.map((column) => seen(headingOf(column, style)));
  const rows = table.rows.map((row) =>
    table.columns.map(({ kind }, at) => seen(cellText(row[at] ?? { kind: 'none' }, kind, style))),
  );
  return { title: seen(table.title), rows: [heads, ...rows] };
}

const OURS = ['caption', 'p', 'section', 'table', 'tbody', 'td', 'th', 'thead', 'tr'];

it.each(RECORDINGS)(
  'every table of %s',
  async (name) => {
    for (const evidence of await writtenTables(name)) {
      const [table, style] = [footnoted(evidence), styleOf(evidence.choices)];
      const shown = await shownPage(browser(), tablesHtml([table], [], style));
      expect(shown).toEqual({ tables: [meant(table, style)], elements: OURS, complaints: [] });
    }
  },
  120_000,
);

it('the worst names', async () => {
  const shown = await shownPage(browser(), tablesHtml([hostileTable()], [], DEFAULT_STYLE));
  expect(shown).toEqual({ tables: [meant(hostileTable(), DEFAULT_STYLE)], elements: OURS, complaints: [] });
});

it('the reader itself hears what a page loads, logs and throws, and nothing of the page before', async () => {
  const faulty = `<img src="http://planted.invalid/"><script>console.log('planted'); throw new Error('thrown')</script>`;
  const { complaints } = await shownPage(browser(), faulty);
  expect(complaints.toSorted()).toEqual(
    expect.arrayContaining(['http://planted.invalid/', 'planted', 'thrown'].toSorted()) as string[],
  );
  expect(await shownPage(browser(), '<p>a</p>')).toEqual({ tables: [], elements: ['p'], complaints: [] });
});
