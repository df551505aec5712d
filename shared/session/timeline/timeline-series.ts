// What the timeline draws: lines of resident memory and of accounting over time, with gaps where nothing was seen.
import { known, type Known } from '../../base/known.ts';
import { shortReason } from '../../base/reason.ts';
import { toMiB, type Bytes } from '../../base/units.ts';
import type { Policy } from '../../gates/policy.ts';
import { subjectKey } from '../../gates/sighting.ts';
import { fromOrphan } from '../../gates/subject.ts';
import { processOf, type BusId, type ProcessKey } from '../../model/ids.ts';
import { engineName, foundName } from '../engine-name.ts';
import type { AccountedStep } from '../engine-record.ts';
import { recordOf } from '../engine-states.ts';
import { chunksOf, lookHeldAt, newestMs, oldestMs, pointAt } from '../history/history-looks.ts';
import { busValue, engineValue } from '../history/history-values.ts';
import { CHUNK, newestPoint, type History } from '../history/history.ts';
import { keptLooks, type LookPlace } from '../history/kept-looks.ts';
import { gapsBetween, type TimelineGap } from './line-gaps.ts';
import { engineTrack, orphanTrack, usedTrack } from './line-tracks.ts';
import type { LookChunk } from '../history/look-chunk.ts';
import { ofDrawn, planColumns, type ColumnPlan } from '../history/look-columns.ts';
import type { NodeSession } from '../node-session.ts';
import { engineKey } from '../session.ts';
import { numberAt } from '../history/size-column.ts';
import { timelineMarks, type TimelineMark } from './timeline-marks.ts';
import { NO_TRACK, unknownIn, type Track } from '../history/track.ts';

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
  const chunks = chunksOf(node.history);
  const fromMs = options.fromMs ?? oldestMs(node.history) ?? Number.NEGATIVE_INFINITY;
  const toMs = options.toMs ?? newestMs(node.history) ?? Number.NEGATIVE_INFINITY;
  const plan = planColumns(chunks, { fromMs, toMs, columns: options.columns });
  const gaps = gapsBetween(node, fromMs, toMs);
  const drafts = residentLines(plan, node, options.by);
  const accounted = options.by === 'engine' ? accountingLines(node) : [];
  const tracks = drafts.map(({ trackOf }) => ofDrawn(plan, trackOf, NO_TRACK));
  const kept = keptLooks(plan, tracks);
  const steps = accounted.flatMap(({ steps: all }) => all.map((step) => step.fromMs));
  const inside = withBreaks(plan, kept, [...edgesOf(gaps), ...steps], gaps);
  const { timesMs, places } = withEnds(inside, plan, { fromMs, toMs }, gaps);
  const resident = drafts.map(({ line }, at): TimelineLine => {
    const own = tracks[at] ?? [];
    const values = places.map((place) => (place === undefined ? null : valueAt(own, place)));
    return { ...line, values, unknown: unknownOf(plan, own) };
  });
  const lines = [
    ...resident,
    ...accounted.map(({ steps: all, ...line }): TimelineLine => {
      const values = places.map((place, at) => (place === undefined ? null : accountedAt(all, timesMs[at])));
      return { ...line, values, unknown: 0 };
    }),
  ];
  const limitMib = appliesTo(options) ? toMiB(options.policy.limit) : undefined;
  const most = lines.reduce(
    (top, { values }) => values.reduce((high: number, each) => Math.max(high, each ?? high), top),
    0,
  );
  const firstMs = timesMs[0] ?? Number.POSITIVE_INFINITY;
  return {
    timesMs,
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

type LineFacts = Omit<TimelineLine, 'values' | 'unknown'>;

interface Draft {
  readonly line: LineFacts;
  readonly trackOf: (chunk: LookChunk) => Track;
}

function residentLines({ chunks, spans }: ColumnPlan, node: NodeSession, by: TimelineBy): Draft[] {
  const drawn = [...new Set(spans.map(({ chunk }) => chunk))].flatMap((at) => chunks[at] ?? []);
  if (by === 'bus') {
    const buses = new Set(drawn.flatMap((chunk) => [...chunk.buses.keys()]));
    return [...buses].toSorted().map((bus, colour) => ({
      line: busFacts(bus, colour),
      trackOf: (chunk) => usedTrack(chunk, bus),
    }));
  }
  return subjectsIn(drawn, node.history).map((key) => ({
    line: subjectFacts(key, node),
    trackOf: (chunk) => (chunk.engines.has(key) ? engineTrack(chunk, key) : orphanTrack(chunk, key)),
  }));
}

function busFacts(bus: BusId, colour: number): LineFacts {
  return { id: bus, bus, label: bus, kind: 'resident', colour };
}

function subjectFacts(key: ProcessKey, node: NodeSession): LineFacts {
  const colour = node.history.subjects.indexOf(key);
  return { id: key, engine: key, label: subjectLabel(key, node), kind: 'resident', colour };
}

/** Of one that ended also its pid: the next one on its port has the same name. */
function subjectLabel(key: ProcessKey, { moment, history }: NodeSession): string {
  const { engines, orphans } = moment?.session.latest?.detection ?? NOBODY;
  const engine = engines.find((each) => engineKey(each) === key);
  if (engine !== undefined) return foundName(engine, engines);
  const orphan = orphans.map(fromOrphan).find((each) => subjectKey(each) === key);
  if (orphan !== undefined) return engineName(orphan);
  const pid = `pid ${processOf(key).pid}`;
  const ended = history.seen.get(key)?.engine;
  // Every engine is remembered, so this was part of none that lived.
  if (ended === undefined) return `orphan, ${pid} (ended)`;
  const name = engineName({ ...ended, rootPid: ended.root.pid });
  return name.endsWith(pid) ? `${name} (ended)` : `${name}, ${pid} (ended)`;
}

const NOBODY = { engines: [], orphans: [] } as const;

interface AccountedDraft extends LineFacts {
  readonly steps: readonly AccountedStep[];
}

/** From the first answer that said so: what the engine recorded at its start, and never a measurement of now. */
function accountingLines({ moment, history }: NodeSession): AccountedDraft[] {
  if (moment === undefined) return [];
  const { session } = moment;
  const order = history.subjects;
  const engines = session.latest?.detection.engines ?? [];
  return engines.flatMap((engine): AccountedDraft[] => {
    const { accounted } = recordOf(engine, session);
    if (accounted.every(({ bytes }) => bytes === undefined)) return [];
    const key = engineKey(engine);
    return [
      {
        id: `${key} accounting`,
        engine: key,
        label: `${foundName(engine, engines)}, accounted at start-up`,
        kind: 'accounting',
        colour: order.indexOf(key),
        steps: accounted,
      },
    ];
  });
}

/** In MiB; null before the first step. */
function accountedAt(steps: readonly AccountedStep[], atMs: number | undefined): number | null {
  const bytes = steps.findLast(({ fromMs }) => atMs !== undefined && fromMs <= atMs)?.bytes;
  return bytes === undefined ? null : toMiB(bytes);
}

function valueAt(tracks: readonly Track[], { chunk, at }: LookPlace): number | null {
  const value = numberAt(tracks[chunk]?.values ?? Number.NaN, at);
  return Number.isNaN(value) ? null : value;
}

function unknownOf({ spans }: ColumnPlan, tracks: readonly Track[]): number {
  return spans.reduce((sum, { chunk, from, to, isHeld }) => {
    const track = tracks[chunk];
    return isHeld || track === undefined ? sum : sum + unknownIn(track, from, to);
  }, 0);
}

/** The looks before gaps, after which no line goes on. */
function edgesOf(gaps: readonly TimelineGap[]): number[] {
  return gaps.filter(({ isBetween }) => isBetween).map(({ fromMs }) => fromMs);
}

interface Placed {
  readonly timesMs: readonly number[];
  /** undefined: a gap begins here. */
  readonly places: readonly (LookPlace | undefined)[];
}

/**
 * A step holds its value until the next point; at the edge of a gap a point without values ends it. `wanted` are times at
 * which something begins that no line shows by itself: the looks around them stay.
 */
function withBreaks(
  plan: ColumnPlan,
  kept: readonly LookPlace[],
  wanted: readonly number[],
  gaps: readonly TimelineGap[],
): Placed {
  const edges = new Set(edgesOf(gaps));
  const timesMs: number[] = [];
  const places: (LookPlace | undefined)[] = [];
  for (const place of withWanted(plan, kept, wanted)) {
    const atMs = plan.chunks[place.chunk]?.atMs[place.at] ?? Number.NaN;
    timesMs.push(atMs);
    places.push(place);
    if (!edges.has(atMs)) continue;
    timesMs.push(atMs + 1);
    places.push(undefined);
  }
  return { timesMs, places };
}

/**
 * A size holds from before the window into it, and to its end where a later look says so: a window between two looks is
 * not empty. Never in a gap.
 */
function withEnds(
  { timesMs, places }: Placed,
  { chunks, spans }: ColumnPlan,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  gaps: readonly TimelineGap[],
): Placed {
  const isInGap = (ms: number): boolean => gaps.some((gap) => ms >= gap.fromMs && ms < gap.toMs);
  const [first] = spans;
  const before = first?.isHeld === true && !isInGap(fromMs) ? { chunk: first.chunk, at: first.from } : undefined;
  const last = chunks.at(-1);
  const goesOn = (last?.atMs[last.count - 1] ?? Number.NEGATIVE_INFINITY) > toMs && !isInGap(toMs);
  const after = goesOn ? (places.at(-1) ?? before) : undefined;
  const [begin, end] = [before === undefined ? [] : [fromMs], after === undefined ? [] : [toMs]];
  return {
    timesMs: [...begin, ...timesMs, ...end],
    places: [...(before === undefined ? [] : [before]), ...places, ...(after === undefined ? [] : [after])],
  };
}

function withWanted(
  { chunks, spans }: ColumnPlan,
  kept: readonly LookPlace[],
  wanted: readonly number[],
): readonly LookPlace[] {
  if (wanted.length === 0) return kept;
  const keyOf = ({ chunk, at }: LookPlace): number => chunk * CHUNK * 2 + at;
  const more = new Map<number, LookPlace>();
  const first = spans.find(({ isHeld }) => !isHeld);
  const last = spans.findLast(({ isHeld }) => !isHeld);
  if (first === undefined || last === undefined) return kept;
  for (const atMs of wanted) {
    const chunk = chunks.findIndex(({ atMs: times, count }) => (times[count - 1] ?? Number.NaN) >= atMs);
    const times = chunks[chunk]?.atMs;
    if (times === undefined) continue;
    const at = times.findIndex((ms) => ms >= atMs);
    for (const place of [{ chunk, at }, at === 0 ? { chunk: chunk - 1, at: CHUNK - 1 } : { chunk, at: at - 1 }]) {
      const key = keyOf(place);
      if (key >= keyOf({ chunk: first.chunk, at: first.from }) && key < keyOf({ chunk: last.chunk, at: last.to }))
        more.set(key, place);
    }
  }
  const added = [...more].toSorted(([one], [other]) => one - other);
  return added.length === 0 ? kept : merged(kept, added, keyOf);
}

/** Those that are added are few; those that are kept are many, and in order. One that is in both stands once. */
function merged(
  kept: readonly LookPlace[],
  added: readonly (readonly [key: number, place: LookPlace])[],
  keyOf: (place: LookPlace) => number,
): LookPlace[] {
  const all: LookPlace[] = [];
  let next = 0;
  for (const place of kept) {
    const key = keyOf(place);
    for (let first = added[next]; first !== undefined && first[0] <= key; first = added[next]) {
      if (first[0] < key) all.push(first[1]);
      next += 1;
    }
    all.push(place);
  }
  return [...all, ...added.slice(next).map(([, place]) => place)];
}

export interface ReadoutLine {
  readonly id: string;
  readonly label: string;
  readonly colour: number;
  readonly kind: TimelineLine['kind'];
  /** `1,741 MiB`, or `unknown: …`, or `not there`, or of an accounting `not said yet`. */
  readonly text: string;
  readonly isKnown: boolean;
  /** The look had it, or it was said by then. */
  readonly isThere: boolean;
  /** What it is of. */
  readonly select: { readonly engine?: ProcessKey; readonly bus?: BusId };
}

export interface Readout {
  readonly atMs: number;
  readonly lines: readonly ReadoutLine[];
}

/** The values of the look that was the newest one at this time, as the other panels show it; undefined without a look. */
export function readoutAt(node: NodeSession, by: TimelineBy, atMs: number | undefined): Readout | undefined {
  const { history } = node;
  const point = atMs === undefined ? newestPoint(history) : pointAt(history, lookHeldAt(history, atMs));
  if (point === undefined) return undefined;
  // An answer that came after the newest look is known now, and belongs to it.
  const saidMs = atMs === undefined ? Number.POSITIVE_INFINITY : point.atMs;
  const resident =
    by === 'bus'
      ? busesOf(history).map((bus, colour) => ({ ...busFacts(bus, colour), size: busValue(point, bus) }))
      : subjectsIn(chunksOf(history), history).map((key) => ({
          ...subjectFacts(key, node),
          size: engineValue(point, key, 'engine-tree') ?? point.orphans.get(key),
        }));
  const accounted = (by === 'engine' ? accountingLines(node) : []).map(({ steps, ...line }) => {
    const bytes = steps.findLast(({ fromMs }) => fromMs <= saidMs)?.bytes;
    return { ...line, size: bytes === undefined ? undefined : known(bytes) };
  });
  const lines = [...resident, ...accounted].map(({ id, label, colour, kind, engine, bus, size }) => {
    const select = { ...(engine === undefined ? {} : { engine }), ...(bus === undefined ? {} : { bus }) };
    return {
      id,
      label,
      colour,
      kind,
      text: sizeText(size, kind),
      isKnown: size?.known === true,
      isThere: size !== undefined,
      select,
    };
  });
  return { atMs: point.atMs, lines };
}

function busesOf(history: History): BusId[] {
  return [...new Set(chunksOf(history).flatMap(({ buses }) => [...buses.keys()]))].toSorted();
}

/** Engines and orphans of these looks, in the order in which they were first seen: a later one changes no colour. */
function subjectsIn(chunks: readonly LookChunk[], { subjects }: History): ProcessKey[] {
  const there = new Set(chunks.flatMap(({ engines, orphans }) => [...engines.keys(), ...orphans.keys()]));
  return subjects.filter((key) => there.has(key));
}

function sizeText(size: Known<Bytes> | undefined, kind: TimelineLine['kind']): string {
  if (size === undefined) return kind === 'accounting' ? 'not said yet' : 'not there';
  if (!size.known) return `unknown: ${shortReason(size.why.code)}`;
  return `${toMiB(size.value).toLocaleString('en-US', { maximumFractionDigits: 0 })} MiB`;
}
