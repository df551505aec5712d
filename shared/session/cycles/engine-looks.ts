// What a history holds of engines, look by look, without making a point of each.
import { unknown, type Known } from '../../base/known.ts';
import type { Bytes } from '../../base/units.ts';
import { NO_BUS, type BusKey } from '../../ledger/per-bus.ts';
import type { ProcessKey } from '../../model/ids.ts';
import { wholeOf, type EngineLook } from './engine-look.ts';
import type { UnlistedOn } from './held-rows.ts';
import { chunksOf } from '../history/history-looks.ts';
import { CHUNK, type History } from '../history/history.ts';
import { runAt, type LookChunk } from '../history/look-chunk.ts';
import { sizeAt } from '../history/size-column.ts';

export interface EnginesLook {
  /** The engines that were there; the same list as at the look before where those are the same. */
  readonly keys: readonly ProcessKey[];
  readonly seen: History['seen'];
  readonly lookOf: (key: ProcessKey) => EngineLook;
  readonly unlistedOn: UnlistedOn;
}

/** By place, `to` not included. */
export function* looksOfEngines(history: History, from: number, to: number): Generator<EnginesLook> {
  const chunks = chunksOf(history);
  let before: readonly ProcessKey[] | undefined;
  for (let place = from < 0 ? 0 : from; place < to; place += 1) {
    const chunk = chunks[Math.floor(place / CHUNK)];
    const at = place % CHUNK;
    if (chunk === undefined) return;
    const keys = runAt(chunk.present, at) ?? [];
    before = before !== undefined && isSame(before, keys) ? before : keys;
    yield {
      keys: before,
      seen: history.seen,
      lookOf: (key) => engineLook(chunk, at, key),
      unlistedOn: unlistedAt(chunk, at),
    };
  }
}

function unlistedAt(chunk: LookChunk, at: number): UnlistedOn {
  return (bus) => {
    const column = bus === NO_BUS ? undefined : chunk.buses.get(bus)?.classes.get('unattributed');
    return column === undefined ? undefined : sizeAt(column, at);
  };
}

function isSame(one: readonly ProcessKey[], other: readonly ProcessKey[]): boolean {
  return one === other || (one.length === other.length && one.every((key, at) => key === other[at]));
}

function engineLook(chunk: LookChunk, at: number, key: ProcessKey): EngineLook {
  const columns = chunk.engines.get(key);
  const perBus = new Map<BusKey, Known<Bytes>>();
  for (const [bus, column] of columns?.perBus ?? []) {
    const size = sizeAt(column, at);
    if (size !== undefined) perBus.set(bus, size);
  }
  const resident = (columns === undefined ? undefined : sizeAt(columns.worst, at)) ?? unknown('no-tree-row');
  return {
    atMs: chunk.atMs[at] ?? Number.NaN,
    resident,
    whole: wholeOf(resident, perBus),
    state: undefined,
    said: runAt(chunk.said, at)?.get(key),
    perBus,
  };
}
