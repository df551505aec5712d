// A table as LaTeX: booktabs, numbers in siunitx columns, everything from a node escaped.
import { printable } from '../../base/printable.ts';
import { cellText, headingOf, isNumeric, notesOf, type EvidenceTable, type NumberStyle } from './table.ts';

/** A `table` environment with caption and label. Needs the packages booktabs and siunitx; a comment says so. */
export function tableLatex(table: EvidenceTable, style: NumberStyle): string {
  const isPlain = table.columns.map(({ kind }, at) => isNumeric(kind) && table.rows.every((row) => isNumber(row[at])));
  const columns = table.columns.map(({ kind }, at) => {
    if (isPlain[at] !== true) return isNumeric(kind) ? 'r' : 'l';
    // Left to itself siunitx drops the plus of a change.
    return kind === 'change' ? 'S[retain-explicit-plus]' : 'S';
  });
  // In an S column a heading must be braced, or siunitx reads it as a number.
  const headings = table.columns.map((column, at) => {
    const text = latexText(headingOf(column, style));
    return isPlain[at] === true ? `{${text}}` : text;
  });
  const rows = table.rows.map((row) =>
    table.columns.map(({ kind }, at) => {
      const text = cellText(row[at] ?? { kind: 'none' }, kind, style);
      return isPlain[at] === true ? text.replace(/,/g, '') : latexText(text);
    }),
  );
  const notes = notesOf(table).map(latexText).join(' ');
  return [
    '% Needs \\usepackage{booktabs} and \\usepackage{siunitx}; LaTeX of 2020 or newer.',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${latexText(table.title)}${notes === '' ? '' : `. ${notes}`}}`,
    `  \\label{tab:residuum-${table.name.replace(/[^a-z0-9-]/gi, '-')}}`,
    `  \\begin{tabular}{${columns.join('')}}`,
    '    \\toprule',
    `    ${headings.join(' & ')} \\\\`,
    '    \\midrule',
    ...rows.map((row) => `    ${row.join(' & ')} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

function isNumber(cell: EvidenceTable['rows'][number][number] | undefined): boolean {
  return cell?.kind === 'number';
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  // Straight ones: the font would bend them, and pairs of them, and of hyphens and commas, would become other signs.
  '"': '{\\ttfamily\\symbol{34}}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '-': '-{}',
  ',': ',{}',
  // Behind the end of a row these would belong to it.
  '[': '{[}',
  '*': '{*}',
  '–': '\\textendash{}',
  '÷': '$\\div$',
  '×': '$\\times$',
  '−': '$-$',
  '…': '\\ldots{}',
};

/**
 * In one pass, so that nothing is escaped twice. What a plain pdflatex cannot set becomes its code, as `[U+4E2D]`: all but
 * ASCII and most of Latin 1, whose quotes and Icelandic letters its first font lacks.
 */
export function latexText(text: string): string {
  return printable(text).replace(
    /[\\{}$&#%_~^<>|"'`[*]|-(?=-)|,(?=,)|[^\x20-\x7E\u00A1-\u00AA\u00AC\u00AE-\u00BA\u00BC-\u00CF\u00D1-\u00DD\u00DF-\u00EF\u00F1-\u00F6\u00F8-\u00FD\u00FF]/gu,
    (mark) => {
      const code = mark.codePointAt(0) ?? 0;
      return ESCAPES[mark] ?? `{[}U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    },
  );
}
