// Reads chosen metrics out of the Prometheus text format: names, labels with escapes, values. Everything else is skipped.
//
// By hand because the one parser in use (parse-prometheus-text-format 1.1.1, without types) never refuses: an
// unclosed label gives an empty value, a word stands for a number, and a page of JSON or HTML is an empty list of metrics.

export interface PrometheusSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite: the format allows both. */
  readonly value: number;
}

export interface PrometheusPage {
  readonly samples: readonly PrometheusSample[];
  /** Lines of chosen metrics that are not of the format; their text is not kept. */
  readonly badLines: number;
  /** Lines that are neither a comment nor a sample of another metric: the page is something else, or was cut. */
  readonly foreignLines: number;
}

/** In characters. A sample has a few short labels; a line of megabytes is not worth the time. */
const LONGEST_LINE = 64 * 1024;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*(?=[{ \t])/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"/y;
/** A value and, as the format allows, a time in milliseconds after it. */
const TAIL = /^[ \t]*(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Samples of the metrics in `names`, in the order of the page. */
export function readPrometheus(text: string, names: ReadonlySet<string>): PrometheusPage {
  const samples: PrometheusSample[] = [];
  let badLines = 0;
  let foreignLines = 0;
  for (const line of text.split('\n')) {
    const trimmed = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (trimmed.trim() === '' || trimmed.startsWith('#')) continue;
    const name = NAME.exec(trimmed)?.[0];
    if (name !== undefined && names.has(name)) {
      const sample = trimmed.length > LONGEST_LINE ? undefined : readSample(name, trimmed.slice(name.length));
      if (sample === undefined) badLines += 1;
      else samples.push(sample);
    } else if (name === undefined || !endsWithNumber(trimmed)) foreignLines += 1;
  }
  return { samples, badLines, foreignLines };
}

/** A value or a time stands last. It costs little, and tells a page of prose ("Not Found") from a page of metrics. */
function endsWithNumber(line: string): boolean {
  const end = line.trimEnd();
  const word = end.slice(Math.max(end.lastIndexOf(' '), end.lastIndexOf('\t'), end.lastIndexOf('}')) + 1);
  return word.length < 64 && readValue(word) !== undefined;
}

function readSample(name: string, rest: string): PrometheusSample | undefined {
  const start = rest.trimStart();
  const labelled = start.startsWith('{') ? readLabels(start) : { labels: new Map<string, string>(), end: 0 };
  if (labelled === undefined) return undefined;
  const written = TAIL.exec(start.slice(labelled.end))?.[1];
  const value = written === undefined ? undefined : readValue(written);
  return value === undefined ? undefined : { name, labels: labelled.labels, value };
}

/** `{a="x",b="y",}` and where it ends; a label that comes twice makes the line bad. */
function readLabels(text: string): { labels: Map<string, string>; end: number } | undefined {
  const labels = new Map<string, string>();
  let at = afterBlanks(text, 1);
  while (text[at] !== '}') {
    LABEL.lastIndex = at;
    const label = LABEL.exec(text)?.[1];
    if (label === undefined || labels.has(label)) return undefined;
    const quoted = readQuoted(text, LABEL.lastIndex);
    if (quoted === undefined) return undefined;
    labels.set(label, quoted.value);
    at = afterBlanks(text, quoted.end);
    if (text[at] === ',') at = afterBlanks(text, at + 1);
    else if (text[at] !== '}') return undefined;
  }
  return { labels, end: at + 1 };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

/** The text up to the closing quote. Only the three escapes of the format are taken; another one is bad. */
function readQuoted(text: string, from: number): { value: string; end: number } | undefined {
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') return { value, end: at + 1 };
    if (character === '\\') {
      at += 1;
      const escaped = ESCAPES[text[at] ?? ''];
      if (escaped === undefined) return undefined;
      value += escaped;
    } else value += character;
  }
  return undefined;
}

function readValue(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const plain = text.toLowerCase();
  if (plain === 'nan') return Number.NaN;
  if (/^[+]?inf(?:inity)?$/.test(plain)) return Number.POSITIVE_INFINITY;
  return /^-inf(?:inity)?$/.test(plain) ? Number.NEGATIVE_INFINITY : undefined;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}
