// Markdown as GitHub's own parser takes it: the texts of its cells, and every kind of node that it found.
import { asked, stranger } from './stranger.ts';

/** With what GitHub turns on. */
const DIALECT = ['table', 'autolink', 'strikethrough', 'tagfilter', 'tasklist'].flatMap((name) => ['-e', name]);

export interface Parsed {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  readonly kinds: readonly string[];
}

export async function parsedMarkdown(markdown: string): Promise<Parsed> {
  const { out } = await asked(stranger('cmark-gfm'), ['-t', 'xml', ...DIALECT], { input: markdown });
  const body = out.slice(out.indexOf('<document'));
  const table = /<table[ >][^]*<\/table>/.exec(body)?.[0] ?? '';
  const outside = body.replace(table, '\0');
  const [above = '', below = ''] = outside.split('\0');
  const paragraphs = (xml: string): string[] => xml.match(/<paragraph>[^]*?<\/paragraph>/g)?.map(textIn) ?? [];
  return {
    title: paragraphs(above).join('\n'),
    rows: (table.match(/<table_(?:header|row)[ >][^]*?<\/table_(?:header|row)>/g) ?? []).map((row) =>
      (row.match(/<table_cell[^>]*\/>|<table_cell[ >][^]*?<\/table_cell>/g) ?? []).map(textIn),
    ),
    notes: paragraphs(below),
    kinds: [...new Set([...body.matchAll(/<([a-z_]+)/g)].map(([, kind = '']) => kind))].toSorted(),
  };
}

/** What a reader sees: joiners are invisible, and ours keep mentions from being any. */
function textIn(xml: string): string {
  const texts = [...xml.matchAll(/<text[^>]*>([^]*?)<\/text>/g)].map(([, text = '']) => text);
  return seen(
    texts
      .join('')
      .replace(/&(lt|gt|amp|quot);/g, (_all, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '"'),
  );
}

export function seen(text: string): string {
  return text.replaceAll('\u200D', '').trim();
}
