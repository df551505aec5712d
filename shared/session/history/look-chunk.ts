// Many looks in a row as columns of numbers: a fiftieth of what they take as points, and quick to go through.
import type { Known } from '../../base/known.ts';
import type { Reason, ReasonCode } from '../../base/reason.ts';
import type { Bytes } from '../../base/units.ts';
import type { LedgerClass } from '../../ledger/device-ledger.ts';
import type { BusKey } from '../../ledger/per-bus.ts';
import type { BusId, ProcessKey } from '../../model/ids.ts';
import type { BusPoint, HistoryPoint } from './history-point.ts';
import { packSizes } from './key-columns.ts';
import type { HolderKey } from './process-sizes.ts';
import { sizeAt, SizeColumnBuilder, type SizeColumn } from './size-column.ts';

/** From this look of the chunk on, until the next one. */
export interface Run<Value> {
  readonly from: number;
  readonly value: Value;
}

/** Immutable. Holds exactly what the points held that it was made from. */
export interface LookChunk {
  readonly count: number;
  /** On the observer's clock. */
  readonly atMs: Float64Array;
  /** On the node's; NaN when it would not say. */
  readonly nodeMs: Float64Array;
  readonly driver: readonly Run<readonly ReasonCode[]>[];
  readonly said: readonly Run<HistoryPoint['said']>[];
  /** The engines that were there, in the order in which they were detected. */
  readonly present: readonly Run<readonly ProcessKey[]>[];
  readonly buses: ReadonlyMap<BusId, BusColumns>;
  readonly engines: ReadonlyMap<ProcessKey, EngineColumns>;
  readonly orphans: ReadonlyMap<ProcessKey, SizeColumn>;
  readonly processes: ReadonlyMap<HolderKey, SizeColumn>;
  readonly unlisted: readonly Run<readonly Reason[]>[];
}

export interface BusColumns {
  readonly used: SizeColumn;
  readonly classes: ReadonlyMap<LedgerClass, SizeColumn>;
}

export interface EngineColumns {
  readonly worst: SizeColumn;
  readonly perBus: ReadonlyMap<BusKey, SizeColumn>;
}

export function packLooks(points: readonly HistoryPoint[]): LookChunk {
  const count = points.length;
  const buses = new Table<BusId>(count);
  const engines = new Table<ProcessKey>(count);
  for (const [at, point] of points.entries()) {
    const before = points[at - 1];
    // What did not change is the same object in the point after.
    if (before?.buses === point.buses) buses.repeat(at);
    else for (const [bus, { used, classes }] of point.buses) buses.row(bus, at, used, classes);
    if (before?.engines === point.engines && before.worst === point.worst) engines.repeat(at);
    else for (const [key, worst] of point.worst) engines.row(key, at, worst, point.engines.get(key) ?? NOTHING);
  }
  return {
    count,
    atMs: Float64Array.from(points, ({ atMs }) => atMs),
    nodeMs: Float64Array.from(points, ({ nodeMs }) => nodeMs ?? Number.NaN),
    driver: runsOf(points.map(({ driver }) => driver)),
    said: runsOf(points.map(({ said }) => said)),
    present: runsOf(points.map(({ worst }) => [...worst.keys()])),
    buses: buses.build((used, classes) => ({ used, classes: classes as ReadonlyMap<LedgerClass, SizeColumn> })),
    orphans: packSizes(points.map(({ orphans }) => orphans)),
    processes: packSizes(points.map(({ processes }) => processes)),
    unlisted: runsOf(points.map(({ unlisted }) => unlisted)),
    engines: engines.build((worst, perBus) => ({ worst, perBus: perBus as ReadonlyMap<BusKey, SizeColumn> })),
  };
}

/** One look of a chunk as the point that it was. */
export function unpackLook(chunk: LookChunk, at: number): HistoryPoint {
  const buses = new Map<BusId, BusPoint>();
  for (const [bus, columns] of chunk.buses) {
    const used = sizeAt(columns.used, at);
    if (used !== undefined) buses.set(bus, { used, classes: rowOf(columns.classes, at) });
  }
  const engines = new Map<ProcessKey, ReadonlyMap<BusKey, Known<Bytes>>>();
  const worst = new Map<ProcessKey, Known<Bytes>>();
  for (const key of runAt(chunk.present, at) ?? []) {
    const columns = chunk.engines.get(key);
    const size = columns === undefined ? undefined : sizeAt(columns.worst, at);
    if (columns === undefined || size === undefined) continue;
    worst.set(key, size);
    engines.set(key, rowOf(columns.perBus, at));
  }
  const nodeMs = chunk.nodeMs[at];
  return {
    atMs: chunk.atMs[at] ?? Number.NaN,
    nodeMs: nodeMs === undefined || Number.isNaN(nodeMs) ? undefined : nodeMs,
    driver: runAt(chunk.driver, at) ?? [],
    buses,
    engines,
    worst,
    orphans: rowOf(chunk.orphans, at),
    processes: rowOf(chunk.processes, at),
    unlisted: runAt(chunk.unlisted, at) ?? [],
    said: runAt(chunk.said, at) ?? NOTHING,
  };
}

export function unpackLooks(chunk: LookChunk): HistoryPoint[] {
  return Array.from({ length: chunk.count }, (_, at) => unpackLook(chunk, at));
}

const NOTHING = new Map<never, never>();

/** undefined before the first run. */
export function runAt<Value>(runs: readonly Run<Value>[], at: number): Value | undefined {
  return runs.findLast(({ from }) => from <= at)?.value;
}

function rowOf<Key>(columns: ReadonlyMap<Key, SizeColumn>, at: number): Map<Key, Known<Bytes>> {
  const row = new Map<Key, Known<Bytes>>();
  for (const [key, column] of columns) {
    const size = sizeAt(column, at);
    if (size !== undefined) row.set(key, size);
  }
  return row;
}

function runsOf<Value extends readonly unknown[] | ReadonlyMap<unknown, unknown>>(
  values: readonly Value[],
): Run<Value>[] {
  const runs: Run<Value>[] = [];
  for (const [from, value] of values.entries()) {
    const last = runs.at(-1);
    if (last === undefined || !isSame(last.value, value)) runs.push({ from, value });
  }
  return runs;
}

function isSame(one: readonly unknown[] | ReadonlyMap<unknown, unknown>, other: typeof one): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  return one.length === other.length && one.every((each, at) => each === other[at]);
}

interface Columns {
  readonly main: SizeColumnBuilder;
  readonly parts: Map<string, SizeColumnBuilder>;
}

/** Of each GPU, or of each engine, one size and its parts. */
class Table<Key> {
  readonly #rows = new Map<Key, Columns>();
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  row(key: Key, at: number, main: Known<Bytes>, parts: ReadonlyMap<string, Known<Bytes>>): void {
    const columns = this.#rows.get(key) ?? { main: new SizeColumnBuilder(this.#count), parts: new Map() };
    this.#rows.set(key, columns);
    columns.main.set(at, main);
    for (const [part, size] of parts) {
      const column = columns.parts.get(part) ?? new SizeColumnBuilder(this.#count);
      columns.parts.set(part, column);
      column.set(at, size);
    }
  }

  repeat(at: number): void {
    for (const { main, parts } of this.#rows.values()) {
      main.repeat(at);
      for (const part of parts.values()) part.repeat(at);
    }
  }

  build<Made>(make: (main: SizeColumn, parts: ReadonlyMap<string, SizeColumn>) => Made): Map<Key, Made> {
    const made = new Map<Key, Made>();
    for (const [key, { main, parts }] of this.#rows) {
      made.set(key, make(main.build(), new Map([...parts].map(([part, column]) => [part, column.build()] as const))));
    }
    return made;
  }
}
