// Our Markdown, read by GitHub's own parser: each cell is one text, the one that was meant, and nothing is markup.
import { expect, it } from 'vitest';
import { printable } from '../../shared/base/printable.ts';
import { footnoted, styleOf } from '../../shared/evidence/evidence.ts';
import {
  cellText,
  DEFAULT_STYLE,
  headingOf,
  notesOf,
  type EvidenceTable,
  type NumberStyle,
} from '../../shared/evidence/table/table.ts';
import { tableMarkdown } from '../../shared/evidence/table/table-markdown.ts';
import { parsedMarkdown, seen, type Parsed } from './parsed-markdown.ts';
import { hostileTable, RECORDINGS, writtenTables } from './written-tables.ts';

function meant(table: EvidenceTable, style: NumberStyle): Omit<Parsed, 'kinds'> {
  const heads = table.columns.map((column) => seen(printable(headingOf(column, style))));
  const rows = table.rows.map((row) =>
    table.columns.map(({ kind }, at) => seen(printable(cellText(row[at] ?? { kind: 'none' }, kind, style)))),
  );
  return {
    title: seen(printable(table.title)),
    rows: [heads, ...rows],
    notes: notesOf(table).map((note) => seen(printable(note))),
  };
}

const PLAIN = ['document', 'paragraph', 'strong', 'table', 'table_cell', 'table_header', 'table_row', 'text'];

it.each(RECORDINGS)(
  'every table of %s is what was measured',
  async (name) => {
    for (const evidence of await writtenTables(name)) {
      const table = footnoted(evidence);
      const { kinds, ...found } = await parsedMarkdown(tableMarkdown(table, styleOf(evidence.choices)));
      expect(found).toEqual(meant(table, styleOf(evidence.choices)));
      expect(PLAIN).toEqual(expect.arrayContaining([...kinds]));
    }
  },
  120_000,
);

it('the worst names are shown as they are, and are no markup, no link and nobody that is called', async () => {
  const table = hostileTable();
  const markdown = tableMarkdown(table, DEFAULT_STYLE);
  const { kinds, ...found } = await parsedMarkdown(markdown);
  expect(found).toEqual(meant(table, DEFAULT_STYLE));
  expect(kinds).toEqual(PLAIN);
  // GitHub makes these of the text that its parser leaves: a person, an issue, an issue of another place.
  expect(markdown).not.toMatch(/@[A-Za-z0-9]|#\d|GH-\d/);
});

it('the check sees a cell that ends early, and a link', async () => {
  const { kinds, rows } = await parsedMarkdown(
    '| a | b |\n|---|---|\n| x | y | www.example.com |\n| https://example.com | z |\n',
  );
  expect(rows[1]).toEqual(['x', 'y']);
  expect(kinds).toContain('link');
});
