// One size of many looks in a row, in as few bytes as it takes, with the reason wherever it is unknown.
import { known, type Known } from '../../base/known.ts';
import type { Reason } from '../../base/reason.ts';
import { bytes, fromMiB, toMiB, type Bytes } from '../../base/units.ts';

/** In MiB, which division keeps exact: one number where all looks say the same. NaN where there is none. */
export type Numbers = number | Float32Array | Float64Array;

/** Immutable. */
export interface SizeColumn {
  readonly mib: Numbers;
  /** Of the looks at which it is unknown; one reason where all are. A look with neither did not have it at all. */
  readonly why: ReadonlyMap<number, Reason> | Reason | undefined;
}

/** Takes the sizes of `count` looks; what is not set is not there. */
export class SizeColumnBuilder {
  readonly #mib: Float64Array;
  readonly #why = new Map<number, Reason>();

  constructor(count: number) {
    this.#mib = new Float64Array(count).fill(Number.NaN);
  }

  set(at: number, size: Known<Bytes>): void {
    if (size.known) this.#mib[at] = toMiB(size.value);
    else this.#why.set(at, size.why);
  }

  /** As in the look before. */
  repeat(at: number): void {
    this.#mib[at] = this.#mib[at - 1] ?? Number.NaN;
    const why = this.#why.get(at - 1);
    if (why !== undefined) this.#why.set(at, why);
  }

  build(): SizeColumn {
    return { mib: packed(this.#mib), why: this.#reasons() };
  }

  #reasons(): SizeColumn['why'] {
    if (this.#why.size === 0) return undefined;
    const [first] = this.#why.values();
    const isOne = [...this.#why.values()].every(({ code, where }) => code === first?.code && where === first.where);
    return isOne && this.#why.size === this.#mib.length ? first : this.#why;
  }
}

/** The same numbers: one if all are equal, four bytes each where that loses nothing. */
export function packed(numbers: Float64Array): Numbers {
  const first = numbers[0] ?? Number.NaN;
  if (isAll(numbers, first)) return first;
  const short = new Float32Array(numbers);
  for (let at = 0; at < numbers.length; at += 1) if (!Object.is(short[at], numbers[at])) return numbers;
  return short;
}

function isAll(numbers: Float64Array, value: number): boolean {
  for (const each of numbers) if (!Object.is(each, value)) return false;
  return true;
}

/** NaN where there is no number. */
export function numberAt(numbers: Numbers, at: number): number {
  return typeof numbers === 'number' ? numbers : (numbers[at] ?? Number.NaN);
}

/** undefined: the look did not have it. */
export function sizeAt({ mib, why }: SizeColumn, at: number): Known<Bytes> | undefined {
  const number = numberAt(mib, at);
  if (!Number.isNaN(number)) return known(bytes(fromMiB(number)));
  const reason = reasonAt(why, at);
  return reason === undefined ? undefined : { known: false, why: reason };
}

/** Why it is unknown; undefined where it is known, and where it is not there. */
export function reasonAt(why: SizeColumn['why'], at: number): Reason | undefined {
  if (why === undefined || isReason(why)) return why;
  return why.get(at);
}

/** It says the same of all looks. */
export function isOneForAll({ mib, why }: SizeColumn): boolean {
  return typeof mib === 'number' && (why === undefined || isReason(why));
}

function isReason(why: ReadonlyMap<number, Reason> | Reason): why is Reason {
  return 'code' in why;
}
