// The recordings that the host keeps: their list, whether it records, and opening one of them in this page.
import type { Client } from '../../shared/rpc/client.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import { hostSource } from '../recordings/page-source.ts';
import type { AppState } from './app-state.ts';
import type { HostCalls } from './host-calls.ts';
import type { Recordings } from './recordings.ts';
import type { Store } from './store.ts';

export class HostedRecordings {
  readonly #store: Store<AppState>;
  readonly #calls: HostCalls;
  readonly #opened: Recordings;

  constructor(store: Store<AppState>, calls: HostCalls, opened: Recordings) {
    this.#store = store;
    this.#calls = calls;
    this.#opened = opened;
  }

  async load(): Promise<void> {
    const list = await this.#calls.ask((client) => client['recordings.list']({}));
    if (list === undefined) return;
    this.#store.set((state) => ({ ...state, hosted: list.recordings, hostedNotes: list.notes }));
  }

  /** `name`: as the list shows it; asked for where it is not known. */
  async open(id: string, name?: string): Promise<void> {
    await this.#calls.ask(async (client) => {
      const { recordings } = name === undefined ? await client['recordings.list']({}) : { recordings: [] };
      const called = name ?? recordings.find((each) => each.id === id)?.name ?? id;
      const source = hostSource(id, () => this.#calls.client ?? client);
      await this.#opened.open(called, client['recordings.open']({ id }), source);
    });
  }

  /** Several become one file. */
  async save(ids: readonly string[], name: string): Promise<void> {
    await this.#calls.ask((client) => client['recordings.save']({ ids: [...ids], name }));
    await this.load();
  }

  /** Whether open nodes are recorded, from now on. */
  async turn(isOn: boolean): Promise<void> {
    await this.#calls.ask((client) => client['recordings.turn']({ isOn }));
    await this.load();
  }

  /** Records again, after somebody has made room. */
  resume(): void {
    void this.#calls.ask((client) => client['recordings.resume']({}));
  }

  /** Follows whether the host records. One that keeps no recordings says nothing of them. */
  async watch(client: Client): Promise<void> {
    try {
      for await (const recorder of client['recordings.state']({})) this.#tell(recorder);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#tell(undefined);
    }
  }

  #tell(recorder: AppState['recorder']): void {
    this.#store.set((state) => ({ ...state, recorder }));
  }
}
