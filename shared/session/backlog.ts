// What one reader of a node has not been given yet: never a queue of frames, but the newest whole look; of states the
// newest, and every mark. Whoever is slow or hidden catches up with a few observations, whatever happened meanwhile.
import { processKey } from '../model/ids.ts';
import type { FrameSeen, Observation } from '../model/observation.ts';

/** Give it everything in the order in which it was seen; take from it whenever the reader can have one more. */
export class Backlog {
  #waiting: Observation[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** The oldest that still matters; undefined when there is nothing. */
  take(): Observation | undefined {
    return this.#waiting.shift();
  }

  add(seen: Observation): void {
    if (seen.kind === 'frame') {
      this.#addFrame(seen);
      return;
    }
    this.#waiting = [...this.#waiting.filter((earlier) => !replaces(seen, earlier)), seen];
  }

  /**
   * A look is a sample and the closing reading that follows it, and is passed over only as a whole, for a newer one that
   * is whole too. A sample is as whole as it will be when the next one comes.
   */
  #addFrame(seen: FrameSeen): void {
    const newest = this.#waiting.findLastIndex(isSample);
    if (newest !== -1) this.#passOverBefore(newest);
    this.#waiting.push(seen);
  }

  #passOverBefore(newest: number): void {
    const first = this.#waiting.findIndex(isSample);
    // A closing reading before it belongs to a sample that was given already, and is given too.
    const passed = this.#waiting.slice(first, newest).filter((each) => each.kind === 'frame');
    const sample = this.#waiting[newest];
    if (passed.length === 0 || sample?.kind !== 'frame') return;
    const dropped = new Set<Observation>(passed);
    this.#waiting[newest] = passed.reduceRight(passOver, sample);
    this.#waiting = this.#waiting.filter((each) => !dropped.has(each));
  }
}

/** The frame as it must be when the one right before it is not given: with the facts that only that one had. */
export function passOver(frame: FrameSeen, before: FrameSeen): FrameSeen {
  return {
    ...frame,
    fresh: frame.fresh || before.fresh,
    // On a new connection the facts of the one before do not count.
    carried: frame.fresh ? frame.carried : onceEach([...factsAfter(before), ...frame.carried]),
    skipped: before.skipped + 1 + frame.skipped,
  };
}

/** Whether a reader who is given the new one can do without the earlier one. */
function replaces(seen: Observation, earlier: Observation): boolean {
  if (seen.kind === 'link') {
    // With a new connection the checklist begins anew. Its beginning stays, for the reader to do the same.
    if (seen.state === 'connecting') return earlier.kind === 'link' || earlier.kind === 'step';
    return earlier.kind === 'link' && earlier.state !== 'connecting';
  }
  const key = stateKey(seen);
  return key !== undefined && key === stateKey(earlier);
}

/** What it is the newest of; undefined for what stays beside others of its kind. */
function stateKey(seen: Observation): string | undefined {
  switch (seen.kind) {
    case 'step':
      return `step ${seen.step}`;
    case 'told':
      return `told ${processKey(seen.rootPid, seen.rootStartTicks)}`;
    case 'accounting': {
      const { rootPid, rootStartTicks, seen: said } = seen.answer;
      // The newest failure does not replace the newest answer: both are shown.
      return `accounting ${processKey(rootPid, rootStartTicks)} ${said.kind} ${said.path ?? '-'}`;
    }
    case 'frame':
    case 'link':
    case 'mark':
      return undefined;
  }
}

function isSample(seen: Observation): boolean {
  return seen.kind === 'frame' && /^@[0-9a-f]+\tbegin\t[^\t]*\tsample\t/.test(seen.text);
}

/**
 * What is known after a frame of what it and those before it said. A sample forgets the processes that it does not list,
 * as the parser does it, so that a long absence does not grow.
 */
function factsAfter(frame: FrameSeen): readonly string[] {
  const lines = frame.text.split('\n');
  const facts = [...frame.carried, ...lines.filter((line) => /^(?:fact|node)\t/.test(line))];
  if (!isSample(frame)) return facts;
  const listed = new Set(lines.filter((line) => line.startsWith('proc\t')).map(processOf));
  return facts.filter((line) => !line.startsWith('fact\t') || listed.has(processOf(line)));
}

/** Pid and start of a `fact` or `proc` line. */
function processOf(line: string): string {
  const [, pid = '', start = ''] = line.split('\t', 3);
  return `${pid} ${start}`;
}

/** Of each fact the newest line: one of a process by pid and start, one of the node by its key. */
function onceEach(lines: readonly string[]): string[] {
  const newest = new Map<string, string>();
  for (const line of lines) {
    const [word = '', first = '', second = ''] = line.split('\t', 3);
    newest.set(word === 'fact' ? `${word} ${first} ${second}` : `${word} ${first}`, line);
  }
  return [...newest.values()];
}
