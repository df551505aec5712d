// Our LaTeX, set by a real TeX with no other packages than a comment of it asks for, and read back from the page.
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
import { tableLatex } from '../../shared/evidence/table/table-latex.ts';
import { bare, texPages } from './tex-pages.ts';
import { hostileTable, RECORDINGS, writtenTables } from './written-tables.ts';

interface Written {
  readonly table: EvidenceTable;
  readonly style: NumberStyle;
}

const texOf = ({ table, style }: Written): string => tableLatex(table, style);

/** The caption, the headings, the rows, as they follow each other on the page. */
function meant({ table, style }: Written, number: number): string {
  const heads = table.columns.map((column) => headingOf(column, style));
  const rows = table.rows.flatMap((row) =>
    table.columns.map(({ kind }, at) => cellText(row[at] ?? { kind: 'none' }, kind, style)),
  );
  const notes = notesOf(table);
  const caption = `Table ${number}: ${table.title}${notes.length === 0 ? '' : `. ${notes.join(' ')}`}`;
  return bare(settable([caption, ...heads, ...rows].map(printable).join('')));
}

/** What the font of a plain TeX has no sign for stands as its code. */
function settable(text: string): string {
  return text.replace(/[^\u0020-\u007E\u00A1-\u00FF–×−…]|[«»ÐÞðþ\u00AD]/gu, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

it.each(RECORDINGS)(
  'every table of %s is set, and says what was measured',
  async (name) => {
    const written = (await writtenTables(name)).map((evidence) => ({
      table: footnoted(evidence),
      style: styleOf(evidence.choices),
    }));
    const read = await texPages(written.map(texOf));
    expect(read.length).toBe(written.length);
    for (const [at, each] of written.entries()) expect(bare(read[at] ?? '')).toBe(meant(each, at + 1));
  },
  120_000,
);

it('the worst names are set as they are, and none of them is a command', async () => {
  const written = { table: hostileTable(), style: DEFAULT_STYLE };
  const [page = '', ...more] = await texPages([texOf(written)]);
  expect(more).toEqual([]);
  expect(bare(page)).toBe(meant(written, 1));
});
