// Splits one line of a scenario into words, quoted texts and bracketed nvidia-smi cells.

/** A mistake in a scenario, with the line that it is on. */
export class ScenarioError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`scenario, line ${line}: ${message}`);
    this.name = 'ScenarioError';
    this.line = line;
  }
}

/**
 * Text as bytes: each character stands for one byte (code 0 to 255). Titles of processes are not always UTF-8, so they
 * cannot be ordinary strings.
 */
export type ByteText = string;

export interface Token {
  readonly kind: 'word' | 'text' | 'cell';
  readonly value: string;
}

export interface ScenarioLine {
  readonly number: number;
  /** Blanks before the first word: indentation is parentage. */
  readonly indent: number;
  readonly tokens: readonly Token[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', e: '\x1b', '\\': '\\', '"': '"' };

/** UTF-8 bytes of a text, one character a byte. Written with what the language has, as `TextEncoder` is not part of it. */
export function toByteText(text: string): ByteText {
  return encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The lines that say something: without comments (`#` to the end of the line) and empty lines. */
export function readLines(text: string): ScenarioLine[] {
  const lines: ScenarioLine[] = [];
  text.split('\n').forEach((line, index) => {
    const number = index + 1;
    const indent = line.length - line.trimStart().length;
    if (line.slice(0, indent).includes('\t')) throw new ScenarioError(number, 'indent with blanks, not with tabs');
    const tokens = readTokens(line, number);
    if (tokens.length > 0) lines.push({ number, indent, tokens });
  });
  return lines;
}

function readTokens(line: string, number: number): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at];
    if (char === ' ' || char === '\r') {
      at += 1;
    } else if (char === '#') {
      break;
    } else if (char === '"') {
      const end = closingQuote(line, at, number);
      tokens.push({ kind: 'text', value: unescapeText(line.slice(at + 1, end), number) });
      at = end + 1;
    } else if (char === '[') {
      const end = line.indexOf(']', at);
      if (end === -1) throw new ScenarioError(number, 'a cell that begins with [ has no ]');
      tokens.push({ kind: 'cell', value: line.slice(at, end + 1) });
      at = end + 1;
    } else {
      const word = /^[^ \r"#]+/.exec(line.slice(at))?.[0] ?? char ?? '';
      tokens.push({ kind: 'word', value: word });
      at += word.length;
    }
  }
  return tokens;
}

function closingQuote(line: string, open: number, number: number): number {
  for (let at = open + 1; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') return at;
  }
  throw new ScenarioError(number, 'a text that begins with " has no closing "');
}

function unescapeText(text: string, number: number): ByteText {
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\.)/s);
  return parts
    .map((part) => {
      if (!part.startsWith('\\')) return toByteText(part);
      if (part.length === 4) return String.fromCharCode(Number.parseInt(part.slice(2), 16));
      const plain = ESCAPES[part.slice(1)];
      if (plain === undefined)
        throw new ScenarioError(number, `${part} is not an escape; use \\n \\r \\t \\e \\" \\\\ or \\xHH`);
      return plain;
    })
    .join('');
}

/** Words of a command line, as a shell would split them: blanks separate, '…' keeps blanks. */
export function splitCommand(text: ByteText): ByteText[] {
  return [...text.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
