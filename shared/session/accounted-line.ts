// What an engine accounts for on one GPU, as parts on a line of bytes, and where the gap to what is resident lies on it.
import { bytes, plus, type Bytes } from '../base/units.ts';
import type { AccountingEntry } from '../engines/accounting.ts';
import type { Placed } from '../ledger/bus-line.ts';
import type { Stated } from '../model/accounting.ts';
import type { PairNumbers } from './pair-numbers.ts';

export type AccountedClass = 'weight' | 'kvcache' | 'graph';

export const ACCOUNTED_NAMES: Readonly<Record<AccountedClass, string>> = {
  weight: 'weights',
  kvcache: 'KV cache',
  graph: 'graphs',
};

export interface AccountedPart extends Placed {
  readonly class: AccountedClass;
  readonly bytes: Stated<Bytes>;
}

const PARTS: readonly AccountedClass[] = ['weight', 'kvcache', 'graph'];

/** `from`: where the engine begins in the resident row. `stub`: the place of a number that it did not give. */
export function accountedLine(entry: AccountingEntry, from: Bytes, stub: Bytes): AccountedPart[] {
  let at = from;
  return PARTS.map((kind): AccountedPart => {
    const size = entry[kind];
    const begin = at;
    if (!size.known) {
      at = plus(at, stub);
      return { class: kind, bytes: size, from: begin, to: at, drawn: 'unknown' };
    }
    at = plus(at, size.value);
    if (size.value < 0) return { class: kind, bytes: size, from: at, to: begin, drawn: 'negative' };
    return { class: kind, bytes: size, from: begin, to: at, drawn: 'measured' };
  });
}

export interface GapSpan {
  /** resident - accounted. */
  readonly bytes: Bytes;
  readonly from: Bytes;
  readonly to: Bytes;
}

/** undefined without both numbers. */
export function gapSpan({ gap, resident, accounting }: PairNumbers, from: Bytes): GapSpan | undefined {
  if (gap === undefined || !resident.known || accounting?.known !== true) return undefined;
  const ends = [plus(from, resident.value), plus(from, accounting.value)];
  return { bytes: gap, from: bytes(Math.min(...ends)), to: bytes(Math.max(...ends)) };
}
