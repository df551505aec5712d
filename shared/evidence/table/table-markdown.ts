// A table as GitHub's Markdown: aligned in the source, and safe whatever a process calls itself.
import { printable } from '../../base/printable.ts';
import { cellText, headingOf, isNumeric, notesOf, type EvidenceTable, type NumberStyle } from './table.ts';

/**
 * Ends with a line feed. Numbers are right-aligned; the source itself is padded, so that it reads well unrendered.
 */
export function tableMarkdown(table: EvidenceTable, style: NumberStyle): string {
  const headings = table.columns.map((column) => markdownText(headingOf(column, style)));
  const rows = table.rows.map((row) =>
    table.columns.map(({ kind }, at) => markdownText(cellText(row[at] ?? { kind: 'none' }, kind, style))),
  );
  const widths = headings.map((heading, at) => Math.max(3, heading.length, ...rows.map((row) => row[at]?.length ?? 3)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => pad(cell, widths[at] ?? 3, isNumeric(table.columns[at]?.kind ?? 'text'))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (isNumeric(table.columns[at]?.kind ?? 'text') ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const notes = notesOf(table).map((note) => `${paragraph(note)}\n`);
  const title = table.title === '' ? '' : `**${markdownText(table.title)}**\n\n`;
  return `${title}${[line(headings), rule, ...rows.map(line)].join('\n')}\n${notes.length === 0 ? '' : `\n${notes.join('\n')}`}`;
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}

/**
 * Text that is shown as it is: no cell ends early, no markup, no HTML, no mention of a person or an issue, no link that
 * was not one. A zero-width joiner keeps a mention from being one, and is
 * invisible.
 */
export function markdownText(text: string): string {
  return (
    printable(text)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*_{}[\]()#+!|~$^=:]/g, (mark) => (NEEDS_NO_ESCAPE.has(mark) ? mark : `\\${mark}`))
      .replace(/@(?=[A-Za-z0-9])/g, '@\u200D')
      // A reference to an issue: GitHub makes one of the text that is left when its parser is done.
      .replace(/#(?=\d)/g, '#\u200D')
      .replace(/\b(GH-)(?=\d)/gi, '$1\u200D')
      .replace(/\b(https?|ftp|www)(?=[:.])/gi, '$1\u200D')
  );
}

/** At the beginning of a line these would begin a heading, a list or a rule. */
function paragraph(note: string): string {
  return markdownText(note)
    .replace(/^(?=[-+=#])/, '\\')
    .replace(/^(\d+)(?=[.)])/, '$1\\');
}

/** Harmless inside a cell, and everywhere in titles, sizes and times. */
const NEEDS_NO_ESCAPE = new Set(['(', ')', '+', '=', ':', '!', '{', '}', '#', '^']);
