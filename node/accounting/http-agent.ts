// Gives Node's HTTP client one stream of a link, to one engine, and keeps it for the next request.
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * It never dials by itself and knows no proxy: every socket is what `open` gives. (With `agent: false` Node's client
 * ignores `createConnection` and dials this machine; with no agent it closes the connection after each answer.)
 */
export class StreamAgent extends Agent {
  readonly #open: () => Promise<Duplex>;
  #isOver = false;

  constructor(open: () => Promise<Duplex>) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
    this.#open = open;
  }

  override createConnection(_options: unknown, done?: (error: Error | null, stream: Duplex) => void): undefined {
    void this.#connect(done ?? ((): void => undefined));
  }

  async #connect(done: (error: Error | null, stream: Duplex) => void): Promise<void> {
    try {
      const stream = await this.#open();
      // Nobody waits for it any more, and the pool of an agent that is over is never emptied.
      if (this.#isOver) stream.destroy();
      done(null, stream);
    } catch (cause) {
      // The type wants a stream also beside an error; the client does not look at it.
      done(cause instanceof Error ? cause : new Error(String(cause)), undefined as never);
    }
  }

  override destroy(): void {
    this.#isOver = true;
    super.destroy();
  }
}
