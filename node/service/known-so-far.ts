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
import { passOver } from '../../shared/session/backlog.ts';

/** Marks are made by hand or by a script of the run, a few in each cycle. */
const MOST_MARKS = 200;

export class KnownSoFar {
  #link: LinkSeen | undefined;
  readonly #steps = new Map<ConnectStep, StepSeen>();
  readonly #told = new Map<ProcessKey, ToldSeen>();
  #marks: readonly MarkSeen[] = [];
  /** Of each engine and path the newest answer and the newest failure, as the session keeps them. */
  readonly #accounting = new Map<string, AccountingSeen>();
  /** The newest frame with all facts that were sent before it: it can be read on its own. */
  #newest: FrameSeen | undefined;
  /** The newest whole look, and what has been seen of the next one; the first frame of each can be read on its own. */
  #whole: readonly FrameSeen[] = [];
  #open: readonly FrameSeen[] = [];

  add(seen: Observation): void {
    switch (seen.kind) {
      case 'frame':
        this.#newest = alone(seen, this.#newest);
        this.#open = this.#open.length === 0 ? [this.#newest] : [...this.#open, seen];
        return;
      case 'accounting':
        return void this.#accounting.set(accountingKey(seen), seen);
      case 'step':
        return void this.#steps.set(seen.step, seen);
      case 'link':
        if (seen.state === 'connecting') this.#steps.clear();
        // A sample of a connection that is gone is never closed.
        this.#open = [];
        this.#link = seen;
        return;
      case 'mark':
        this.#marks = [...this.#marks, seen].slice(-MOST_MARKS);
        return;
      case 'told':
        return void this.#told.set(processKey(seen.rootPid, seen.rootStartTicks), seen);
    }
  }

  /** The frames so far are a whole look: whoever takes the looks knows when one is complete. */
  lookIsWhole(): void {
    this.#whole = this.#open;
    this.#open = [];
  }

  /** Answers of engines that are gone are forgotten, as the session forgets them. */
  keepEngines(roots: ReadonlySet<ProcessKey>): void {
    for (const [name, { answer }] of this.#accounting) {
      if (!roots.has(processKey(answer.rootPid, answer.rootStartTicks))) this.#accounting.delete(name);
    }
  }

  /** In an order that folds to the moment that everybody else sees. */
  observations(): Observation[] {
    return [
      ...(this.#link === undefined ? [] : [this.#link]),
      ...this.#steps.values(),
      ...this.#told.values(),
      ...this.#marks,
      ...this.#whole,
      ...this.#open,
      ...this.#accounting.values(),
    ];
  }
}

function alone(seen: FrameSeen, before: FrameSeen | undefined): FrameSeen {
  return { ...(before === undefined ? seen : passOver(seen, before)), fresh: true, skipped: 0 };
}

function accountingKey({ answer }: AccountingSeen): string {
  const { rootPid, rootStartTicks, seen } = answer;
  return `${rootPid}@${rootStartTicks} ${seen.kind} ${seen.path ?? ''}`;
}
