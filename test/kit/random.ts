// Chance that is the same each time: numbers from a seed.
import { noise } from '../shared/ledger/noise.ts';

export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = noise(seed * 2_654_435_761);
    // Neighbouring seeds begin alike.
    for (let at = 0; at < 8; at += 1) this.#next();
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** Both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.#next() * values.length)];
    if (value === undefined) throw new Error('there is nothing to pick from');
    return value;
  }
}
