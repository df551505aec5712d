// LaTeX set by a real TeX, and the text of its pages as pdftotext reads it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { asked, stranger } from './stranger.ts';

/** The text of each page; a page so wide that no row is broken. Rejects when TeX complains. */
export async function texPages(bodies: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-tex-'));
  try {
    const body = bodies.map((each) => `${each}\\clearpage\n`);
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
export function bare(text: string): string {
  return text
    .replace(/[˜ˆ\u2212Öﬁﬂﬀﬃﬄ]/g, (mark) => CALLED[mark] ?? mark)
    .replace(/ı(?=\p{Mn})/gu, 'i')
    .normalize('NFC')
    .replace(/[\s,_]/g, '');
}
