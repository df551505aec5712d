// The numbers of a range of the timeline: of each engine on each GPU, and of each GPU, the least, middle and most.
import type { Known } from '../../shared/base/known.ts';
import { bytes, minus, type Bytes } from '../../shared/base/units.ts';
import { median } from '../../shared/ledger/cycles.ts';
import type { LedgerClass } from '../../shared/ledger/device-ledger.ts';
import type { BusId } from '../../shared/model/ids.ts';
import { pointsBetween } from '../../shared/session/history-looks.ts';
import type { HistoryPoint } from '../../shared/session/history-point.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';
import { engineName } from '../../shared/session/engine-name.ts';
import { signedMib, wholeMib } from './screen-text.ts';
import { shortBus } from '../../shared/ledger/short-bus.ts';

export interface RangeRow {
  readonly id: string;
  readonly name: string;
  readonly gpu: string;
  readonly min: string;
  readonly median: string;
  readonly max: string;
  readonly first: string;
  readonly last: string;
  /** Last less first, signed; `unknown` where one of them is. */
  readonly delta: string;
  /** Looks of the range that could not measure it, and in which it was not there. */
  readonly unknown: number;
  readonly absent: number;
}

export interface RangeStats {
  readonly fromMs: number;
  readonly toMs: number;
  readonly looks: number;
  readonly rows: readonly RangeRow[];
}

const CLASSES: Readonly<Partial<Record<LedgerClass, string>>> = {
  orphan: 'orphans',
  trainer: 'trainers',
  process: 'other processes',
  gone: 'gone',
  unattributed: 'no process',
};

type Sizes = readonly (Known<Bytes> | undefined)[];

export function rangeStats(node: NodeSession, fromMs: number, toMs: number): RangeStats {
  const points = pointsBetween(node.history, fromMs, toMs);
  const rows = [...engineRows(points, node), ...classRows(points), ...usedRows(points)];
  return { fromMs, toMs, looks: points.length, rows };
}

function engineRows(points: readonly HistoryPoint[], { history }: NodeSession): RangeRow[] {
  return history.engines.flatMap((key) => {
    const buses = new Set(points.flatMap((point) => [...(point.engines.get(key)?.keys() ?? [])]));
    const engine = history.seen.get(key)?.engine;
    const name =
      engine === undefined ? `pid ${key.split('@')[0]}` : engineName({ ...engine, rootPid: engine.root.pid });
    return [...buses].toSorted().map((bus) =>
      rowOf(
        `${key} ${bus}`,
        name,
        shortBus(bus),
        points.map(({ engines }) => engines.get(key)?.get(bus)),
      ),
    );
  });
}

/** Of what belongs to no engine; a class that was never there has no row. */
function classRows(points: readonly HistoryPoint[]): RangeRow[] {
  return busesOf(points).flatMap((bus) =>
    Object.entries(CLASSES).flatMap(([kind, name]) => {
      const sizes = points.map(
        ({ buses }) => [...(buses.get(bus)?.classes ?? [])].find(([each]) => each === kind)?.[1],
      );
      return sizes.every((size) => size === undefined) ? [] : [rowOf(`${bus} ${kind}`, name, shortBus(bus), sizes)];
    }),
  );
}

function usedRows(points: readonly HistoryPoint[]): RangeRow[] {
  return busesOf(points).map((bus) =>
    rowOf(
      `${bus} used`,
      'all that is used',
      shortBus(bus),
      points.map(({ buses }) => buses.get(bus)?.used),
    ),
  );
}

function busesOf(points: readonly HistoryPoint[]): BusId[] {
  return [...new Set(points.flatMap(({ buses }) => [...buses.keys()]))].toSorted();
}

/** First and last are of the range's own first and last look: one that is not there then has none. */
function rowOf(id: string, name: string, gpu: string, sizes: Sizes): RangeRow {
  const known = sizes.flatMap((size) => (size?.known === true ? [size.value] : []));
  const sorted = known.toSorted((one, other) => one - other);
  const [first, last] = [sizes[0], sizes.at(-1)];
  return {
    id,
    name,
    gpu,
    min: textOf(sorted[0]),
    median: textOf(median(known)),
    max: textOf(sorted.at(-1)),
    first: edgeText(first),
    last: edgeText(last),
    delta: first?.known === true && last?.known === true ? signedMib(minus(last.value, first.value)) : 'unknown',
    unknown: sizes.filter((size) => size?.known === false).length,
    absent: sizes.filter((size) => size === undefined).length,
  };
}

function textOf(size: Bytes | undefined): string {
  return size === undefined ? 'unknown' : wholeMib(bytes(size));
}

function edgeText(size: Known<Bytes> | undefined): string {
  if (size === undefined) return 'not there';
  return size.known ? wholeMib(size.value) : 'unknown';
}
