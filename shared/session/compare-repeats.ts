// The same two moments several times, of each cycle or each rank: what differs in all of them, and by how much it varies.
import type { Bytes } from '../base/units.ts';
import type { Engine } from '../engines/detect.ts';
import type { BusId } from '../model/ids.ts';
import { byName, type Change } from './compare.ts';
import type { ComparedLook, LookPart, PartName } from './compare-look.ts';
import { matchEngines, type EngineMatch, type EnginesOfBoot } from './compare-match.ts';
import { EngineLanes } from './engine-lanes.ts';
import { ofOneBus, ranksTogether, type WideSeries } from './repeat-ranks.ts';
import {
  allPairs,
  pairedDelta,
  sideOf,
  type RepeatedDelta,
  type RepeatedSide,
  type RepeatRange,
  type RepeatValue,
} from './repeat-range.ts';

/** `varies`: some of them grew and others did not, or the middle one is within the noise and not all are. */
export type RepeatedChange = Change | 'varies';

export interface RepeatedRow extends Omit<PartName, 'bus'> {
  /** The engine's place in `engines`; undefined for everybody else. */
  readonly engine: number | undefined;
  /** More than one where ranks were put together. */
  readonly buses: readonly BusId[];
  readonly a: RepeatedSide;
  readonly b: RepeatedSide;
  readonly delta: RepeatedDelta;
  readonly change: RepeatedChange;
  /** Every single difference is within the noise floor, and none is unknown. */
  readonly isNoise: boolean;
}

export interface RepeatedEngine extends EngineMatch {
  /** Of each repeat the engine that it was there; undefined where it was not there, or there is no look. */
  readonly livesA: readonly (Engine | undefined)[];
  readonly livesB: readonly (Engine | undefined)[];
}

export interface RepeatedComparison {
  /** `a` and `b` as they were last. */
  readonly engines: readonly RepeatedEngine[];
  /** The largest middle difference first; unknown ones before all others. */
  readonly rows: readonly RepeatedRow[];
  readonly noise: Bytes;
}

export interface RepeatOptions {
  readonly noise: Bytes;
  /** Repeat by repeat, the first of A with the first of B; otherwise every one of A with every one of B. */
  readonly isPaired: boolean;
  /** The ranks of an engine are repeats as well, and stand in one row. */
  readonly overRanks: boolean;
}

/** undefined: a repeat that has no look, such as a cycle that never settled. It counts as one that was not measured. */
export type Repeat = ComparedLook | undefined;

/** Rows are aligned as those of two moments are. Give the repeats of a side in the order of their time. */
export function compareRepeats(
  before: readonly Repeat[],
  after: readonly Repeat[],
  options: RepeatOptions,
): RepeatedComparison {
  const [left, right] = [placedIn(before), placedIn(after)];
  const engines = matchEngines(left.engines, right.engines).map((match) => ({
    ...match,
    livesA: left.lives(match.a),
    livesB: right.lives(match.b),
  }));
  const a = left.parts((lane) => engines.findIndex((each) => each.a === left.engines.engines[lane]));
  const b = right.parts((lane) => engines.findIndex((each) => each.b === right.engines.engines[lane]));
  const keys = [...new Set([...a, ...b].flatMap((parts) => [...(parts?.keys() ?? [])]))];
  const series = keys.flatMap((key) => {
    const found = [...a, ...b].map((parts) => parts?.get(key)).find((part) => part !== undefined);
    return found === undefined ? [] : [{ name: found, a: seriesOf(key, a, before), b: seriesOf(key, b, after) }];
  });
  const rows = (options.overRanks ? ranksTogether(series) : series.map(ofOneBus)).map((each) => rowOf(each, options));
  return { engines, rows: rows.toSorted(largestMedianFirst), noise: options.noise };
}

interface Placed {
  /** The engines of all looks, each as it was last. */
  readonly engines: EnginesOfBoot;
  lives(engine: Engine | undefined): (Engine | undefined)[];
  /** Of each repeat its parts, under names that are the same in every one. */
  parts(place: (lane: number) => number): readonly (ReadonlyMap<string, LookPart> | undefined)[];
}

function placedIn(repeats: readonly Repeat[]): Placed {
  const lanes = new EngineLanes();
  const placed = repeats.map((look) => (look === undefined ? undefined : lanes.place(look.engines, look.bootId)));
  const engines = lanes.lanes.map(({ engine }) => engine);
  const boots = new Set(lanes.lanes.map(({ bootId }) => bootId));
  const [bootId] = boots;
  return {
    // Of several boots none is that of all of them.
    engines: { bootId: boots.size === 1 ? bootId : undefined, engines },
    lives: (engine) =>
      placed.map((each) => each?.find(({ lane }) => engine !== undefined && engines[lane] === engine)?.engine),
    parts: (place) =>
      repeats.map((look, at) => {
        if (look === undefined) return undefined;
        const lane = (engine: number): number | undefined =>
          placed[at]?.find((each) => each.engine === look.engines[engine])?.lane;
        return byName(look, (engine) => {
          const found = lane(engine);
          return found === undefined ? undefined : place(found);
        });
      }),
  };
}

function seriesOf(
  key: string,
  parts: readonly (ReadonlyMap<string, LookPart> | undefined)[],
  repeats: readonly Repeat[],
): RepeatValue[] {
  return repeats.map((look, at): RepeatValue => {
    const part = parts[at]?.get(key);
    if (part !== undefined) return { size: part.resident, isListed: true, pids: part.pids };
    return { size: look?.unlisted, isListed: false, pids: [] };
  });
}

function rowOf({ name, buses, a, b }: WideSeries, { noise, isPaired }: RepeatOptions): RepeatedRow {
  const sides = { a: sideOf(a), b: sideOf(b) };
  const delta = isPaired ? pairedDelta(a, b) : allPairs(sides.a, sides.b);
  const isStill = delta.range !== undefined && isWithin(delta.range.min, noise) && isWithin(delta.range.max, noise);
  // What was listed without a number may be the largest.
  const isWhole = a.concat(b).every(({ size }) => size === undefined || size.known);
  const isNoise = isStill && isWhole;
  const { class: kind, engine, role, rank } = name;
  return {
    class: kind,
    engine,
    role,
    rank,
    buses,
    ...sides,
    delta,
    change: isStill && !isWhole ? 'unknown' : changeOf(sides, delta.range, isNoise, noise),
    isNoise,
  };
}

function isWithin(size: Bytes, noise: Bytes): boolean {
  return Math.abs(size) <= noise;
}

function changeOf(
  { a, b }: { readonly a: RepeatedSide; readonly b: RepeatedSide },
  range: RepeatRange | undefined,
  isNoise: boolean,
  noise: Bytes,
): RepeatedChange {
  if (range === undefined) return 'unknown';
  if (a.listed === 0) return 'new';
  if (b.listed === 0) return 'gone';
  if (isNoise) return 'same';
  if (range.median > noise && range.min >= 0 - noise) return 'grown';
  return range.median < 0 - noise && range.max <= noise ? 'freed' : 'varies';
}

/** Unknown ones before all; of equal ones the one that is larger in some repeat. */
function largestMedianFirst(one: RepeatedRow, other: RepeatedRow): number {
  const sizes = ({ delta: { range }, change }: RepeatedRow): readonly [number, number] =>
    range === undefined || change === 'unknown'
      ? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [Math.abs(range.median), Math.max(Math.abs(range.min), Math.abs(range.max))];
  const [left, right] = [sizes(one), sizes(other)];
  if (left[0] !== right[0]) return right[0] - left[0];
  if (left[1] !== right[1]) return right[1] - left[1];
  const [bus, otherBus] = [one.buses.join(' '), other.buses.join(' ')];
  return bus === otherBus ? one.role.localeCompare(other.role, 'en') : bus < otherBus ? -1 : 1;
}
