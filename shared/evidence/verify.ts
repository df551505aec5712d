// Compares evidence with the same table made again from the recording: cell by cell, then everything around the table.
import { evidenceText } from './evidence-text.ts';
import type { Evidence } from './evidence.ts';
import { markdownEvidence, unescaped, type MarkdownEvidence } from './read-markdown.ts';
import { evidenceJson } from './table/table-json.ts';
import type { TableJson } from './table/table-schema.ts';

export interface Difference {
  /** Such as `vllm (pid 4001), Resident`. */
  readonly where: string;
  readonly said: string;
  readonly found: string;
}

export interface Verification {
  /** Cells and facts around the table. */
  readonly agree: number;
  readonly differ: readonly Difference[];
  /** Sentences. */
  readonly unchecked: readonly string[];
}

export function verifyJson(said: TableJson, made: Evidence): Verification {
  const found = evidenceJson(made);
  const differ: Difference[] = [];
  let agree = 0;
  const compare = (where: string, one: unknown, other: unknown): void => {
    if (sameJson(one, other)) agree += 1;
    else differ.push({ where, said: shown(one), found: shown(other) });
  };
  const width = Math.max(said.table.columns.length, found.table.columns.length);
  for (let row = 0; row < Math.max(said.table.rows.length, found.table.rows.length); row += 1) {
    const [one, other] = [said.table.rows[row], found.table.rows[row]];
    for (let at = 0; at < Math.max(width, one?.length ?? 0); at += 1) {
      compare(cellName(found, row, at), one?.[at], other?.[at]);
    }
  }
  const { table: saidTable, ...saidFacts } = said;
  const { table: foundTable, ...foundFacts } = found;
  for (const [name, value] of Object.entries(foundFacts)) {
    compare(name, saidFacts[name as keyof typeof saidFacts], value);
  }
  for (let at = 0; at < width; at += 1) {
    compare(`column ${at + 1}`, saidTable.columns[at], foundTable.columns[at]);
  }
  compare('name', saidTable.name, foundTable.name);
  compare('title', saidTable.title, foundTable.title);
  compare('isDemo', saidTable.isDemo, foundTable.isDemo);
  for (let at = 0; at < Math.max(saidTable.notes.length, foundTable.notes.length); at += 1) {
    compare(`note ${at + 1}`, saidTable.notes[at], foundTable.notes[at]);
  }
  return { agree, differ, unchecked: [] };
}

/** `said` is one of the tables of a text. */
export function verifyMarkdown(said: MarkdownEvidence, made: Evidence): Verification {
  const [found] = markdownEvidence(evidenceText(made, 'md'));
  if (found === undefined) throw new Error('a table of ours has a footnote of ours');
  const differ: Difference[] = [];
  let agree = 0;
  const compare = (where: string, one: string | undefined, other: string | undefined): void => {
    if (one === other) agree += 1;
    else
      differ.push({
        where,
        said: shown(one === undefined ? one : unescaped(one)),
        found: shown(other === undefined ? other : unescaped(other)),
      });
  };
  const [headings = []] = found.rows;
  for (let row = 0; row < Math.max(said.rows.length, found.rows.length); row += 1) {
    const [one = [], other = []] = [said.rows[row], found.rows[row]];
    for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
      const where =
        row === 0
          ? `heading ${at + 1}`
          : `${unescaped(other[0] ?? `row ${row}`)}, ${unescaped(headings[at] ?? `column ${at + 1}`)}`;
      compare(`${where}${row === 0 ? '' : ` (row ${row})`}`, one[at], other[at]);
    }
  }
  compare('title', said.title, found.title);
  for (let at = 0; at < Math.max(said.notes.length, found.notes.length); at += 1) {
    compare(`note ${at + 1}`, said.notes[at], found.notes[at]);
  }
  return { agree, differ, unchecked: [] };
}

function cellName({ table }: TableJson, row: number, at: number): string {
  const first = table.rows[row]?.[0];
  const who = first !== null && first !== undefined && 'text' in first ? first.text : `row ${row + 1}`;
  return `${who}, ${table.columns[at]?.title ?? `column ${at + 1}`} (row ${row + 1})`;
}

/** By value: the order of the fields of an object says nothing. */
function sameJson(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : each,
    ) ?? 'undefined'
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}
