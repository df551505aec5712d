// All evidence of a recording on one page: figures, tables, and once below them what is true of every table.
import { footnoted, styleOf, type Evidence } from './evidence.ts';
import { tablesHtml } from './table/table-html.ts';

/** HTML that needs no other file. `figures` are SVG elements made by us. */
export function evidencePage(evidence: readonly Evidence[], figures: readonly string[]): string {
  const tables = evidence.map(footnoted);
  const [first] = tables;
  const common = (first?.notes ?? []).filter((note) => tables.every(({ notes }) => notes.includes(note)));
  const short = tables.map((table) => ({ ...table, notes: table.notes.filter((note) => !common.includes(note)) }));
  const style = styleOf({ unit: 'MiB', ...evidence[0]?.choices });
  return tablesHtml(short, figures, style, { title: 'What is still resident: evidence', notes: common });
}
