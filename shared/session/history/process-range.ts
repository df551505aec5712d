// What each process held on each GPU over a range of looks: the least, the median, the most, the first and the last.
import type { Known } from '../../base/known.ts';
import { bytes, fromMiB, type Bytes } from '../../base/units.ts';
import { chunksOf, looksBefore, looksUntil } from './history-looks.ts';
import { CHUNK, type History } from './history.ts';
import { runAt, type LookChunk } from './look-chunk.ts';
import type { HolderKey, SeenHolder } from './process-sizes.ts';
import { numberAt, sizeAt } from './size-column.ts';

export interface ProcessRange {
  readonly key: HolderKey;
  readonly holder: SeenHolder | undefined;
  /** Of the looks that measured it; undefined where none did. */
  readonly sizes: { readonly min: Bytes; readonly median: Bytes; readonly max: Bytes } | undefined;
  /** At the range's own first and last look; undefined where it was not there. */
  readonly first: Known<Bytes> | undefined;
  readonly last: Known<Bytes> | undefined;
  /** Looks that could not measure it, and looks whose whole list did not have it. */
  readonly unknown: number;
  readonly absent: number;
}

/** Both times included. The median is that of all of Residuum: of an even number the lower middle one. */
export function processRanges(history: History, fromMs: number, toMs: number): ProcessRange[] {
  const [from, to] = [looksBefore(history, fromMs), looksUntil(history, toMs)];
  if (to <= from) return [];
  const parts = chunksOf(history).flatMap((chunk, at): Part[] => {
    const [start, end] = [from - at * CHUNK, Math.min(to - at * CHUNK, chunk.count)];
    const first = start > 0 ? start : 0;
    return end > first ? [{ chunk, first, end }] : [];
  });
  const keys = new Set(parts.flatMap(({ chunk }) => [...chunk.processes.keys()]));
  const numbers = new Float64Array(to - from);
  return [...keys].flatMap((key) => rangeOf(key, parts, numbers, history) ?? []);
}

/** Looks of one chunk, `end` not included. */
interface Part {
  readonly chunk: LookChunk;
  readonly first: number;
  readonly end: number;
}

/** `numbers` is where the sizes are sorted; undefined for one that was in none of these looks. */
function rangeOf(
  key: HolderKey,
  parts: readonly Part[],
  numbers: Float64Array,
  history: History,
): ProcessRange | undefined {
  let measured = 0;
  let absent = 0;
  let unknown = 0;
  for (const { chunk, first, end } of parts) {
    const column = chunk.processes.get(key);
    for (let at = first; at < end; at += 1) {
      const mib = column === undefined ? Number.NaN : numberAt(column.mib, at);
      if (!Number.isNaN(mib)) numbers[measured++] = mib;
      else if (sizeIn({ chunk, first: at, end }, key) === undefined) absent += 1;
      else unknown += 1;
    }
  }
  const wasThere = parts.some((part) => part.chunk.processes.has(key) && hasAny(part, key));
  if (!wasThere) return undefined;
  const sorted = numbers.subarray(0, measured).sort();
  const sizeOf = (at: number): Bytes => bytes(fromMiB(sorted[at] ?? Number.NaN));
  const [head, tail] = [parts[0], parts.at(-1)];
  return {
    key,
    holder: history.holders.get(key),
    sizes:
      measured === 0 ? undefined : { min: sizeOf(0), median: sizeOf((measured - 1) >> 1), max: sizeOf(measured - 1) },
    first: head === undefined ? undefined : sizeIn(head, key),
    last: tail === undefined ? undefined : sizeIn({ ...tail, first: tail.end - 1 }, key),
    unknown,
    absent,
  };
}

function hasAny({ chunk, first, end }: Part, key: HolderKey): boolean {
  const column = chunk.processes.get(key);
  if (column === undefined) return false;
  for (let at = first; at < end; at += 1) if (sizeAt(column, at) !== undefined) return true;
  return false;
}

/** At the part's first look. Not listed is not there only where the list was whole. */
function sizeIn({ chunk, first }: Part, key: HolderKey): Known<Bytes> | undefined {
  const column = chunk.processes.get(key);
  const size = column === undefined ? undefined : sizeAt(column, first);
  if (size !== undefined) return size;
  const [why] = runAt(chunk.unlisted, first) ?? [];
  return why === undefined ? undefined : { known: false, why };
}
