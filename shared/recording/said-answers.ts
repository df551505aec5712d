// What each engine answered last, so that an answer that says the same again is a short line.
import type { AccountingSeen } from '../model/observation.ts';
import type { SameAnswer } from './format.ts';

/** As long as frames: a damaged line costs minutes and not the rest. */
const WHOLE_EVERY = 120;
/** Engines come and go, and each may be asked for several paths; those that were not heard for longest are forgotten. */
const MOST = 256;

interface Said {
  readonly seen: AccountingSeen;
  /** What was said, whole: two answers are the same when all of it is, and not when their check sums are. */
  readonly text: string;
  readonly print: string;
  readonly repeats: number;
}

/** One for each recording; writer and reader keep the same. */
export class SaidAnswers {
  readonly #last: Map<string, Said>;

  constructor(like?: SaidAnswers) {
    this.#last = new Map(like === undefined ? [] : like.#last);
  }

  /** How it is written: whole, or as one that says the same again. */
  written(seen: AccountingSeen): AccountingSeen | SameAnswer {
    const { node, atMs, answer } = seen;
    const { rootPid, rootStartTicks } = answer;
    const { path, receivedMs } = answer.seen;
    const before = this.#last.get(keyOf(seen));
    if (before === undefined || before.text !== textOf(answer) || before.repeats >= WHOLE_EVERY) {
      this.heard(seen);
      return seen;
    }
    const { print } = before;
    this.#keep(seen, { ...before, repeats: before.repeats + 1 });
    const late = receivedMs === atMs ? {} : { receivedMs };
    return { kind: 'accounting+', node, atMs, rootPid, rootStartTicks, path, print, ...late };
  }

  /** A whole one was read or written. */
  heard(seen: AccountingSeen): void {
    const text = textOf(seen.answer);
    this.#keep(seen, { seen, text, print: printOf(text), repeats: 0 });
  }

  /** The whole answer of a short line; undefined where it is not there. */
  again({
    node,
    atMs,
    rootPid,
    rootStartTicks,
    path,
    print,
    receivedMs = atMs,
  }: SameAnswer): AccountingSeen | undefined {
    const before = this.#last.get(keyFor(node, rootPid, rootStartTicks, path));
    if (before?.print !== print) return undefined;
    this.#keep(before.seen, before);
    const { answer } = before.seen;
    return { ...before.seen, atMs, answer: { ...answer, seen: { ...answer.seen, receivedMs } } };
  }

  #keep(seen: AccountingSeen, said: Said): void {
    const key = keyOf(seen);
    this.#last.delete(key);
    this.#last.set(key, said);
    const [oldest] = this.#last.keys();
    if (this.#last.size > MOST && oldest !== undefined) this.#last.delete(oldest);
  }
}

function keyOf({ node, answer: { rootPid, rootStartTicks, seen } }: AccountingSeen): string {
  return keyFor(node, rootPid, rootStartTicks, seen.path);
}

function keyFor(node: string, rootPid: number, rootStartTicks: number, path: string | null): string {
  return `${node} ${rootPid} ${rootStartTicks} ${path ?? '-'}`;
}

/** Its JSON without the time at which it came. */
function textOf(answer: AccountingSeen['answer']): string {
  return JSON.stringify({ ...answer, seen: { ...answer.seen, receivedMs: 0 } }, ordered);
}

/** FNV-1a: a check against a mix-up, not against ill will. */
function printOf(text: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Members in the order of their names: a reader may have them in another order than the writer. */
function ordered(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
