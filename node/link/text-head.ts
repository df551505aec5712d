// The beginning of a stream as text: causes come first, and a flood must not fill the memory.

const LIMIT_BYTES = 4 * 1024;

export class TextHead {
  #head: Buffer = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    const room = LIMIT_BYTES - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)]);
  }

  /** Bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    return this.#head.toString('utf8');
  }
}
