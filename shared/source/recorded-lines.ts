// The lines of a recording by node and time, found without decoding what they hold: opening a long one takes no longer.
import type { NodeId } from '../model/observation.ts';
import { LONGEST_LINE, readHeader, type LineProblem } from '../recording/decoder.ts';
import type { RecordingHeader } from '../recording/format.ts';

/** The lines of one node, in the order of the file, and the time of each. */
export interface NodeLines {
  readonly node: NodeId;
  /** The text of each. */
  readonly lines: readonly string[];
  /** The number of each in its file, from 1, the header. */
  readonly numbers: readonly number[];
  /** On the observer's clock; a line that claims to be earlier than the one before it counts as of the same time. */
  readonly times: readonly number[];
}

interface Growing extends NodeLines {
  readonly lines: string[];
  readonly numbers: number[];
  readonly times: number[];
}

/** All of it is held while it is open. A larger one has to be cut. Characters. */
export const MOST_CHARACTERS = 512 * 1024 * 1024;
const MOST_NODES = 1_000;
const MOST_PROBLEMS = 100;

/**
 * As the encoder writes the beginning of a line. A line that is written otherwise is read as a whole; one that is not
 * what this says is found when it is decoded.
 */
const BEGINNING =
  /^\{"kind":"((?:frame|accounting)\+?|step|link|mark|told)","node":"([^"\\]{1,64})",(?:"of":"[sd]","n":\d+,)?(?:"askedMs":[\d.]+,)?"atMs":(\d+(?:\.\d+)?),/;
const KINDS: readonly unknown[] = ['frame', 'frame+', 'accounting', 'accounting+', 'step', 'link', 'mark', 'told'];

interface LinePlace {
  readonly kind: unknown;
  readonly node: NodeId;
  readonly atMs: number;
}

interface MarkLine {
  readonly line: string;
  readonly number: number;
  readonly atMs: number;
}

/** Takes the text of a recording in any cut. Holds all of it: what is seen must be there to be sought. */
export class RecordedLines {
  readonly #nodes = new Map<NodeId, Growing>();
  readonly #marks: MarkLine[] = [];
  readonly #problems: LineProblem[] = [];
  #problemCount = 0;
  #rest = '';
  #lines = 0;
  #characters = 0;
  #header: RecordingHeader | undefined;
  #format = 0;
  #refused: string | undefined;
  #hasFooter = false;
  #firstMs: number | undefined;
  #lastMs: number | undefined;

  /** Why it cannot be opened, as a sentence; nothing more of it is read. */
  get refused(): string | undefined {
    return this.#refused;
  }

  /** undefined before its first line is whole. */
  get header(): RecordingHeader | undefined {
    return this.#header;
  }

  /** The file's own. */
  get format(): number {
    return this.#format;
  }

  /** In the order in which they appear. The same objects, which grow. */
  get nodes(): readonly NodeLines[] {
    return [...this.#nodes.values()];
  }

  /** Lines that could not be used, the first of them, and how many there are in all. What a decoder finds comes to it. */
  get problems(): { readonly lines: readonly LineProblem[]; readonly count: number } {
    return { lines: this.#problems, count: this.#problemCount };
  }

  /** Characters that were read. */
  get characters(): number {
    return this.#characters;
  }

  /** Times of the first and the last line of all nodes; undefined before the first. */
  get range(): { readonly firstMs: number; readonly lastMs: number } | undefined {
    if (this.#firstMs === undefined || this.#lastMs === undefined) return undefined;
    return { firstMs: this.#firstMs, lastMs: this.#lastMs };
  }

  /** It was ended cleanly; otherwise its writer was stopped, or is at it still. */
  get hasFooter(): boolean {
    return this.#hasFooter;
  }

  push(text: string): void {
    if (this.#refused !== undefined) return;
    this.#characters += text.length;
    if (this.#characters > MOST_CHARACTERS) {
      this.#refused = `This recording is larger than ${MOST_CHARACTERS / 1024 ** 2} MiB of text: cut it into parts and open one of them.`;
      return;
    }
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      const piece = text.slice(from, at);
      this.#line(this.#rest === '' ? piece : this.#rest + piece, false);
      this.#rest = '';
      from = at + 1;
      if (this.#refused !== undefined) return;
    }
    // What is too long already is not kept, but for the one character by which that is seen.
    this.#rest = (this.#rest + text.slice(from)).slice(0, LONGEST_LINE + 1);
  }

  /** Nothing follows. A last line without its line feed counts if it is whole. */
  end(): void {
    if (this.#refused !== undefined) return;
    if (this.#rest !== '') this.#line(this.#rest, true);
    this.#rest = '';
    if (this.#lines === 0) this.#refused = 'This file is empty: it is no Residuum recording.';
  }

  /** For whoever decodes a line and finds that it cannot be used. */
  readonly complain = (problem: LineProblem): void => {
    this.#problemCount += 1;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem);
  };

  #line(line: string, isLast: boolean): void {
    this.#lines += 1;
    if (this.#lines === 1) {
      this.#readHeader(line);
      return;
    }
    if (line.length > LONGEST_LINE) {
      this.complain({ line: this.#lines, text: `it is longer than ${LONGEST_LINE} characters` });
      return;
    }
    const match = BEGINNING.exec(line);
    // The last line alone can be torn.
    const found = match !== null && !isLast ? beginningOf(match) : placeOf(line);
    if (found === 'footer') this.#hasFooter = true;
    else if (found === undefined) this.complain({ line: this.#lines, text: isLast ? TORN : NOT_READ });
    else if (found.kind === 'mark') this.#mark(line, found);
    else this.#keep(line, found);
  }

  #readHeader(line: string): void {
    const read = readHeader(line);
    if (read.ok) {
      this.#header = read.header;
      this.#format = read.format;
    } else {
      this.#refused = read.text;
    }
  }

  /** What somebody named is a moment of the run: it is among the lines of every node, also of those that come later. */
  #mark(line: string, place: LinePlace): void {
    if (this.#linesOf(place.node) === undefined) return;
    const mark = { line, number: this.#lines, atMs: place.atMs };
    this.#marks.push(mark);
    for (const lines of this.#nodes.values()) this.#add(lines, mark);
  }

  #keep(line: string, { node, atMs }: LinePlace): void {
    const lines = this.#linesOf(node);
    if (lines !== undefined) this.#add(lines, { line, number: this.#lines, atMs });
  }

  /** undefined where there are too many nodes, which is said. */
  #linesOf(node: NodeId): Growing | undefined {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    if (this.#nodes.size >= MOST_NODES) {
      this.complain({ line: this.#lines, text: `it is of one node more than the ${MOST_NODES} that are read` });
      return undefined;
    }
    const lines: Growing = { node, lines: [], numbers: [], times: [] };
    this.#nodes.set(node, lines);
    for (const mark of this.#marks) this.#add(lines, mark);
    return lines;
  }

  #add(lines: Growing, { line, number, atMs }: MarkLine): void {
    const time = Math.max(atMs, lines.times.at(-1) ?? atMs);
    lines.lines.push(line);
    lines.numbers.push(number);
    lines.times.push(time);
    this.#firstMs = Math.min(this.#firstMs ?? time, time);
    this.#lastMs = Math.max(this.#lastMs ?? time, time);
  }
}

const TORN = 'it is torn: the writer was stopped in the middle of it';
const NOT_READ = 'it is not what this format has';

function beginningOf([, kind, node = '', atMs]: RegExpExecArray): LinePlace {
  return { kind, node, atMs: Number(atMs) };
}

/** The slow way, of a line as a whole. */
function placeOf(line: string): LinePlace | 'footer' | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, node, atMs } = value as Record<string, unknown>;
  if (kind === 'end') return 'footer';
  if (!KINDS.includes(kind) || typeof node !== 'string' || node === '' || typeof atMs !== 'number') return undefined;
  return Number.isFinite(atMs) ? { kind, node, atMs } : undefined;
}
