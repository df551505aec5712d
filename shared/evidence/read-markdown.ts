// Finds our tables in a Markdown text, which may be a whole pull request: the table, what stands below it, its choices.
import { parseChoices, type WrittenChoices } from './parse-choices.ts';

export interface MarkdownEvidence extends WrittenChoices {
  /** The heading of the table, its header and rows; cells without their padding, still escaped. */
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  /** Paragraphs below it, the footnote included; still escaped. */
  readonly notes: readonly string[];
  /** SHA-256 of the recordings as the footnote names them. */
  readonly hashes: readonly string[];
}

/** In their order; empty where there is none. */
export function markdownEvidence(text: string): MarkdownEvidence[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.flatMap((line, at) => {
    const written = parseChoices(unescaped(line));
    return written === undefined ? [] : [evidenceAt(lines, at, written)];
  });
}

/** Everything between the table that stands last before the footnote and the footnote itself. */
function evidenceAt(lines: readonly string[], footnote: number, written: WrittenChoices): MarkdownEvidence {
  const last = lines.findLastIndex((line, at) => at < footnote && line.startsWith('|'));
  const before = lines.findLastIndex((line, at) => at < last && !line.startsWith('|'));
  const title = lines.slice(0, before + 1).findLast((line) => line !== '') ?? '';
  const rows = lines.slice(before + 1, last + 1).map(cellsOf);
  const notes = lines.slice(last + 1, footnote + 1).filter((line) => line !== '');
  const hashes = notes.flatMap(
    (note) => /^Recording(?: [AB])?: SHA-256 ([0-9a-f]{64}),/.exec(unescaped(note))?.[1] ?? [],
  );
  // The line of dashes says nothing.
  return { ...written, title, rows: rows.filter((_row, at) => at !== 1), notes, hashes };
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** What `markdownText` did, undone. */
export function unescaped(text: string): string {
  return text
    .replaceAll('\u200D', '')
    .replace(/\\([\\`*_{}[\]()#+!|~$^=:.-])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
