// ipcMain of the stand-in: messages that nobody waits for, and calls that are answered.

type Listener = (event: object, ...args: readonly unknown[]) => unknown;

export class FakeIpcMain {
  readonly #listeners = new Map<string, Listener[]>();
  readonly #handlers = new Map<string, Listener>();

  on(channel: string, listener: Listener): void {
    this.#listeners.set(channel, [...(this.#listeners.get(channel) ?? []), listener]);
  }

  /** A second handler is refused, as in Electron. */
  handle(channel: string, listener: Listener): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, listener);
  }

  hear(channel: string, event: object, args: readonly unknown[]): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(event, ...args);
  }

  async answer(channel: string, event: object, args: readonly unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return handler(event, ...args);
  }
}
