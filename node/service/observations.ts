// Hands the observations of one node to any number of observers, each at its own pace and none without a bound.
import type { Observation } from '../../shared/model/observation.ts';
import type { Cancel } from '../../shared/rpc/cancel.ts';
import { Backlog } from '../../shared/session/backlog.ts';
import { KnownSoFar } from './known-so-far.ts';

interface Observer {
  /** What it has not been given yet; for one that is slow the newest look and not a queue. */
  readonly backlog: Backlog;
  wake: () => void;
}

export class Observations {
  readonly known = new KnownSoFar();
  readonly #observers = new Set<Observer>();
  #isClosed = false;

  /** Nothing more will come. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  publish(seen: Observation): void {
    this.known.add(seen);
    for (const { backlog, wake } of this.#observers) {
      backlog.add(seen);
      wake();
    }
  }

  /** What is known in short, then everything as it happens, until the node is closed or the signal says so. */
  async *observe(signal: Cancel): AsyncGenerator<Observation, void, undefined> {
    const observer: Observer = { backlog: new Backlog(), wake: () => undefined };
    const inShort = this.known.observations();
    const stop = (): void => observer.wake();
    this.#observers.add(observer);
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const next = inShort.shift() ?? observer.backlog.take();
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
    for (const { wake } of this.#observers) wake();
  }
}
