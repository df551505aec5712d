// One node of a recording, folded from its beginning in small steps; any moment of what is folded can be had again.
import { firstWhere } from '../session/first-where.ts';
import type { NodeId } from '../model/observation.ts';
import { RecordingDecoder, type LineProblem } from '../recording/decoder.ts';
import { EMPTY_RECORDED_SESSION, foldObservation, type NodeSession } from '../session/node-session.ts';
import { checkpointOf, resumed, type Checkpoint, type Fold } from './checkpoint.ts';
import type { NodeLines } from './recorded-lines.ts';

/** One whole look: when it was whole, and until when nothing followed but answers of engines, marks and the link. */
export interface ReplayLook {
  readonly atMs: number;
  /** The time of the last line before the next look began. */
  readonly untilMs: number;
}

/**
 * A seek folds from the checkpoint before it. A line whose frame says what the one before said costs little and one that
 * does not some seven times as much, so checkpoints are set by cost: at most so many full frames are folded for a seek.
 */
const COST_BETWEEN = 64;
const COST_AGAIN = 1 / 7;

export interface ReplayNodeOptions {
  /** The file's own format. */
  readonly format: number;
  readonly complain: (problem: LineProblem) => void;
}

export class ReplayNode {
  readonly #source: NodeLines;
  readonly #options: ReplayNodeOptions;
  readonly #decoder: RecordingDecoder;
  readonly #checkpoints: Checkpoint[] = [];
  readonly #looks: { atMs: number; untilMs: number }[] = [];
  #lines = 0;
  #session: NodeSession = EMPTY_RECORDED_SESSION;
  #cost = 0;
  #spent = 0;
  /** What was asked for last: whoever plays or steps goes on from there. */
  #last: Fold | undefined;

  constructor(source: NodeLines, options: ReplayNodeOptions) {
    this.#source = source;
    this.#options = options;
    this.#decoder = new RecordingDecoder(options.format);
  }

  get node(): NodeId {
    return this.#source.node;
  }

  /** The fold of all lines so far. */
  get newest(): NodeSession {
    return this.#session;
  }

  /** Of what is folded, oldest first. The same list, which grows. */
  get looks(): readonly ReplayLook[] {
    return this.#looks;
  }

  /** How many lines are folded, and how many there are so far. */
  get progress(): { readonly folded: number; readonly lines: number } {
    return { folded: this.#lines, lines: this.#source.lines.length };
  }

  /** What folding has cost so far, and so what is held of it: about the number of frames that were not like the one before. */
  get spent(): number {
    return this.#spent;
  }

  /** All that is there is folded. More may come while a file is being read. */
  get isDone(): boolean {
    return this.#lines >= this.#source.lines.length;
  }

  /** The time up to which any moment can be had; undefined before the first line. */
  get foldedMs(): number | undefined {
    return this.#source.times[this.#lines - 1];
  }

  /** Folds at most so many lines more. Answers whether there are more. */
  step(mostLines: number): boolean {
    const end = Math.min(this.#source.lines.length, this.#lines + mostLines);
    while (this.#lines < end) {
      const at = this.#lines;
      const before = this.#session;
      this.#session = this.#fold(before, this.#decoder, at, this.#options.complain);
      this.#lines += 1;
      this.#remember(before, this.#source.times[at] ?? 0);
    }
    return !this.isDone;
  }

  /**
   * The node as it was known at `atMs` on the observer's clock, exactly as a page would have had it that looked on; before
   * the first line nothing. undefined when that is not folded yet.
   */
  at(atMs: number): NodeSession | undefined {
    const lines = countUntil(this.#source.times, atMs);
    if (lines > this.#lines) return undefined;
    if (lines === this.#lines) return this.#session;
    if (lines === 0) return EMPTY_RECORDED_SESSION;
    const from = this.#nearest(lines);
    const { decoder } = from;
    let { session } = from;
    // What is wrong with these lines was said when they were folded first.
    for (let line = from.lines; line < lines; line += 1) session = this.#fold(session, decoder, line, () => undefined);
    this.#last = { lines, session, decoder };
    return session;
  }

  /** A decoder goes on from where it stands, so what was asked for last is given once. */
  #nearest(lines: number): Fold {
    const { format } = this.#options;
    const set = this.#checkpoints[countUntilLine(this.#checkpoints, lines) - 1];
    const last = this.#last;
    if (last !== undefined && last.lines <= lines && (set === undefined || last.lines >= set.lines)) return last;
    if (set !== undefined) return resumed(set, format);
    return { lines: 0, session: EMPTY_RECORDED_SESSION, decoder: new RecordingDecoder(format) };
  }

  #fold(
    session: NodeSession,
    decoder: RecordingDecoder,
    at: number,
    complain: (problem: LineProblem) => void,
  ): NodeSession {
    const { observation, problem } = decoder.line(this.#source.lines[at] ?? '', this.#source.numbers[at] ?? 0, false);
    if (problem !== undefined) complain(problem);
    // A line is kept under the node that its beginning names; one that names another further on is no such line. A mark is
    // of all nodes.
    if (observation === undefined) return session;
    if (observation.kind !== 'mark' && observation.node !== this.#source.node) return session;
    return foldObservation(session, observation);
  }

  #remember(before: NodeSession, atMs: number): void {
    const now = this.#session;
    const last = this.#looks.at(-1);
    const isNew = now.moment !== undefined && now.history !== before.history;
    if (isNew) this.#looks.push({ atMs: now.moment.atMs, untilMs: atMs });
    // A sample that is open belongs to the look that follows.
    else if (last !== undefined && now.open === undefined) last.untilMs = atMs;
    const cost = now.session.latest?.held === before.session.latest?.held ? COST_AGAIN : 1;
    this.#cost += cost;
    this.#spent += cost;
    if (this.#cost < COST_BETWEEN) return;
    this.#cost = 0;
    const fold = { lines: this.#lines, session: now, decoder: this.#decoder };
    this.#checkpoints.push(checkpointOf(fold, this.#options.format));
  }
}

/** How many of these times, which never go back, are at or before `atMs`. */
export function countUntil(times: readonly number[], atMs: number): number {
  return firstWhere(times.length, (at) => (times[at] ?? 0) > atMs);
}

function countUntilLine(checkpoints: readonly Checkpoint[], lines: number): number {
  return firstWhere(checkpoints.length, (at) => (checkpoints[at]?.lines ?? 0) > lines);
}
