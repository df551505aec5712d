// Which sockets and timers a piece of work has made and not given back. Those of others in the same process, such as the
// timers of the test runner, are none of its: counting them all finds one more or less by chance on a busy machine.
import { AsyncLocalStorage, createHook } from 'node:async_hooks';

const KINDS = new Set(['TCPWRAP', 'TCPSERVERWRAP', 'PIPEWRAP', 'Timeout']);

export class OpenResources {
  readonly #within = new AsyncLocalStorage<true>();
  readonly #open = new Map<number, string>();
  readonly #hook = createHook({
    init: (id, kind) => {
      if (KINDS.has(kind) && this.#within.getStore() === true) this.#open.set(id, kind);
    },
    destroy: (id) => void this.#open.delete(id),
  });

  constructor() {
    this.#hook.enable();
  }

  /** What `work` makes, and all that follows from it, is watched. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    return await this.#within.run(true, work);
  }

  /** Their kinds. Node tells of a closed one a turn of its loop later. */
  async open(): Promise<readonly string[]> {
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    return [...this.#open.values()].toSorted();
  }

  stop(): void {
    this.#hook.disable();
  }
}
