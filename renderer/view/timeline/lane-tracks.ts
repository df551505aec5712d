// What a lane draws of the looks of one chunk: the classes of a GPU's ledger on top of each other, and what is used.
import type { LedgerClass } from '../../../shared/ledger/device-ledger.ts';
import type { BusId } from '../../../shared/model/ids.ts';
import type { BusColumns, LookChunk } from '../../../shared/session/history/look-chunk.ts';
import { isOneForAll, numberAt, reasonAt } from '../../../shared/session/history/size-column.ts';
import { flatTrack, NO_TRACK, trackOf, type Track } from '../../../shared/session/history/track.ts';

/** From the bottom; what nobody visible holds is the last, because its size may be below 0. */
export const STACKED: readonly LedgerClass[] = ['engine', 'orphan', 'trainer', 'process', 'gone', 'unattributed'];

export interface LaneTracks {
  /** In MiB, all that the GPU says is used. */
  readonly used: Track;
  /** In MiB, the top of each class of `STACKED` above all below it; no number where it or one below it is unknown. */
  readonly tops: readonly Track[];
  /** Classes that are there in some look. */
  readonly classes: ReadonlySet<LedgerClass>;
  /** What nobody holds where that is below 0. */
  readonly below: Track;
}

/** Of a GPU that none of these looks has. */
export const NO_LANE: LaneTracks = {
  used: NO_TRACK,
  tops: STACKED.map(() => NO_TRACK),
  classes: new Set(),
  below: NO_TRACK,
};

/** A chunk never changes, and is drawn again with each picture. */
const KNOWN = new WeakMap<BusColumns, LaneTracks>();

export function laneTracks(chunk: LookChunk, bus: BusId): LaneTracks {
  const columns = chunk.buses.get(bus);
  if (columns === undefined) return NO_LANE;
  const tracks = KNOWN.get(columns) ?? tracksOf(columns, chunk.count);
  KNOWN.set(columns, tracks);
  return tracks;
}

function tracksOf({ used, classes }: BusColumns, looks: number): LaneTracks {
  const isFlat = isOneForAll(used) && [...classes.values()].every(isOneForAll);
  const count = isFlat ? 1 : looks;
  const track = (values: Float64Array, unknown: Float64Array | undefined): Track =>
    isFlat ? flatTrack(values[0] ?? Number.NaN, unknown?.[0] === 1, looks) : trackOf(values, unknown);
  /** Most looks measure everything: a list of what they could not is made when one did not. */
  const marked = (list: Float64Array | undefined, at: number): Float64Array => {
    const marks = list ?? new Float64Array(count).fill(Number.NaN);
    marks[at] = 1;
    return marks;
  };
  const isThere = (at: number): boolean =>
    !Number.isNaN(numberAt(used.mib, at)) || reasonAt(used.why, at) !== undefined;

  let usedUnknown: Float64Array | undefined;
  const top = new Float64Array(count);
  let topUnknown: Float64Array | undefined;
  const below = new Float64Array(count).fill(Number.NaN);
  const usedValues = new Float64Array(count);
  for (let at = 0; at < count; at += 1) {
    usedValues[at] = numberAt(used.mib, at);
    // A look without the GPU has a hole in its lane, whatever the reason.
    if (!isThere(at)) top[at] = Number.NaN;
    if (Number.isNaN(usedValues[at])) usedUnknown = marked(usedUnknown, at);
    if (Number.isNaN(usedValues[at]) && !isThere(at)) topUnknown = marked(topUnknown, at);
  }
  let last = track(top, topUnknown);
  const tops = STACKED.map((kind) => {
    const column = classes.get(kind);
    if (column === undefined) return last;
    for (let at = 0; at < count; at += 1) {
      const size = numberAt(column.mib, at);
      if (!Number.isNaN(size)) {
        if (size < 0) below[at] = size;
        else top[at] = (top[at] ?? Number.NaN) + size;
      } else if (reasonAt(column.why, at) !== undefined) {
        top[at] = Number.NaN;
        topUnknown = marked(topUnknown, at);
      }
    }
    last = track(top.slice(), topUnknown?.slice());
    return last;
  });
  return {
    used: track(usedValues, usedUnknown),
    tops,
    classes: new Set(classes.keys()),
    below: track(below, undefined),
  };
}
