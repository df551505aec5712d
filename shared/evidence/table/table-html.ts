// A table as one HTML page that needs nothing else: readable, printable, and inert whatever a process calls itself.
import { printable } from '../../base/printable.ts';
import { cellText, headingOf, isNumeric, notesOf, type EvidenceTable, type NumberStyle } from './table.ts';

/** Of a page with several tables: its heading, and what is true of all of them. */
export interface PageText {
  readonly title: string;
  readonly notes: readonly string[];
}

/** `figures` are whole SVG elements made by us, shown above the tables. No script, no style from outside. */
export function tablesHtml(
  tables: readonly EvidenceTable[],
  figures: readonly string[],
  style: NumberStyle,
  page?: PageText,
): string {
  const title = page?.title ?? tables[0]?.title ?? 'Residuum';
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    `<title>${htmlText(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    ...(page === undefined ? [] : [`<h1>${htmlText(page.title)}</h1>`]),
    ...figures.map((figure) => `<figure>${figure}</figure>`),
    ...tables.map((table) => tableHtml(table, style)),
    ...(page?.notes.map(noteHtml) ?? []),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** The table alone, for the clipboard. */
export function tableHtml(table: EvidenceTable, style: NumberStyle): string {
  const cellClass = (at: number): string => (isNumeric(table.columns[at]?.kind ?? 'text') ? ' class="number"' : '');
  const head = table.columns.map(
    (column, at) => `<th scope="col"${cellClass(at)}>${htmlText(headingOf(column, style))}</th>`,
  );
  const rows = table.rows.map((row) => {
    const cells = table.columns.map(({ kind }, at) => {
      const cell = row[at] ?? { kind: 'none' as const };
      const why = cell.kind === 'unknown' ? ` title="${htmlText(cell.why)}"` : '';
      const text = cellText(cell, kind, style);
      const short = cellClass(at) === '' && text.length <= SHORT ? ' class="short"' : cellClass(at);
      return `<td${short}${why}>${htmlText(text)}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const notes = notesOf(table).map(noteHtml);
  return [
    '<section>',
    '<table>',
    `<caption>${htmlText(table.title)}</caption>`,
    `<thead><tr>${head.join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    '</table>',
    ...notes,
    '</section>',
  ].join('\n');
}

/** Such as a bus: broken in two it is hard to read. A title of a process may be broken anywhere. */
const SHORT = 24;

function noteHtml(note: string): string {
  return `<p class="note">${htmlText(note)}</p>`;
}

export function htmlText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

const STYLE = [
  'body{font:14px/1.5 system-ui,sans-serif;color:#171b22;background:#fff;margin:2rem auto;max-width:96rem;padding:0 1rem}',
  // A wide table scrolls for itself; on paper it becomes small enough.
  'section{overflow-x:auto}',
  'h1{font-size:1.25rem}',
  'table{border-collapse:collapse;font-variant-numeric:tabular-nums}',
  'caption{text-align:left;font-weight:600;padding:.5rem 0}',
  'th,td{padding:.25rem .75rem;border-bottom:1px solid #dfe3e8;text-align:left;vertical-align:top;overflow-wrap:anywhere}',
  'thead th{border-bottom:2px solid #171b22;vertical-align:bottom;overflow-wrap:normal}',
  '.number{text-align:right}',
  'td.number,td.short{white-space:nowrap}',
  '.note{color:#58616f;margin:.25rem 0;max-width:60rem}',
  'figure{margin:1rem 0}',
  '@page{size:A4 landscape;margin:12mm}',
  '@media print{body{margin:0;max-width:none;padding:0;font-size:9pt}section{overflow:visible}tr,figure{break-inside:avoid}thead{display:table-header-group}th,td{padding:.15rem .4rem}}',
].join('');
