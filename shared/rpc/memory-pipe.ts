// Two ends of a pipe within one program: for tests, for the stage, for a host in the page itself.
import type { Pipe } from './pipe.ts';

/** What one end sends the other receives, in order, a little later. */
export function memoryPipe(): readonly [Pipe, Pipe] {
  const near = new MemoryEnd();
  const far = new MemoryEnd();
  near.join(far);
  far.join(near);
  return [near, far];
}

class MemoryEnd implements Pipe {
  #far: MemoryEnd | undefined;
  #listener: ((text: string) => void) | undefined;
  #closeListener: (() => void) | undefined;
  /** Arrived before anybody listened. */
  #early: string[] = [];
  #closed = false;

  join(far: MemoryEnd): void {
    this.#far = far;
  }

  send(text: string): void {
    if (this.#closed) return;
    void Promise.resolve().then(() => this.#far?.receive(text));
  }

  onText(listener: (text: string) => void): void {
    this.#listener = listener;
    for (const text of this.#early.splice(0)) listener(text);
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closeListener = listener;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeListener?.();
    void Promise.resolve().then(() => this.#far?.close());
  }

  receive(text: string): void {
    if (this.#closed) return;
    if (this.#listener === undefined) this.#early.push(text);
    else this.#listener(text);
  }
}
