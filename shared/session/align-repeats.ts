// The same row in many looks of two sides: by engine, role, rank and bus, whatever was started again in between.
import type { Engine } from '../engines/detect.ts';
import { byName } from './compare.ts';
import type { ComparedLook, LookPart } from './compare-look.ts';
import { matchEngines, type EngineMatch, type EnginesOfBoot } from './compare-match.ts';
import { EngineLanes } from './engine-lanes.ts';
import type { Series } from './repeat-ranks.ts';
import type { RepeatValue } from './repeat-range.ts';

/** undefined: a repeat that has no look, such as a cycle that never settled. It counts as one that was not measured. */
export type Repeat = ComparedLook | undefined;

export interface RepeatedEngine extends EngineMatch {
  /** Of each repeat the engine that it was there; undefined where it was not there, or there is no look. */
  readonly livesA: readonly (Engine | undefined)[];
  readonly livesB: readonly (Engine | undefined)[];
}

export interface AlignedRepeats {
  /** `a` and `b` as they were last. */
  readonly engines: readonly RepeatedEngine[];
  readonly series: readonly Series[];
}

/** Give the repeats of a side in the order of their time; of a side without any its rows have no values. */
export function alignRepeats(before: readonly Repeat[], after: readonly Repeat[]): AlignedRepeats {
  const [left, right] = [placedIn(before), placedIn(after)];
  const engines = matchEngines(left.engines, right.engines).map((match) => ({
    ...match,
    livesA: left.lives(match.a),
    livesB: right.lives(match.b),
  }));
  const a = left.parts((lane) => engines.findIndex((each) => each.a === left.engines.engines[lane]));
  const b = right.parts((lane) => engines.findIndex((each) => each.b === right.engines.engines[lane]));
  const names = new Map<string, LookPart>();
  for (const parts of [...a, ...b])
    for (const [key, part] of parts?.named ?? []) if (!names.has(key)) names.set(key, part);
  const series = [...names].map(([key, name]) => ({
    name,
    a: seriesOf(key, name, a, before),
    b: seriesOf(key, name, b, after),
  }));
  return { engines, series };
}

interface Placed {
  /** The engines of all looks, each as it was last. */
  readonly engines: EnginesOfBoot;
  lives(engine: Engine | undefined): (Engine | undefined)[];
  /** Of each repeat its parts, under names that are the same in every one. */
  parts(place: (lane: number) => number): readonly (NamedParts | undefined)[];
}

interface NamedParts {
  readonly named: ReadonlyMap<string, LookPart>;
  /** Ranks that were there. */
  readonly ranks: ReadonlySet<string>;
}

function rankName({ engine, role, rank }: Pick<LookPart, 'engine' | 'role' | 'rank'>): string {
  return JSON.stringify([engine, role, rank]);
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
        const placeOf = (engine: number): number | undefined => {
          const found = placed[at]?.find((each) => each.engine === look.engines[engine])?.lane;
          return found === undefined ? undefined : place(found);
        };
        const ranks = look.ranks.map((each) => rankName({ ...each, engine: placeOf(each.engine) }));
        return { named: byName(look, placeOf), ranks: new Set(ranks) };
      }),
  };
}

function seriesOf(
  key: string,
  name: LookPart,
  parts: readonly (NamedParts | undefined)[],
  repeats: readonly Repeat[],
): RepeatValue[] {
  const hasRank = name.class === 'engine' && name.rank !== null;
  return repeats.map((look, at): RepeatValue => {
    const part = parts[at]?.named.get(key);
    if (part !== undefined) return { size: part.resident, isListed: true, isThere: true, pids: part.pids };
    const isThere = hasRank ? parts[at]?.ranks.has(rankName(name)) : undefined;
    return { size: look?.unlisted, isListed: false, isThere, pids: [] };
  });
}
