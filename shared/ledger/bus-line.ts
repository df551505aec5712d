// One GPU as a line of bytes: where the reserve, each part of what is used, and what is free begin and end on it.
import { sum, type Known } from '../base/known.ts';
import { bytes, fromGiB, minus, plus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import type { Device } from '../model/snapshot.ts';
import type { LedgerClass } from './device-ledger.ts';

export type SegmentClass = LedgerClass | 'reserved' | 'free';

/** The order in which classes stand on the line. */
export const CLASS_ORDER: readonly SegmentClass[] = [
  'reserved',
  'engine',
  'trainer',
  'process',
  'orphan',
  'gone',
  'unattributed',
  'free',
];

export interface LinePart {
  readonly class: SegmentClass;
  readonly bytes: Known<Bytes>;
}

export interface Placed {
  /** Bytes from the left end. Of an unknown one this is a place and not a size. */
  readonly from: Bytes;
  readonly to: Bytes;
  /** `negative`: the rows are more than the GPU says is used; drawn backwards over what it takes back. */
  readonly drawn: 'measured' | 'unknown' | 'negative';
}

export interface BusLine<T> {
  readonly placed: readonly (T & Placed)[];
  /** Where what is used begins: after the driver's reserve, when that is apart. */
  readonly usedFrom: Bytes;
  /** The right end of the last segment. */
  readonly end: Bytes;
  /** What the unknown parts hold together; undefined where nothing bounds them. */
  readonly left: Bytes | undefined;
  /** How many parts are unknown. */
  readonly unknowns: number;
}

export interface BusParts<T> {
  /** undefined where the driver counts it as used. */
  readonly reserved: T | undefined;
  readonly parts: readonly T[];
  readonly free: T;
}

/** The place of an unknown size where nothing bounds it, as a share of the GPU. */
const STUB_SHARE = 40;

export function stubOf({ total }: Pick<Device, 'total'>): Bytes {
  return bytes((total.known ? total.value : fromGiB(80)) / STUB_SHARE);
}

/** Several unknown parts share the room that is left for them. */
export function placedOnBus<T extends LinePart>(
  device: Pick<Device, 'used' | 'total' | 'free'>,
  { reserved, parts, free }: BusParts<T>,
): BusLine<T> {
  const ordered = parts.toSorted((one, other) => rankOf(one) - rankOf(other));
  const line = new Line<T>(stubOf(device));
  if (reserved !== undefined) line.put(reserved);
  const usedFrom = line.at;
  const { used, total } = device;
  const named = sum(ordered.filter((each) => each.class !== 'unattributed').map((each) => each.bytes));
  const unknowns = ordered.filter((each) => !each.bytes.known).length;
  const bound = used.known
    ? used.value
    : total.known && device.free.known
      ? minus(minus(total.value, device.free.value), usedFrom)
      : undefined;
  const left = bound === undefined ? undefined : minus(bound, named.atLeast);
  const share = left === undefined || left <= 0 ? undefined : bytes(left / unknowns);
  for (const part of ordered) line.put(part, share);
  const usedTo = used.known ? plus(usedFrom, used.value) : line.at;
  line.at = usedTo;
  line.put(free, total.known && total.value > usedTo ? minus(total.value, usedTo) : undefined);
  const end = bytes(Math.max(...line.placed.map(({ to }) => to), usedTo));
  return { placed: line.placed, usedFrom, end, left, unknowns };
}

/** Puts parts one behind the other. */
class Line<T extends LinePart> {
  readonly placed: (T & Placed)[] = [];
  readonly stub: Bytes;
  at: Bytes = ZERO_BYTES;

  constructor(stub: Bytes) {
    this.stub = stub;
  }

  /** `place`: the room of a size that is unknown. */
  put(part: T, place: Bytes = this.stub): void {
    const { at } = this;
    if (!part.bytes.known) {
      this.at = plus(at, place);
      this.placed.push({ ...part, from: at, to: this.at, drawn: 'unknown' });
      return;
    }
    const to = plus(at, part.bytes.value);
    // A negative rest goes back over what was named, and takes nothing away from it.
    if (part.bytes.value < 0) this.placed.push({ ...part, from: to, to: at, drawn: 'negative' });
    else {
      this.at = to;
      this.placed.push({ ...part, from: at, to, drawn: 'measured' });
    }
  }
}

function rankOf({ class: kind }: LinePart): number {
  return CLASS_ORDER.indexOf(kind);
}
