// The page's connection to its host: makes it, makes it again when the host went away, and tells how it stands.
import { connect, type Client } from '../../shared/rpc/client.ts';
import { contract } from '../../shared/rpc/contract.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { Refused } from './refused.ts';

export type HostState =
  /** There is none, and none is looked for. */
  | { readonly kind: 'none' }
  | { readonly kind: 'connecting' }
  /** A new client each time: what was asked of the one before has failed with code `closed`. */
  | { readonly kind: 'connected'; readonly client: Client }
  /** The next attempt is made `retryMs` after this state began, or at once with `retry()`. */
  | { readonly kind: 'away'; readonly text: string; readonly retryMs: number }
  /** No further attempt is made by itself. */
  | { readonly kind: 'refused'; readonly text: string; readonly next: string };

/** A host that starts again is back within a second; one that does not come back must not be hammered. */
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000] as const;

/** For `useSyncExternalStore`: `subscribe` and `state` are stable, and `state()` is the same object until it changes. */
export class HostLink {
  readonly #open: (() => Promise<Pipe>) | undefined;
  readonly #retryMs: readonly number[];
  readonly #listeners = new Set<() => void>();
  #state: HostState = { kind: 'none' };
  #pipe: Pipe | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  /** Counts attempts, so that one that was overtaken changes nothing. */
  #attempt = 0;

  /**
   * `open` makes one connection; it rejects with Refused when another attempt would end the same way. undefined: this page
   * has no host.
   */
  constructor(open: (() => Promise<Pipe>) | undefined, retryMs: readonly number[] = RETRY_MS) {
    this.#open = open;
    this.#retryMs = retryMs;
    this.#try();
  }

  readonly state = (): HostState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Tries now instead of at the end of the countdown. Does nothing while there is a connection. */
  retry(): void {
    if (this.#state.kind === 'away' || this.#state.kind === 'refused') this.#try();
  }

  /** For good. */
  close(): void {
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#pipe?.close();
    this.#become({ kind: 'refused', text: 'The connection was closed.', next: 'Reload the page.' });
  }

  #try(): void {
    const open = this.#open;
    if (open === undefined) return;
    clearTimeout(this.#timer);
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#become({ kind: 'connecting' });
    open().then(
      (pipe) => {
        if (attempt === this.#attempt) this.#use(pipe, attempt);
        else pipe.close();
      },
      (error: unknown) => {
        if (attempt === this.#attempt) this.#failed(error);
      },
    );
  }

  #use(pipe: Pipe, attempt: number): void {
    this.#pipe = pipe;
    this.#failures = 0;
    // The state first: who hears of the end of a call finds the host away already.
    const gone = { isGone: false };
    const client = connect(contract, {
      send: (text) => pipe.send(text),
      onText: (listener) => pipe.onText(listener),
      onClose: (listener) =>
        pipe.onClose(() => {
          gone.isGone = true;
          if (attempt === this.#attempt) this.#failed(new Error('The connection to the host has ended.'));
          listener();
        }),
      close: () => pipe.close(),
    });
    if (!gone.isGone) this.#become({ kind: 'connected', client });
  }

  #failed(error: unknown): void {
    if (error instanceof Refused) {
      this.#become({ kind: 'refused', text: error.message, next: error.next });
      return;
    }
    const retryMs = this.#retryMs[Math.min(this.#failures, this.#retryMs.length - 1)] ?? 0;
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#try(), retryMs);
    this.#become({ kind: 'away', text: error instanceof Error ? error.message : 'The host went away.', retryMs });
  }

  #become(state: HostState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
