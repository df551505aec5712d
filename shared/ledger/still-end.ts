// The end of a sleep that holds still: the longest run of newest sizes within one band, kept while looks come; and the
// lowest such run before it.
import type { Bytes } from '../base/units.ts';
import { LEVEL_BAND } from './cycles.ts';

/** So many looks in a row are a level; one alone may be a moment in between. */
export const STILL_LOOKS = 2;

/** Sizes that held still before something higher came. */
export interface Floor {
  readonly firstMs: number;
  readonly level: Bytes;
}

/**
 * Mutable, of its owner alone. Taking a look costs the same however long the sleep is, but for sizes that drift byte by
 * byte.
 */
export class StillEnd {
  /** Those up to `#to` hold still. Shared with copies that look ahead. */
  #sizes: Bytes[] = [];
  #times: number[] = [];
  #to = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  /** How often each size is there: whole MiB are few in a band. */
  #counts = new Map<Bytes, number>();
  #floor: Floor | undefined;

  /** The lowest level that it held and rose from; undefined where it fell below that since, or never did. */
  get floor(): Floor | undefined {
    return this.#floor;
  }

  get length(): number {
    return this.#to;
  }

  /** undefined while there is none. */
  get firstMs(): number | undefined {
    return this.length === 0 ? undefined : this.#times[0];
  }

  /** The middle size, of an even number the lower of the two; undefined while there is none. */
  get level(): Bytes | undefined {
    const half = Math.floor((this.length - 1) / 2);
    let before = 0;
    for (const [size, count] of [...this.#counts].toSorted(([one], [other]) => one - other)) {
      before += count;
      if (before > half) return size;
    }
    return undefined;
  }

  push(size: Bytes, atMs: number): void {
    if (this.#floor !== undefined && size < this.#floor.level - LEVEL_BAND) this.#floor = undefined;
    if (size > this.#high && size - this.#low > LEVEL_BAND) this.#leave();
    this.#sizes[this.#to] = size;
    this.#times[this.#to] = atMs;
    this.#to += 1;
    const low = Math.min(this.#low, size);
    const high = Math.max(this.#high, size);
    if (high - low > LEVEL_BAND) {
      this.#begin(this.#beginning());
      return;
    }
    this.#low = low;
    this.#high = high;
    this.#count(size);
  }

  /** After a look that nobody could measure nothing is known to have held still. */
  clear(): void {
    this.#leave();
    this.#begin(this.#to);
  }

  /** A copy that may take looks which this one has not taken; good until this one takes its next. */
  ahead(): StillEnd {
    const copy = new StillEnd();
    copy.#sizes = this.#sizes;
    copy.#times = this.#times;
    copy.#to = this.#to;
    copy.#low = this.#low;
    copy.#high = this.#high;
    copy.#counts = new Map(this.#counts);
    copy.#floor = this.#floor;
    return copy;
  }

  /** A copy to go on with apart from this one. */
  split(): StillEnd {
    const copy = this.ahead();
    copy.#sizes = this.#sizes.slice(0, this.#to);
    copy.#times = this.#times.slice(0, this.#to);
    return copy;
  }

  #leave(): void {
    const { firstMs, level } = this;
    if (this.length < STILL_LOOKS || firstMs === undefined || level === undefined) return;
    if (this.#floor === undefined || level < this.#floor.level) this.#floor = { firstMs, level };
  }

  /** The place from which on all sizes are within one band. */
  #beginning(): number {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let from = this.#to;
    for (; from > 0; from -= 1) {
      const size = this.#sizes[from - 1];
      if (size === undefined) break;
      low = Math.min(low, size);
      high = Math.max(high, size);
      if (high - low > LEVEL_BAND) break;
    }
    return from;
  }

  #begin(from: number): void {
    this.#sizes = this.#sizes.slice(from, this.#to);
    this.#times = this.#times.slice(from, this.#to);
    this.#to = this.#sizes.length;
    this.#low = Number.POSITIVE_INFINITY;
    this.#high = Number.NEGATIVE_INFINITY;
    this.#counts = new Map();
    for (const size of this.#sizes) {
      this.#low = Math.min(this.#low, size);
      this.#high = Math.max(this.#high, size);
      this.#count(size);
    }
  }

  #count(size: Bytes): void {
    const before = this.#counts.get(size);
    this.#counts.set(size, before === undefined ? 1 : before + 1);
  }
}
