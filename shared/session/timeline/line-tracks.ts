// What the lines of a timeline draw of the looks of one chunk: an engine's largest GPU, or what a GPU uses.
import type { BusId, ProcessKey } from '../../model/ids.ts';
import { runAt, type LookChunk } from '../history/look-chunk.ts';
import { isOneForAll, numberAt, reasonAt, type SizeColumn } from '../history/size-column.ts';
import { flatTrack, NO_TRACK, trackOf, type Track } from '../history/track.ts';

/** A chunk never changes, and is drawn again with each picture. */
const KNOWN = new WeakMap<LookChunk, Map<string, Track>>();

/** In MiB, as `engineValue` says of each look: unknown as soon as one GPU is, because that one could be the largest. */
export function engineTrack(chunk: LookChunk, engine: ProcessKey): Track {
  return known(chunk, engine, () => {
    const columns = chunk.engines.get(engine);
    if (columns === undefined) return NO_TRACK;
    const perBus = [...columns.perBus.values()];
    const isFlat = chunk.present.length === 1 && perBus.every(isOneForAll);
    return made(chunk, isFlat, (at) =>
      runAt(chunk.present, at)?.includes(engine) === true ? largest(perBus, at) : undefined,
    );
  });
}

/** In MiB, of what a dead engine left. */
export function orphanTrack(chunk: LookChunk, orphan: ProcessKey): Track {
  return known(chunk, `orphan ${orphan}`, () => {
    const column = chunk.orphans.get(orphan);
    if (column === undefined) return NO_TRACK;
    return made(chunk, isOneForAll(column), (at) => (isThere(column, at) ? numberAt(column.mib, at) : undefined));
  });
}

/** In MiB, as `busValue` says of each look. */
export function usedTrack(chunk: LookChunk, bus: BusId): Track {
  return known(chunk, `used ${bus}`, () => {
    const used = chunk.buses.get(bus)?.used;
    const isFlat = chunk.driver.length === 1 && (used === undefined || isOneForAll(used));
    return made(chunk, isFlat, (at) => {
      if (used !== undefined && isThere(used, at)) return numberAt(used.mib, at);
      return (runAt(chunk.driver, at) ?? []).length === 0 ? undefined : Number.NaN;
    });
  });
}

/** In MiB, what all GPUs use together; unknown as soon as one of them is. */
export function allUsedTrack(chunk: LookChunk): Track {
  return known(chunk, 'used', () => {
    const all = [...chunk.buses.values()].map(({ used }) => used);
    return made(chunk, chunk.driver.length === 1 && all.every(isOneForAll), (at) => {
      const there = all.filter((used) => isThere(used, at));
      return there.length === 0 ? Number.NaN : there.reduce((sum, { mib }) => sum + numberAt(mib, at), 0);
    });
  });
}

/** Of one look: the largest number; NaN where one of them is unknown, and where there is none. */
function largest(columns: readonly SizeColumn[], at: number): number {
  let most = Number.NaN;
  for (const column of columns) {
    const size = numberAt(column.mib, at);
    if (Number.isNaN(size)) {
      if (reasonAt(column.why, at) !== undefined) return Number.NaN;
    } else if (!(size <= most)) most = size;
  }
  return most;
}

/** `valueAt`: NaN is unknown, undefined is not there. */
function made({ count }: LookChunk, isFlat: boolean, valueAt: (at: number) => number | undefined): Track {
  if (isFlat) {
    const value = valueAt(0);
    return flatTrack(value ?? Number.NaN, value !== undefined && Number.isNaN(value), count);
  }
  const values = new Float64Array(count).fill(Number.NaN);
  let unknown: Float64Array | undefined;
  for (let at = 0; at < count; at += 1) {
    const value = valueAt(at);
    if (value === undefined) continue;
    if (!Number.isNaN(value)) values[at] = value;
    else (unknown ??= new Float64Array(count).fill(Number.NaN))[at] = 1;
  }
  return trackOf(values, unknown);
}

function isThere({ mib, why }: SizeColumn, at: number): boolean {
  return !Number.isNaN(numberAt(mib, at)) || reasonAt(why, at) !== undefined;
}

function known(chunk: LookChunk, name: string, make: () => Track): Track {
  const tracks = KNOWN.get(chunk) ?? new Map<string, Track>();
  KNOWN.set(chunk, tracks);
  const track = tracks.get(name) ?? make();
  tracks.set(name, track);
  return track;
}
