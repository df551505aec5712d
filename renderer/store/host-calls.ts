// Questions to the host: one place that knows whether there is one, and that says on the page what went wrong.
import type { Client } from '../../shared/rpc/client.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import type { HostLink } from '../host/host-link.ts';
import type { AppState } from './app-state.ts';
import type { Store } from './store.ts';

export class HostCalls {
  readonly #host: HostLink;
  readonly #store: Store<AppState>;
  #client: Client | undefined;

  constructor(host: HostLink, store: Store<AppState>) {
    this.#host = host;
    this.#store = store;
  }

  /** undefined while there is no host. */
  get client(): Client | undefined {
    return this.#client;
  }

  /** Begins to follow the host: `changed` hears of each that came, and of none when it went. The answer ends it. */
  follow(changed: (client: Client | undefined) => void): () => void {
    const hear = (): void => {
      const state = this.#host.state();
      this.#turnTo(state.kind === 'connected' ? state.client : undefined, changed);
    };
    const stop = this.#host.subscribe(hear);
    hear();
    return () => {
      stop();
      this.#turnTo(undefined, changed);
    };
  }

  /** undefined where there is no host, and where the call failed: the page says why. */
  async ask<Answer>(call: (client: Client) => Promise<Answer>): Promise<Answer | undefined> {
    const client = this.#client;
    if (client === undefined) return undefined;
    try {
      this.#store.set((state) => ({ ...state, complaint: undefined }));
      return await call(client);
    } catch (error) {
      this.complain(error);
      return undefined;
    }
  }

  complain(error: unknown): void {
    // That the host is away, the page says once, for everything.
    if (error instanceof RpcError && (error.code === 'closed' || error.code === 'aborted')) return;
    const complaint =
      error instanceof RpcError
        ? { text: error.message, next: error.next }
        : { text: 'Something in this page failed.', next: 'Reload it; the nodes stay connected.' };
    this.#store.set((state) => ({ ...state, complaint }));
  }

  #turnTo(client: Client | undefined, changed: (client: Client | undefined) => void): void {
    if (client === this.#client) return;
    this.#client = client;
    changed(client);
  }
}
