// A table of the page as a value, so that the writers of evidence write it: what is seen, cell by cell.
import { tableCsv } from '../../shared/evidence/table/table-csv.ts';
import { tableLatex } from '../../shared/evidence/table/table-latex.ts';
import { tableMarkdown } from '../../shared/evidence/table/table-markdown.ts';
import { DEFAULT_STYLE, textCell, type EvidenceTable, type TableCell } from '../../shared/evidence/table/table.ts';

const TABLES = 'table, [role="grid"], [role="treegrid"], [role="table"]';
const ROWS = 'tr, [role="row"]';
const CELLS = 'th, td, [role="columnheader"], [role="rowheader"], [role="gridcell"], [role="cell"]';
const HEADS = 'thead th, [role="columnheader"]';

export const COPY_FORMATS = ['Markdown', 'CSV', 'JSON', 'LaTeX'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

/** The table that this element is in; undefined outside of all tables. */
export function tableAround(element: Element | null): Element | undefined {
  return element?.closest(TABLES) ?? undefined;
}

/** Where the keyboard is, else under the pointer, else the only one of the panel or of the page. */
export function tableInFocus(page: Document): Element | undefined {
  const focused = tableAround(page.activeElement);
  const hovered = focused ?? tableAround([...page.querySelectorAll(':hover')].at(-1) ?? null);
  if (hovered !== undefined) return hovered;
  const panel = page.activeElement?.closest('section')?.querySelectorAll(TABLES);
  if (panel?.length === 1) return panel[0];
  const all = page.querySelectorAll(`main :is(${TABLES})`);
  return all.length === 1 ? all[0] : undefined;
}

/** `isDemo`: what is shown was not measured, and its copy says so. */
export function writtenTable(element: Element, format: CopyFormat, isDemo: boolean): string {
  const table = pageTable(element, isDemo);
  switch (format) {
    case 'Markdown':
      return tableMarkdown(table, DEFAULT_STYLE);
    case 'CSV':
      return tableCsv(table);
    case 'JSON':
      return seenJson(table);
    case 'LaTeX':
      return tableLatex(table, DEFAULT_STYLE);
  }
}

/** As it is seen, in texts: numbers with their sources are what the evidence screen writes. */
function seenJson({ title, isDemo, columns, rows }: EvidenceTable): string {
  const ids = columns.map(({ id }, at) =>
    columns.findIndex((other) => other.id === id) === at ? id : `${id}_${at + 1}`,
  );
  const seen = rows.map((row) =>
    Object.fromEntries(row.map((cell, at) => [ids[at] ?? `column_${at + 1}`, cell.kind === 'text' ? cell.text : null])),
  );
  const heads = columns.map((column, at) => ({ id: ids[at], title: column.title }));
  return `${JSON.stringify({ title, isDemo, columns: heads, rows: seen }, null, 2)}\n`;
}

function pageTable(element: Element, isDemo: boolean): EvidenceTable {
  const heads = [...element.querySelectorAll(HEADS)].map(seenText);
  const rows = [...element.querySelectorAll(ROWS)]
    .filter((row) => row.querySelector(HEADS) === null && row.closest('thead') === null)
    .map((row) => [...row.querySelectorAll(CELLS)].map((cell) => textCell(seenText(cell))));
  const width = Math.max(heads.length, ...rows.map((row) => row.length));
  const filled = rows.map((row) => Array.from({ length: width }, (_, at): TableCell => row[at] ?? { kind: 'none' }));
  const columns = Array.from({ length: width }, (_, at) => {
    const title = heads[at] ?? '';
    const id = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '');
    return { id: id === '' ? `column_${at + 1}` : id, title, kind: 'text' as const };
  });
  return { name: 'page', title: titleOf(element), columns, rows: filled, notes: [], isDemo };
}

function titleOf(element: Element): string {
  const caption = element.querySelector('caption');
  if (caption !== null) return seenText(caption);
  return element.getAttribute('aria-label') ?? element.closest('section')?.getAttribute('aria-label') ?? '';
}

/** What a reader sees: words for a screen reader alone are left out, unless there are no others. */
function seenText(cell: Element): string {
  const copy = cell.cloneNode(true);
  if (!(copy instanceof Element)) return '';
  for (const hidden of copy.querySelectorAll('.sr-only, svg, [hidden]')) hidden.remove();
  const seen = textOf(copy).trim();
  return seen === '' ? textOf(cell).trim() : seen;
}

/** Blocks stand on lines of their own, so their words must not run into each other. */
function textOf(element: Element): string {
  const words = [...element.childNodes].map((node) => {
    if (!(node instanceof Element)) return node.textContent ?? '';
    return node.matches('.block, p, li, div') ? ` ${textOf(node)} ` : textOf(node);
  });
  return words.join('').replaceAll(/\s+/g, ' ');
}
