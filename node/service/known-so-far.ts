// What is known of a node in short: enough for somebody who comes late to see the same moment as those who were there.
import { processKey, type ProcessKey } from '../../shared/model/ids.ts';
import type {
  AccountingSeen,
  ConnectStep,
  FrameSeen,
  LinkSeen,
  MarkSeen,
  Observation,
  StepSeen,
  ToldSeen,
} from '../../shared/model/observation.ts';
import { carriedLines, NOTHING_CARRIED, withFrameFacts, type CarriedFacts } from '../../shared/probe/carried-facts.ts';

/** Marks are made by hand or by a script of the run, a few in each cycle. */
const MOST_MARKS = 200;

interface Look {
  /** Facts that were known before its first frame. */
  readonly before: CarriedFacts;
  readonly frames: readonly FrameSeen[];
}

const NO_LOOK: Look = { before: NOTHING_CARRIED, frames: [] };

export class KnownSoFar {
  #link: LinkSeen | undefined;
  readonly #steps = new Map<ConnectStep, StepSeen>();
  readonly #told = new Map<ProcessKey, ToldSeen>();
  #marks: readonly MarkSeen[] = [];
  /** Of each engine and path the newest answer and the newest failure, as the session keeps them. */
  readonly #accounting = new Map<string, AccountingSeen>();
  #facts: CarriedFacts = NOTHING_CARRIED;
  /** The newest whole look, and what has been seen of the next one. */
  #whole: Look = NO_LOOK;
  #open: Look = NO_LOOK;

  add(seen: Observation): void {
    switch (seen.kind) {
      case 'frame':
        return this.#addFrame(seen);
      case 'accounting':
        return void this.#accounting.set(accountingKey(seen), seen);
      case 'step':
        return void this.#steps.set(seen.step, seen);
      case 'link':
        if (seen.state === 'connecting') this.#steps.clear();
        // A sample of a connection that is gone is never closed.
        this.#open = NO_LOOK;
        this.#link = seen;
        return;
      case 'mark':
        this.#marks = [...this.#marks, seen].slice(-MOST_MARKS);
        return;
      case 'told':
        return void this.#told.set(processKey(seen.rootPid, seen.rootStartTicks), seen);
    }
  }

  get frameCount(): number {
    return this.#whole.frames.length + this.#open.frames.length;
  }

  /** In an order that folds to the moment that everybody else sees. */
  *observations(skipped = 0): Generator<Observation> {
    if (this.#link !== undefined) yield this.#link;
    yield* this.#steps.values();
    yield* this.#told.values();
    yield* this.#marks;
    const [first, ...frames] = [...this.#whole.frames, ...this.#open.frames];
    if (first !== undefined) {
      const { before } = this.#whole.frames.length > 0 ? this.#whole : this.#open;
      yield { ...first, fresh: true, carried: carriedLines(before), skipped };
      yield* frames;
    }
    yield* this.#accounting.values();
  }

  #addFrame(seen: FrameSeen): void {
    const before = seen.fresh ? NOTHING_CARRIED : this.#facts;
    this.#facts = withFrameFacts(before, seen.text);
    const opened = this.#open.frames.length === 0 ? before : this.#open.before;
    this.#open = { before: opened, frames: [...this.#open.frames, seen] };
  }

  /** The frames so far are a whole look: whoever takes the looks knows when one is complete. */
  lookIsWhole(): void {
    this.#whole = this.#open;
    this.#open = NO_LOOK;
  }

  /** Answers of engines that are gone are forgotten, as the session forgets them. */
  keepEngines(roots: ReadonlySet<ProcessKey>): void {
    for (const [name, { answer }] of this.#accounting) {
      if (!roots.has(processKey(answer.rootPid, answer.rootStartTicks))) this.#accounting.delete(name);
    }
  }
}

function accountingKey({ answer }: AccountingSeen): string {
  const { rootPid, rootStartTicks, seen } = answer;
  return `${rootPid}@${rootStartTicks} ${seen.kind} ${seen.path ?? ''}`;
}
