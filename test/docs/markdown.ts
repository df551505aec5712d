// What a Markdown file claims: code in back-ticks, commands, links and headings, each with its line.

export interface Words {
  readonly text: string;
  readonly line: number;
}

export interface Markdown {
  /** `code` in running text. */
  readonly inlineCode: readonly Words[];
  /** Lines of fenced blocks. */
  readonly fencedLines: readonly Words[];
  /** Targets of links and images, as written. */
  readonly links: readonly Words[];
  /** Anchors that a link may name, without `#`. */
  readonly anchors: ReadonlySet<string>;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
const INLINE_CODE = /(`+)(.+?)\1(?!`)/g;
const LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const LINK_DEFINITION = /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const NAMED_ANCHOR = /<a\s+(?:id|name)="([^"]+)"/g;

export function readMarkdown(text: string): Markdown {
  const inlineCode: Words[] = [];
  const fencedLines: Words[] = [];
  const links: Words[] = [];
  const headings: string[] = [];
  const anchors = new Set<string>();
  let fence: string | undefined;
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    const mark = FENCE.exec(content)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true) fence = undefined;
      else fencedLines.push({ text: content, line });
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    for (const match of content.matchAll(INLINE_CODE)) inlineCode.push({ text: (match[2] ?? '').trim(), line });
    const prose = content.replace(INLINE_CODE, (code) => '`'.repeat(code.length));
    for (const match of prose.matchAll(LINK)) links.push({ text: match[1] ?? '', line });
    const definition = LINK_DEFINITION.exec(prose)?.[1];
    if (definition !== undefined) links.push({ text: definition, line });
    for (const match of prose.matchAll(NAMED_ANCHOR)) anchors.add(match[1] ?? '');
    const heading = HEADING.exec(content)?.[1];
    if (heading !== undefined) headings.push(heading);
  }
  for (const anchor of headingAnchors(headings)) anchors.add(anchor);
  return { inlineCode, fencedLines, links, anchors };
}

/** As code hosts make them: lower case, punctuation dropped, blanks to hyphens, a number for each repetition. */
function headingAnchors(headings: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return headings.map((heading) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{Letter}\p{Number}\s_-]/gu, '').replace(/\s/g, '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}
