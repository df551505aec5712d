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
} from '../../shared/evidence/table.ts';
import { tableMarkdown } from '../../shared/evidence/table-markdown.ts';
import { asked, stranger } from './stranger.ts';
import { hostileTable, RECORDINGS, writtenTables } from './written-tables.ts';

/** With what GitHub turns on. */
const DIALECT = ['table', 'autolink', 'strikethrough', 'tagfilter', 'tasklist'].flatMap((name) => ['-e', name]);

interface Parsed {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  readonly kinds: readonly string[];
}

async function parsed(markdown: string): Promise<Parsed> {
  const { out } = await asked(stranger('cmark-gfm'), ['-t', 'xml', ...DIALECT], { input: markdown });
  const body = out.slice(out.indexOf('<document'));
  const table = /<table[ >][^]*<\/table>/.exec(body)?.[0] ?? '';
  const outside = body.replace(table, '\0');
  const [above = '', below = ''] = outside.split('\0');
  const paragraphs = (xml: string): string[] => xml.match(/<paragraph>[^]*?<\/paragraph>/g)?.map(textIn) ?? [];
  return {
    title: paragraphs(above).join('\n'),
    rows: (table.match(/<table_(?:header|row)[ >][^]*?<\/table_(?:header|row)>/g) ?? []).map((row) =>
      (row.match(/<table_cell[^>]*\/>|<table_cell[ >][^]*?<\/table_cell>/g) ?? []).map(textIn),
    ),
    notes: paragraphs(below),
    kinds: [...new Set([...body.matchAll(/<([a-z_]+)/g)].map(([, kind = '']) => kind))].toSorted(),
  };
}

/** What a reader sees: joiners are invisible, and ours keep mentions from being any. */
function textIn(xml: string): string {
  const texts = [...xml.matchAll(/<text[^>]*>([^]*?)<\/text>/g)].map(([, text = '']) => text);
  return seen(
    texts
      .join('')
      .replace(/&(lt|gt|amp|quot);/g, (_all, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '"'),
  );
}

function seen(text: string): string {
  return text.replaceAll('\u200D', '').trim();
}

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
      const { kinds, ...found } = await parsed(tableMarkdown(table, styleOf(evidence.choices)));
      expect(found).toEqual(meant(table, styleOf(evidence.choices)));
      expect(PLAIN).toEqual(expect.arrayContaining([...kinds]));
    }
  },
  60_000,
);

it('the worst names are shown as they are, and are no markup, no link and nobody that is called', async () => {
  const table = hostileTable();
  const markdown = tableMarkdown(table, DEFAULT_STYLE);
  const { kinds, ...found } = await parsed(markdown);
  expect(found).toEqual(meant(table, DEFAULT_STYLE));
  expect(kinds).toEqual(PLAIN);
  // GitHub makes these of the text that its parser leaves: a person, an issue, an issue of another place.
  expect(markdown).not.toMatch(/@[A-Za-z0-9]|#\d|GH-\d/);
});

it('the check sees a cell that ends early, and a link', async () => {
  const { kinds, rows } = await parsed(
    '| a | b |\n|---|---|\n| x | y | www.example.com |\n| https://example.com | z |\n',
  );
  expect(rows[1]).toEqual(['x', 'y']);
  expect(kinds).toContain('link');
});
