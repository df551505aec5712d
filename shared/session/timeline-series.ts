// What the timeline draws: lines of resident memory and of accounting over time, with gaps where nothing was seen.
import type { Known } from '../base/known.ts';
import { REASONS } from '../base/reason.ts';
import { toMiB, type Bytes } from '../base/units.ts';
import type { Policy } from '../gates/policy.ts';
import type { BusId, ProcessKey } from '../model/ids.ts';
import { recordOf } from './engine-states.ts';
import { pointsOf } from './history-looks.ts';
import type { HistoryPoint } from './history-point.ts';
import type { NodeSession } from './node-session.ts';
import { engineKey } from './session.ts';
import { keptPoints } from './decimate.ts';
import { busValue, engineValue } from './history-values.ts';
import { lineGaps, type TimelineGap } from './line-gaps.ts';
import { timelineMarks, type TimelineMark } from './timeline-marks.ts';
import { engineName } from './engine-name.ts';

export type TimelineBy = 'engine' | 'bus';

export interface TimelineOptions {
  readonly by: TimelineBy;
  readonly policy: Policy;
  /** undefined: from the first look on, to the newest. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Pixel columns of the plot. */
  readonly columns: number;
  /** Moments that were found in what was seen. */
  readonly found?: readonly TimelineMark[];
}

export interface TimelineLine {
  readonly id: string;
  readonly engine?: ProcessKey;
  readonly bus?: BusId;
  readonly label: string;
  readonly kind: 'resident' | 'accounting';
  /** Which colour of the palette: an engine and its accounting have the same. */
  readonly colour: number;
  /** In MiB, one for each time; null is a gap. */
  readonly values: readonly (number | null)[];
  /** Looks of this window that saw it and could not measure it. */
  readonly unknown: number;
}

export interface Timeline {
  /** Ascending, with a point more at the beginning of each gap, so that no step reaches into it. */
  readonly timesMs: readonly number[];
  readonly lines: readonly TimelineLine[];
  readonly gaps: readonly TimelineGap[];
  readonly marks: readonly TimelineMark[];
  /** undefined where the limit is not about what is drawn. */
  readonly limitMib: number | undefined;
  /** Of everything drawn. */
  readonly mostMib: number;
}

export function timelineOf(node: NodeSession, options: TimelineOptions): Timeline {
  const points = within(pointsOf(node.history), options);
  const gaps = lineGaps(points, node.outages, node.link);
  const drafts = [
    ...residentLines(points, node, options.by),
    ...(options.by === 'engine' ? accountingLines(node) : []),
  ];
  const full = withBreaks(points, gaps, drafts);
  const kept = keptPoints(
    full.timesMs,
    full.lines.map(({ values }) => values),
    options.columns,
  );
  const pick = <T>(all: readonly T[]): T[] => all.filter((_, at) => keptSet.has(at));
  const keptSet = new Set(kept);
  const lines = full.lines.map((line) => ({ ...line, values: pick(line.values) }));
  const limitMib = appliesTo(options) ? toMiB(options.policy.limit) : undefined;
  const most = lines.reduce(
    (top, { values }) => values.reduce((high: number, each) => Math.max(high, each ?? high), top),
    0,
  );
  const firstMs = points[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return {
    timesMs: pick(full.timesMs),
    lines,
    gaps,
    marks: timelineMarks(node, options.found ?? []).filter(
      ({ atMs }) => atMs >= firstMs && atMs <= (options.toMs ?? Number.POSITIVE_INFINITY),
    ),
    limitMib,
    mostMib: limitMib === undefined ? most : Math.max(most, limitMib),
  };
}

/** One limit is of an engine's largest GPU, the other of what a GPU uses. */
function appliesTo({ by, policy }: TimelineOptions): boolean {
  return (by === 'engine') === (policy.kind === 'engine-tree');
}

function within(points: readonly HistoryPoint[], { fromMs, toMs }: TimelineOptions): HistoryPoint[] {
  return points.filter(
    ({ atMs }) => atMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && atMs <= (toMs ?? Number.POSITIVE_INFINITY),
  );
}

interface Draft extends Omit<TimelineLine, 'values' | 'unknown'> {
  readonly valueAt: (point: HistoryPoint) => Known<Bytes> | undefined;
}

function residentLines(points: readonly HistoryPoint[], node: NodeSession, by: TimelineBy): Draft[] {
  if (by === 'bus') {
    const buses = busesOf(points);
    return buses.map((bus, colour) => ({
      id: bus,
      bus,
      label: bus,
      kind: 'resident',
      colour,
      valueAt: (point) => busValue(point, bus),
    }));
  }
  const order = node.history.engines;
  return enginesOf(points, order).map((engine) => ({
    id: engine,
    engine,
    label: engineLabel(engine, node),
    kind: 'resident',
    colour: order.indexOf(engine),
    valueAt: (point) => engineValue(point, engine, 'engine-tree'),
  }));
}

function busesOf(points: readonly HistoryPoint[]): BusId[] {
  const seen = new Set<BusId>();
  for (const { buses } of points) for (const bus of buses.keys()) seen.add(bus);
  return [...seen].toSorted();
}

/** Those of these points, in the order in which they were first seen: a later engine changes no colour. */
function enginesOf(points: readonly HistoryPoint[], order: readonly ProcessKey[]): ProcessKey[] {
  const seen = new Set<ProcessKey>();
  for (const { engines } of points) for (const engine of engines.keys()) seen.add(engine);
  return order.filter((engine) => seen.has(engine));
}

function engineLabel(key: ProcessKey, { moment }: NodeSession): string {
  const engine = moment?.session.latest?.detection.engines.find((each) => engineKey(each) === key);
  return engine === undefined
    ? `pid ${key.split('@')[0]} (ended)`
    : engineName({ ...engine, rootPid: engine.root.pid });
}

/** From the first answer that said so: what the engine recorded at its start, and never a measurement of now. */
function accountingLines({ moment, history }: NodeSession): Draft[] {
  if (moment === undefined) return [];
  const { session } = moment;
  const order = history.engines;
  return (session.latest?.detection.engines ?? []).flatMap((engine): Draft[] => {
    const { accounted } = recordOf(engine, session);
    if (accounted.every(({ bytes }) => bytes === undefined)) return [];
    const key = engineKey(engine);
    return [
      {
        id: `${key} accounting`,
        engine: key,
        label: `${engineName({ ...engine, rootPid: engine.root.pid })}, accounted at start-up`,
        kind: 'accounting',
        colour: order.indexOf(key),
        valueAt: ({ atMs }) => {
          const bytes = accounted.findLast(({ fromMs }) => fromMs <= atMs)?.bytes;
          return bytes === undefined ? undefined : { known: true, value: bytes };
        },
      },
    ];
  });
}

interface Full {
  readonly timesMs: readonly number[];
  readonly lines: readonly TimelineLine[];
}

/** A step holds its value until the next point; at the edge of a gap a point without values ends it. */
function withBreaks(points: readonly HistoryPoint[], gaps: readonly TimelineGap[], drafts: readonly Draft[]): Full {
  const edges = new Set(gaps.filter(({ isBetween }) => isBetween).map(({ fromMs }) => fromMs));
  const timesMs: number[] = [];
  const columns: (HistoryPoint | undefined)[] = [];
  for (const point of points) {
    timesMs.push(point.atMs);
    columns.push(point);
    if (edges.has(point.atMs)) {
      timesMs.push(point.atMs + 1);
      columns.push(undefined);
    }
  }
  const lines = drafts.map(({ valueAt, ...line }) => {
    const seen = columns.map((point) => (point === undefined ? undefined : valueAt(point)));
    const values = seen.map((size) => (size?.known === true ? toMiB(size.value) : null));
    return { ...line, values, unknown: seen.filter((size) => size?.known === false).length };
  });
  return { timesMs, lines };
}

export interface ReadoutLine {
  readonly id: string;
  readonly label: string;
  readonly colour: number;
  readonly kind: TimelineLine['kind'];
  /** `1,741 MiB`, or `unknown: …`, or `not there`, or of an accounting `not said yet`. */
  readonly text: string;
  readonly isKnown: boolean;
  /** What it is of. */
  readonly select: { readonly engine?: ProcessKey; readonly bus?: BusId };
}

export interface Readout {
  readonly atMs: number;
  readonly lines: readonly ReadoutLine[];
}

/** The values of the look nearest to this time; undefined before the first look. */
export function readoutAt(node: NodeSession, by: TimelineBy, atMs: number | undefined): Readout | undefined {
  const points = pointsOf(node.history);
  const point = atMs === undefined ? points.at(-1) : points[nearest(points, atMs)];
  if (point === undefined) return undefined;
  const drafts = [...residentLines(points, node, by), ...(by === 'engine' ? accountingLines(node) : [])];
  const lines = drafts.map(({ id, label, colour, kind, engine, bus, valueAt }) => {
    // An answer that came after the newest look is known now, and belongs to it.
    const isNow = kind === 'accounting' && atMs === undefined;
    const size = valueAt(isNow ? { ...point, atMs: Number.POSITIVE_INFINITY } : point);
    const select = { ...(engine === undefined ? {} : { engine }), ...(bus === undefined ? {} : { bus }) };
    return { id, label, colour, kind, text: sizeText(size, kind), isKnown: size?.known === true, select };
  });
  return { atMs: point.atMs, lines };
}

/** The place of the look nearest to a time among ascending looks. */
export function nearest(points: readonly { readonly atMs: number }[], atMs: number): number {
  const timeOf = (at: number): number => points[at]?.atMs ?? Number.NaN;
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (timeOf(middle) <= atMs) low = middle;
    else high = middle;
  }
  return high > low && Math.abs(timeOf(high) - atMs) < Math.abs(timeOf(low) - atMs) ? high : low;
}

function sizeText(size: Known<Bytes> | undefined, kind: TimelineLine['kind']): string {
  if (size === undefined) return kind === 'accounting' ? 'not said yet' : 'not there';
  if (!size.known) return `unknown: ${REASONS[size.why.code]}`;
  return `${toMiB(size.value).toLocaleString('en-US', { maximumFractionDigits: 0 })} MiB`;
}
