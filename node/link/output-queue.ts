// Bytes between a stream that pushes and one reader that pulls, with back-pressure.

/** The source is stopped at this many unread bytes (eight first frames of an 8-GPU node) and let go again at half. */
const HIGH_WATER_BYTES = 512 * 1024;

export interface Flow {
  pause(): void;
  resume(): void;
}

export class OutputQueue implements AsyncIterable<Uint8Array> {
  readonly #flow: Flow;
  readonly #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #paused = false;
  #ended = false;
  #dropping = false;
  #wake: () => void = () => undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  push(chunk: Uint8Array): void {
    if (this.#dropping) return;
    this.#chunks.push(chunk);
    this.#queuedBytes += chunk.byteLength;
    if (this.#queuedBytes >= HIGH_WATER_BYTES && !this.#paused) {
      this.#paused = true;
      this.#flow.pause();
    }
    this.#wake();
  }

  /** No more bytes will come; the reader still gets what is queued. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Drops what is queued and what still comes: a stream that is not read to its end never closes. */
  drop(): void {
    this.#dropping = true;
    this.#chunks.length = 0;
    this.#queuedBytes = 0;
    this.#release();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#queuedBytes -= chunk.byteLength;
          if (this.#queuedBytes <= HIGH_WATER_BYTES / 2) this.#release();
          yield chunk;
        } else if (this.#ended || this.#dropping) {
          return;
        } else {
          await new Promise<void>((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      this.drop();
    }
  }

  #release(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#flow.resume();
  }
}
