// The numbers of a range of the timeline: of each process, each engine and each GPU the least, the median and the most.
import type { Known } from '../../../shared/base/known.ts';
import { bytes, minus, type Bytes } from '../../../shared/base/units.ts';
import { median } from '../../../shared/ledger/cycles.ts';
import type { Engine } from '../../../shared/engines/detect.ts';
import type { LedgerClass } from '../../../shared/ledger/device-ledger.ts';
import { processOf, type BusId } from '../../../shared/model/ids.ts';
import { pointsBetween } from '../../../shared/session/history/history-looks.ts';
import type { HistoryPoint } from '../../../shared/session/history/history-point.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { foundName } from '../../../shared/session/engine-name.ts';
import { printable } from '../../../shared/base/printable.ts';
import type { History } from '../../../shared/session/history/history.ts';
import { processRanges, type ProcessRange } from '../../../shared/session/history/process-range.ts';
import type { SeenHolder } from '../../../shared/session/history/process-sizes.ts';
import { rankName } from '../process-name.ts';
import { signedMib, wholeMib } from '../screen-text.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';

export type RangeGroup = 'process' | 'engine' | 'gpu';

export interface RangeRow {
  readonly id: string;
  readonly group: RangeGroup;
  readonly name: string;
  /** Of which engine it is a rank; empty elsewhere. */
  readonly whose: string;
  /** The whole title where the name is short of it; empty elsewhere. */
  readonly detail: string;
  /** `4005`; empty for what is no process. */
  readonly pid: string;
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
  const engines = enginesOf(points, node.history);
  const processes = processRows(node, engines, fromMs, toMs);
  const rows = [...processes, ...engineRows(points, node, engines), ...classRows(points), ...usedRows(points)];
  return { fromMs, toMs, looks: points.length, rows };
}

/** All that the range saw: of those that were started again on one port each has its pid in its name. */
function enginesOf(points: readonly HistoryPoint[], { seen }: History): Engine[] {
  const keys = new Set(points.flatMap((point) => [...point.engines.keys()]));
  return [...keys].flatMap((key) => seen.get(key)?.engine ?? []);
}

/** Those that changed most first; then those that held most. A pid that was started again is another row. */
function processRows({ history }: NodeSession, engines: readonly Engine[], fromMs: number, toMs: number): RangeRow[] {
  return processRanges(history, fromMs, toMs)
    .toSorted(mostChangedFirst)
    .map(({ key, holder, sizes, first, last, unknown, absent }) => ({
      id: key,
      group: 'process',
      ...nameOf(holder, history, engines),
      pid: `${holder?.pid ?? key.split('@')[0]}`,
      gpu: holder === undefined ? '' : shortBus(holder.bus),
      min: textOf(sizes?.min),
      median: textOf(sizes?.median),
      max: textOf(sizes?.max),
      first: edgeText(first),
      last: edgeText(last),
      delta: deltaText(first, last),
      unknown,
      absent,
    }));
}

function mostChangedFirst(one: ProcessRange, other: ProcessRange): number {
  const [left, right] = [changeOf(one), changeOf(other)];
  if (left !== right) return right - left;
  const most = ({ sizes }: ProcessRange): number => (sizes === undefined ? Number.POSITIVE_INFINITY : sizes.max);
  return most(one) === most(other) ? (one.key < other.key ? -1 : 1) : most(other) - most(one);
}

/** What cannot be known may be the most. What was not there held nothing then. */
function changeOf({ first, last }: ProcessRange): number {
  if (first?.known === false || last?.known === false) return Number.POSITIVE_INFINITY;
  return Math.abs((last === undefined ? 0 : last.value) - (first === undefined ? 0 : first.value));
}

function nameOf(
  holder: SeenHolder | undefined,
  history: History,
  engines: readonly Engine[],
): Pick<RangeRow, 'name' | 'whose' | 'detail'> {
  const named = (name: string, detail = ''): ReturnType<typeof nameOf> => ({ name, whose: '', detail });
  if (holder === undefined) return named('a process');
  const title = printable(holder.title);
  if (holder.class === 'gone') return named('no longer exists');
  if (holder.class === 'hidden') return named('may not be seen');
  const engine = holder.engine === undefined ? undefined : history.seen.get(holder.engine)?.engine;
  const role = rankName(holder.role);
  if (role === '') return named(holder.class === 'trainer' ? `trainer ${title}` : title, title);
  const whose = engine === undefined ? holder.class : foundName(engine, engines);
  return { name: role, whose, detail: title };
}

function deltaText(first: Known<Bytes> | undefined, last: Known<Bytes> | undefined): string {
  if (first?.known === false || last?.known === false) return 'unknown';
  if (first === undefined) return last === undefined ? 'not there' : 'new';
  if (last === undefined) return 'gone';
  return signedMib(minus(last.value, first.value));
}

function engineRows(points: readonly HistoryPoint[], { history }: NodeSession, engines: readonly Engine[]): RangeRow[] {
  return history.subjects.flatMap((key) => {
    const buses = new Set(points.flatMap((point) => [...(point.engines.get(key)?.keys() ?? [])]));
    const engine = history.seen.get(key)?.engine;
    const name = engine === undefined ? 'an engine' : foundName(engine, engines);
    const pid = `${processOf(key).pid}`;
    return [...buses].toSorted().map((bus) => ({
      ...rowOf(
        'engine',
        `${key} ${bus}`,
        name,
        shortBus(bus),
        points.map(({ engines }) => engines.get(key)?.get(bus)),
      ),
      pid,
    }));
  });
}

/** Of what belongs to no engine; a class that was never there has no row. */
function classRows(points: readonly HistoryPoint[]): RangeRow[] {
  return busesOf(points).flatMap((bus) =>
    Object.entries(CLASSES).flatMap(([kind, name]) => {
      const sizes = points.map(
        ({ buses }) => [...(buses.get(bus)?.classes ?? [])].find(([each]) => each === kind)?.[1],
      );
      return sizes.every((size) => size === undefined)
        ? []
        : [rowOf('gpu', `${bus} ${kind}`, name, shortBus(bus), sizes)];
    }),
  );
}

function usedRows(points: readonly HistoryPoint[]): RangeRow[] {
  return busesOf(points).map((bus) =>
    rowOf(
      'gpu',
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
function rowOf(group: RangeGroup, id: string, name: string, gpu: string, sizes: Sizes): RangeRow {
  const known = sizes.flatMap((size) => (size?.known === true ? [size.value] : []));
  const sorted = known.toSorted((one, other) => one - other);
  const [first, last] = [sizes[0], sizes.at(-1)];
  return {
    id,
    group,
    name,
    whose: '',
    detail: '',
    pid: '',
    gpu,
    min: textOf(sorted[0]),
    median: textOf(median(known)),
    max: textOf(sorted.at(-1)),
    first: edgeText(first),
    last: edgeText(last),
    delta: deltaText(first, last),
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
