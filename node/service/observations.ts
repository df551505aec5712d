// Hands the observations of one node to any number of observers, each at its own pace and none without a bound.
import type { FrameSeen, Observation } from '../../shared/model/observation.ts';
import type { Cancel } from './handlers.ts';
import { KnownSoFar } from './known-so-far.ts';

/**
 * An observer that has so many waiting gets what is known in short instead: the newest look and not a queue. A look has
 * two or three frames and some answers, so this is several looks.
 */
const MOST_WAITING = 64;

interface Observer {
  waiting: Observation[];
  /** What is known in short may itself be more than the bound, on a node with many engines. */
  limit: number;
  wake: () => void;
}

export class Observations {
  readonly known = new KnownSoFar();
  readonly #observers = new Set<Observer>();
  #isClosed = false;

  publish(seen: Observation): void {
    this.known.add(seen);
    for (const observer of this.#observers) {
      observer.waiting.push(seen);
      if (observer.waiting.length > observer.limit) this.#shorten(observer);
      observer.wake();
    }
  }

  /** What is known in short, then everything as it happens, until the node is closed or the signal says so. */
  async *observe(signal: Cancel): AsyncGenerator<Observation, void, undefined> {
    const waiting = [...this.known.observations()];
    const observer: Observer = { waiting, limit: waiting.length + MOST_WAITING, wake: () => undefined };
    const stop = (): void => observer.wake();
    this.#observers.add(observer);
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const next = observer.waiting.shift();
        if (next !== undefined) yield next;
        else if (this.#isClosed) return;
        else await new Promise<void>((resolve) => (observer.wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#observers.delete(observer);
    }
  }

  /** Observers get what still waits for them, and end. */
  close(): void {
    this.#isClosed = true;
    for (const observer of this.#observers) observer.wake();
  }

  #shorten(observer: Observer): void {
    const frames = observer.waiting.filter((each): each is FrameSeen => each.kind === 'frame');
    const waitingFrames = frames.reduce((sum, frame) => sum + 1 + frame.skipped, 0);
    // Marks are no states: those that were delivered are not delivered again, and none is passed over.
    const marks = observer.waiting.filter((each) => each.kind === 'mark');
    const skipped = Math.max(0, waitingFrames - this.known.frameCount);
    const states = [...this.known.observations(skipped)].filter((each) => each.kind !== 'mark');
    observer.waiting = [...marks, ...states];
    observer.limit = observer.waiting.length + MOST_WAITING;
  }
}
