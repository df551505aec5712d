// What the user has set: at once on the screen, and kept by the host.
import type { Client } from '../../shared/rpc/client.ts';
import type { AppState } from './app-state.ts';
import type { HostCalls } from './host-calls.ts';
import type { Store } from './store.ts';

/** A slider says something with every pixel; only where it comes to rest is kept. */
const SETTLE_MS = 400;

export class Settings {
  readonly #store: Store<AppState>;
  readonly #calls: HostCalls;
  readonly #settling = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(store: Store<AppState>, calls: HostCalls) {
    this.#store = store;
    this.#calls = calls;
  }

  /** Rejects with RpcError. */
  async load(client: Client): Promise<void> {
    const { values } = await client['settings.read']({});
    this.#store.set((state) => ({ ...state, settings: values }));
  }

  /** At once on the screen, and kept by the host when it has come to rest. */
  set(name: string, value: string): void {
    this.setHere(name, value);
    clearTimeout(this.#settling.get(name));
    const keep = (): void => void this.#calls.ask((client) => client['settings.write']({ name, value }));
    this.#settling.set(name, setTimeout(keep, SETTLE_MS));
  }

  /** On this screen alone, until the page is loaded again. */
  setHere(name: string, value: string): void {
    this.#store.set((state) => ({ ...state, settings: { ...state.settings, [name]: value } }));
  }
}
