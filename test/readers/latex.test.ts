// Our LaTeX, set by a real TeX with no other packages than a comment of it asks for, and read back from the page.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { tableLatex } from '../../shared/evidence/table-latex.ts';
import { asked, stranger } from './stranger.ts';
import { hostileTable, RECORDINGS, writtenTables } from './written-tables.ts';

interface Written {
  readonly table: EvidenceTable;
  readonly style: NumberStyle;
}

/** The text of each page; a page so wide that no row is broken. Rejects when TeX complains. */
async function pages(tables: readonly Written[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-tex-'));
  try {
    const body = tables.map(({ table, style }) => `${tableLatex(table, style)}\\clearpage\n`);
    const head = [
      '\\documentclass{article}',
      '\\usepackage{booktabs}',
      '\\usepackage{siunitx}',
      '\\usepackage[paperwidth=400cm,paperheight=60cm,margin=2cm]{geometry}',
      '\\pagestyle{empty}',
      '\\begin{document}',
    ];
    await writeFile(join(folder, 'a.tex'), `${[...head, ...body, '\\end{document}'].join('\n')}\n`);
    await asked(stranger('pdflatex'), ['-interaction=nonstopmode', '-halt-on-error', 'a.tex'], { cwd: folder });
    const log = await readFile(join(folder, 'a.log'), 'latin1');
    expect(log.match(/^(?:!|LaTeX Warning: Command|Missing character).*/gm) ?? []).toEqual([]);
    const { out } = await asked(stranger('pdftotext'), ['-layout', '-enc', 'UTF-8', 'a.pdf', '-'], { cwd: folder });
    return out.split('\f').slice(0, -1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What pdftotext calls signs that TeX takes from other fonts than those of letters; it draws an underscore as a line. */
const CALLED: Readonly<Record<string, string>> = {
  '˜': '~',
  ˆ: '^',
  '\u2212': '-',
  Ö: '×',
  ﬁ: 'fi',
  ﬂ: 'fl',
  ﬀ: 'ff',
  ﬃ: 'ffi',
  ﬄ: 'ffl',
};

/** Without blanks and without what sets digits apart, which TeX does in its own way. */
function bare(text: string): string {
  return text
    .replace(/[˜ˆ\u2212Öﬁﬂﬀﬃﬄ]/g, (mark) => CALLED[mark] ?? mark)
    .replace(/ı(?=\p{Mn})/gu, 'i')
    .normalize('NFC')
    .replace(/[\s,_]/g, '');
}

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
    const read = await pages(written);
    expect(read.length).toBe(written.length);
    for (const [at, each] of written.entries()) expect(bare(read[at] ?? '')).toBe(meant(each, at + 1));
  },
  120_000,
);

it('the worst names are set as they are, and none of them is a command', async () => {
  const written = { table: hostileTable(), style: DEFAULT_STYLE };
  const [page = '', ...more] = await pages([written]);
  expect(more).toEqual([]);
  expect(bare(page)).toBe(meant(written, 1));
}, 60_000);
