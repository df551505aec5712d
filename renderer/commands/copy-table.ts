// Copies a table of the page, from the key or from its menu, and says what became of it.
import { copyText } from '../components/clipboard.ts';
import { tableInFocus, writtenTable, type CopyFormat } from '../components/page-table.ts';
import type { AppState } from '../store/app-state.ts';
import { sidesOf } from '../store/kept-moment.ts';

/** On the button that copies what the evidence screen shows: there the key copies that. */
export const COPIES_MARKDOWN = { 'data-copies-markdown': true } as const;

/** Resolves to the words that say how it went; empty where something else says so. */
export async function copyTableInFocus(state: AppState): Promise<string> {
  const button = document.querySelector<HTMLElement>('[data-copies-markdown]');
  if (button !== null) {
    button.click();
    return '';
  }
  const table = tableInFocus(document);
  if (table === undefined) return 'Several tables are shown, or none: click into the one to copy, then press it again.';
  return copyTable(table, 'Markdown', state);
}

export async function copyTable(table: Element, format: CopyFormat, state: AppState): Promise<string> {
  const isDone = await copyText(writtenTable(table, format, showsDemo(state)));
  return isDone ? `Copied the table as ${format}, with names as they are.` : 'Not copied: the browser refused.';
}

function showsDemo({ screen, shown, nodes, comparing }: AppState): boolean {
  if (screen === 'compare') {
    const runs = Object.values(comparing.runs).map((node) => (node === undefined ? undefined : nodes.get(node)?.entry));
    return [...Object.values(sidesOf(comparing)), ...runs].some((side) => side?.isDemo === true);
  }
  return screen === 'live' && shown !== undefined && nodes.get(shown)?.entry.isDemo === true;
}
