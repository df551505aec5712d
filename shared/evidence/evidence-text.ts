// Evidence in each of its written forms: one place, so that the command line, a bundle and a page give the same bytes.
import { footnoted, styleOf, type Evidence } from './evidence.ts';
import { tableCsv } from './table/table-csv.ts';
import { tablesHtml } from './table/table-html.ts';
import { evidenceJsonText } from './table/table-json.ts';
import { tableLatex } from './table/table-latex.ts';
import { tableMarkdown } from './table/table-markdown.ts';
import { tableTerminal } from './table/table-terminal.ts';

export const TEXT_FORMATS = ['md', 'csv', 'json', 'tex', 'html', 'text'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** `width` counts for a terminal alone. CSV has no place for a footnote: it has the numbers and nothing else. */
export function evidenceText(evidence: Evidence, format: TextFormat, width = 120): string {
  const style = styleOf(evidence.choices);
  switch (format) {
    case 'md':
      return tableMarkdown(footnoted(evidence), style);
    case 'csv':
      return tableCsv(evidence.table);
    case 'json':
      return evidenceJsonText(evidence);
    case 'tex':
      return tableLatex(footnoted(evidence), style);
    case 'html':
      return tablesHtml([footnoted(evidence)], [], style);
    case 'text':
      return tableTerminal(footnoted(evidence), style, width);
  }
}
