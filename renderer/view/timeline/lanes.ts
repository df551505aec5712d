// The third mode of the timeline: a lane for each GPU, with the classes of its ledger stacked over time.
import { toMiB } from '../../../shared/base/units.ts';
import type { LedgerClass } from '../../../shared/ledger/device-ledger.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';
import type { BusId } from '../../../shared/model/ids.ts';
import { chunksOf } from '../../../shared/session/history/history-looks.ts';
import { gapsBetween, type TimelineGap } from '../../../shared/session/timeline/line-gaps.ts';
import {
  extremesOf,
  ofDrawn,
  planColumns,
  type ColumnPlan,
  type Extremes,
} from '../../../shared/session/history/look-columns.ts';
import type { NodeSession } from '../../../shared/session/node-session.ts';
import { timelineMarks, type TimelineMark } from '../../../shared/session/timeline/timeline-marks.ts';
import { NO_TRACK } from '../../../shared/session/history/track.ts';
import { laneTracks, NO_LANE, STACKED } from './lane-tracks.ts';

export interface LaneLayer {
  readonly class: LedgerClass;
  /** In MiB, of each pixel column: how high it reaches above all classes below it. */
  readonly top: Extremes;
}

export interface Lane {
  readonly bus: BusId;
  readonly label: string;
  /** From the bottom; only classes that are there. */
  readonly layers: readonly LaneLayer[];
  /** What the GPU says is used, whoever holds it. */
  readonly used: Extremes;
  /** In MiB, of each pixel column: the size below 0 of what nobody holds, NaN where there is none. */
  readonly below: Float64Array;
  /** The lane reaches so far: what the GPU has, or the most that was seen. */
  readonly topMib: number;
}

export interface Lanes {
  readonly fromMs: number;
  readonly toMs: number;
  readonly columns: number;
  readonly lanes: readonly Lane[];
  readonly gaps: readonly TimelineGap[];
  readonly marks: readonly TimelineMark[];
}

export interface LanesOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** Pixel columns; a picture costs as much as there are, however long the window is. */
  readonly columns: number;
  readonly found: readonly TimelineMark[];
}

export function lanesOf(node: NodeSession, { fromMs, toMs, columns, found }: LanesOptions): Lanes {
  const gaps = gapsBetween(node, fromMs, toMs);
  const breaks = gaps.filter(({ isBetween }) => isBetween);
  const plan = planColumns(chunksOf(node.history), { fromMs, toMs, columns }, breaks);
  return {
    fromMs,
    toMs,
    columns,
    lanes: busesOf(plan).map((bus) => laneOf(bus, plan, node)),
    gaps,
    marks: timelineMarks(node, found).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
  };
}

/** Of the looks of the window. */
function busesOf({ chunks, spans }: ColumnPlan): BusId[] {
  const seen = new Set<BusId>();
  let last = -1;
  for (const { chunk } of spans) {
    if (chunk === last) continue;
    last = chunk;
    for (const bus of chunks[chunk]?.buses.keys() ?? []) seen.add(bus);
  }
  return [...seen].toSorted();
}

function laneOf(bus: BusId, plan: ColumnPlan, { moment }: NodeSession): Lane {
  const tracks = ofDrawn(plan, (chunk) => laneTracks(chunk, bus), NO_LANE);
  const layers = STACKED.flatMap((kind, at): LaneLayer[] => {
    if (!tracks.some(({ classes }) => classes.has(kind))) return [];
    return [
      {
        class: kind,
        top: extremesOf(
          plan,
          tracks.map(({ tops }) => tops[at] ?? NO_TRACK),
        ),
      },
    ];
  });
  const used = extremesOf(
    plan,
    tracks.map((each) => each.used),
  );
  const { least: below } = extremesOf(
    plan,
    tracks.map((each) => each.below),
  );
  const device = moment?.sighting.snapshot.devices?.devices.find((each) => each.bus === bus);
  const most = [used, ...layers.map(({ top }) => top)].reduce((high, { most: all }) => mostOf(all, high), 1);
  const total = device?.total.known === true ? toMiB(device.total.value) : most;
  return { bus, label: shortBus(bus), layers, used, below, topMib: Math.max(total, most) };
}

/** NaN is more than nothing. */
function mostOf(values: Float64Array, least: number): number {
  let most = least;
  for (const value of values) if (value > most) most = value;
  return most;
}
