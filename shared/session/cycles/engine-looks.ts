// What a history holds of engines, look by look, without making a point of each.
import { unknown, type Known } from '../../base/known.ts';
import type { Bytes } from '../../base/units.ts';
import type { BusKey } from '../../ledger/per-bus.ts';
import type { ProcessKey } from '../../model/ids.ts';
import { wholeOf, type EngineLook } from './engine-look.ts';
import { leftOn, type LeftOn, type ListedRow } from './held-rows.ts';
import { chunksOf } from '../history/history-looks.ts';
import { CHUNK, type History } from '../history/history.ts';
import { runAt, type LookChunk } from '../history/look-chunk.ts';
import type { HolderKey, SeenHolders } from '../history/process-sizes.ts';
import { sizeAt, type SizeColumn } from '../history/size-column.ts';

export interface EnginesLook {
  /** The engines that were there; the same list as at the look before where those are the same. */
  readonly keys: readonly ProcessKey[];
  readonly seen: History['seen'];
  readonly lookOf: (key: ProcessKey) => EngineLook;
  readonly rowsOf: (key: ProcessKey) => readonly ListedRow[];
  readonly left: LeftOn;
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
      rowsOf: (key) => engineRows(chunk, at, key, history.holders),
      left: leftAt(chunk, at),
    };
  }
}

function leftAt({ buses }: LookChunk, at: number): LeftOn {
  return leftOn((bus, kind) => {
    const column = buses.get(bus)?.classes.get(kind);
    return column === undefined ? undefined : sizeAt(column, at);
  });
}

interface RowColumn {
  readonly holder: HolderKey;
  readonly bus: BusKey;
  readonly column: SizeColumn;
}

/** Which columns are of which engine is the same for all looks of a chunk, as long as nobody is seen anew. */
const ROW_COLUMNS = new WeakMap<
  LookChunk,
  { readonly holders: SeenHolders; readonly of: Map<ProcessKey, RowColumn[]> }
>();

function engineRows(chunk: LookChunk, at: number, key: ProcessKey, holders: SeenHolders): ListedRow[] {
  let known = ROW_COLUMNS.get(chunk);
  if (known?.holders !== holders) {
    known = { holders, of: columnsByEngine(chunk, holders) };
    ROW_COLUMNS.set(chunk, known);
  }
  const rows: ListedRow[] = [];
  for (const { holder, bus, column } of known.of.get(key) ?? []) {
    const size = sizeAt(column, at);
    if (size !== undefined) rows.push({ holder, bus, size });
  }
  return rows;
}

function columnsByEngine({ processes }: LookChunk, holders: SeenHolders): Map<ProcessKey, RowColumn[]> {
  const columns = new Map<ProcessKey, RowColumn[]>();
  for (const [holder, column] of processes) {
    const seen = holders.get(holder);
    if (seen?.engine === undefined) continue;
    const own = columns.get(seen.engine) ?? [];
    columns.set(seen.engine, own);
    own.push({ holder, bus: seen.bus, column });
  }
  return columns;
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
