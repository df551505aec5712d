// Reads the words of one scenario line in order, and says what was expected when a word does not fit.
import { parseBusId, type BusId } from '../model/ids.ts';
import type { SmiCell, Steps, UsedCell } from './scenario-cell.ts';
import { ScenarioError, type ByteText, type ScenarioLine, type Token } from './scenario-text.ts';

export class TokenReader {
  readonly #line: ScenarioLine;
  readonly #hasBus: (bus: BusId) => boolean;
  #at = 0;

  /** `hasBus` knows the GPUs described so far: a line may only name those. */
  constructor(line: ScenarioLine, hasBus: (bus: BusId) => boolean) {
    this.#line = line;
    this.#hasBus = hasBus;
  }

  fail(message: string): never {
    throw new ScenarioError(this.#line.number, message);
  }

  end(): void {
    const left = this.#peek();
    if (left !== undefined) this.fail(`${left.value} is not expected here`);
  }

  word(what: string): string {
    return this.#take('word', what);
  }

  text(what: string): ByteText {
    return this.#take('text', what);
  }

  textOrWord(what: string): ByteText {
    return this.#peek()?.kind === 'text' ? this.text(what) : this.word(what);
  }

  cellOrWord(what: string): string {
    return this.#peek()?.kind === 'cell' ? this.#take('cell', what) : this.word(what);
  }

  /** Whether the next word is this one; takes it if so. */
  skip(word: string): boolean {
    const next = this.#peek();
    if (next?.kind !== 'word' || next.value !== word) return false;
    this.#at += 1;
    return true;
  }

  count(what: string): number {
    const word = this.word(what);
    return /^\d+$/.test(word) ? Number(word) : this.fail(`${word} is not a whole number (${what})`);
  }

  numbers(what: string): number[] {
    const words = this.textOrWord(what).split(' ');
    return words.every((word) => /^\d+$/.test(word)) ? words.map(Number) : this.fail(`${what} are whole numbers`);
  }

  cell(): SmiCell {
    if (this.#peek()?.kind === 'cell') return { cell: this.#take('cell', 'a cell') };
    return { mib: this.count('MiB or a cell such as [N/A]') };
  }

  usedCell(): UsedCell {
    const next = this.#peek()?.value;
    const sum = next === undefined ? null : /^sum(?:\+(\d+))?$/.exec(next);
    if (sum === null) return this.cell();
    this.#at += 1;
    return { sumPlusMib: Number(sum[1] ?? '0') };
  }

  /** `A then B then C`. */
  steps<T>(one: () => T): Steps<T> {
    const all = [one()];
    while (this.skip('then')) all.push(one());
    return all;
  }

  /** A bus that a `gpu` line above describes. */
  knownBus(): BusId {
    const text = this.word('a bus');
    const bus = parseBusId(text) ?? this.fail(`${text} is not a PCI bus id, such as 3B:00.0`);
    return this.#hasBus(bus) ? bus : this.fail(`no gpu line above describes ${bus}`);
  }

  socket(): { address: string; port: number } {
    const word = this.word('a port, or an address and a port');
    const match = /^(?:(\d+\.\d+\.\d+\.\d+):)?(\d+)$/.exec(word) ?? this.fail(`${word} is not a port`);
    return { address: match[1] ?? '127.0.0.1', port: Number(match[2]) };
  }

  /** Reads the rest of the line as options: each begins with its own word. */
  options(known: Readonly<Record<string, () => void>>): void {
    while (this.#peek() !== undefined) {
      const word = this.word(`one of ${Object.keys(known).join(', ')}`);
      const option = Object.hasOwn(known, word) ? known[word] : undefined;
      if (option === undefined) this.fail(`${word} is not known here; use ${Object.keys(known).join(', ')}`);
      else option();
    }
  }

  #peek(): Token | undefined {
    return this.#line.tokens[this.#at];
  }

  #take(kind: Token['kind'], what: string): string {
    const token = this.#peek();
    if (token === undefined) return this.fail(`the line ends where ${what} was expected`);
    if (token.kind !== kind) return this.fail(`${token.value} stands where ${what} was expected`);
    this.#at += 1;
    return token.value;
  }
}
