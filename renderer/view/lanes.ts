// The third mode of the timeline: a lane for each GPU, with the classes of its ledger stacked over time.
import type { Known } from '../../shared/base/known.ts';
import { toMiB, type Bytes } from '../../shared/base/units.ts';
import type { LedgerClass } from '../../shared/ledger/device-ledger.ts';
import type { BusId } from '../../shared/model/ids.ts';
import { pointsOf } from '../../shared/session/history-looks.ts';
import { lineGaps, type TimelineGap } from '../../shared/session/line-gaps.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';
import { keptPoints, type LineValues } from '../../shared/session/decimate.ts';
import { shortBus } from '../../shared/ledger/short-bus.ts';
import { steppedPoints, type SteppedPoints } from './stepped-points.ts';
import { timelineMarks, type TimelineMark } from '../../shared/session/timeline-marks.ts';

/** From the bottom; what nobody visible holds is the last, because its size may be below 0. */
export const STACKED: readonly LedgerClass[] = ['engine', 'orphan', 'trainer', 'process', 'gone', 'unattributed'];

export interface LaneLayer {
  readonly class: LedgerClass;
  /** In MiB, from `base` to `top` at each time; null where it or one below it is unknown. A top below its base is a negative size. */
  readonly base: LineValues;
  readonly top: LineValues;
}

export interface Lane {
  readonly bus: BusId;
  readonly label: string;
  readonly layers: readonly LaneLayer[];
  /** What the GPU says is used, whoever holds it. */
  readonly used: LineValues;
  /** Looks of this window that could not say what is used. */
  readonly unknown: number;
  /** The lane reaches so far: what the GPU has, or the most that was seen. */
  readonly topMib: number;
}

export interface Lanes {
  readonly timesMs: readonly number[];
  readonly lanes: readonly Lane[];
  readonly gaps: readonly TimelineGap[];
  readonly marks: readonly TimelineMark[];
}

export interface LanesOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly columns: number;
  readonly found: readonly TimelineMark[];
}

export function lanesOf(node: NodeSession, { fromMs, toMs, columns, found }: LanesOptions): Lanes {
  const points = pointsOf(node.history).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const gaps = lineGaps(points, node.outages, node.link);
  const { timesMs, columns: seen } = steppedPoints(points, gaps);
  const buses = [...new Set(points.flatMap((point) => [...point.buses.keys()]))].toSorted();
  const full = buses.map((bus) => laneOf(bus, seen, node));
  // Everything that is drawn keeps its extremes, so that no spike of one class is lost in another's column.
  const lines = full.flatMap(({ used, layers }) => [used, ...layers.map(({ top }) => top)]);
  const kept = keptPoints(timesMs, lines, columns);
  const pick = (values: LineValues): LineValues => kept.map((at) => values[at] ?? null);
  return {
    timesMs: kept.flatMap((at) => timesMs[at] ?? []),
    lanes: full.map((lane) => ({
      ...lane,
      used: pick(lane.used),
      layers: lane.layers.map((layer) => ({ ...layer, base: pick(layer.base), top: pick(layer.top) })),
    })),
    gaps,
    marks: timelineMarks(node, found).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
  };
}

function laneOf(bus: BusId, columns: SteppedPoints['columns'], { moment }: NodeSession): Lane {
  const used = columns.map((point) => mibOf(point?.buses.get(bus)?.used));
  let base: LineValues = columns.map((point) => (point?.buses.get(bus) === undefined ? null : 0));
  const layers: LaneLayer[] = [];
  for (const kind of STACKED) {
    const below = base;
    const top = columns.map((point, at) => stacked(below[at] ?? null, point?.buses.get(bus)?.classes, kind));
    if (top.some((value, at) => value !== below[at])) layers.push({ class: kind, base: below, top });
    base = top;
  }
  const device = moment?.sighting.snapshot.devices?.devices.find((each) => each.bus === bus);
  const most = [used, ...layers.map(({ top }) => top)]
    .flat()
    .reduce((high: number, each) => Math.max(high, each ?? high), 1);
  const total = mibOf(device?.total) ?? most;
  return {
    bus,
    label: shortBus(bus),
    layers,
    used,
    unknown: columns.filter((point) => point?.buses.get(bus)?.used.known === false).length,
    topMib: Math.max(total, most),
  };
}

/** A class that is not in the ledger of a look holds nothing; one whose size is unknown makes the rest unknown. */
function stacked(
  below: number | null,
  classes: ReadonlyMap<LedgerClass, Known<Bytes>> | undefined,
  kind: LedgerClass,
): number | null {
  if (below === null || classes === undefined) return null;
  const size = classes.get(kind);
  if (size === undefined) return below;
  return size.known ? below + toMiB(size.value) : null;
}

function mibOf(size: Known<Bytes> | undefined): number | null {
  return size?.known === true ? toMiB(size.value) : null;
}
