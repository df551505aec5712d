// Which row of one look is which of another, over many looks: the same engine, role, rank and GPU, through every restart.
import type { Engine } from '../../engines/detect.ts';
import type { ProcessKey } from '../../model/ids.ts';
import { byName } from './compare.ts';
import type { ComparedLook, LookPart } from './compare-look.ts';
import { matchEngines, type EngineMatch, type EnginesOfBoot } from '../compare-match.ts';
import { EngineLanes, type PlacedEngine } from '../cycles/engine-lanes.ts';
import type { Series } from './repeat-ranks.ts';
import type { RepeatValue } from './repeat-range.ts';
import { engineKey } from '../session.ts';

/** undefined: a repeat that has no look, such as a cycle that never settled. It counts as one that was not measured. */
export type Repeat = ComparedLook | undefined;

/** Moments at which one engine is looked at: those of its own cycles. */
export interface EngineRepeats {
  /** Of every life of the engine; empty for moments that are of no cycle. */
  readonly lives: ReadonlySet<ProcessKey>;
  /** In the order of their time. */
  readonly repeats: readonly Repeat[];
}

/**
 * One side of a comparison, at least one engine. Whoever has no moments of their own, a trainer or what nobody holds, is
 * looked at in those of the first. Two that mean one look have the same object.
 */
export type Repeats = readonly EngineRepeats[];

export interface RepeatedEngine extends EngineMatch {
  /** Whose moments it is looked at in: the place in each side. */
  readonly placeA: number;
  readonly placeB: number;
  /** Of each of these moments the engine that it was there; undefined where it was not there, or there is no look. */
  readonly livesA: readonly (Engine | undefined)[];
  readonly livesB: readonly (Engine | undefined)[];
}

export interface AlignedRepeats {
  /** `a` and `b` as they were last. */
  readonly engines: readonly RepeatedEngine[];
  readonly series: readonly Series[];
}

/** Of a side without any repeats its rows have no values. */
export function alignRepeats(before: Repeats, after: Repeats): AlignedRepeats {
  const [left, right] = [placedIn(looksOf(before)), placedIn(looksOf(after))];
  const engines = matchEngines(left.engines, right.engines).map((match): RepeatedEngine => {
    const [placeA, placeB] = [placeIn(before, match.a), placeIn(after, match.b)];
    const livesA = left.lives(match.a, repeatsAt(before, placeA));
    return { ...match, placeA, placeB, livesA, livesB: right.lives(match.b, repeatsAt(after, placeB)) };
  });
  const a = left.parts((lane) => engines.findIndex((each) => each.a === left.engines.engines[lane]));
  const b = right.parts((lane) => engines.findIndex((each) => each.b === right.engines.engines[lane]));
  const names = new Map<string, LookPart>();
  for (const parts of [...a.values(), ...b.values()])
    for (const [key, part] of parts.named) if (!names.has(key)) names.set(key, part);
  const series = [...names].map(([key, name]) => {
    const engine = name.engine === undefined ? undefined : engines[name.engine];
    return {
      name,
      a: seriesOf(key, name, a, repeatsAt(before, engine?.placeA)),
      b: seriesOf(key, name, b, repeatsAt(after, engine?.placeB)),
    };
  });
  return { engines, series };
}

/** Each once, oldest first: engines that sleep together share their looks. */
function looksOf(side: Repeats): ComparedLook[] {
  const looks = new Set(side.flatMap(({ repeats }) => repeats.flatMap((look) => look ?? [])));
  return [...looks].toSorted((one, other) => one.atMs - other.atMs);
}

function placeIn(side: Repeats, engine: Engine | undefined): number {
  const own = engine === undefined ? -1 : side.findIndex(({ lives }) => lives.has(engineKey(engine)));
  return own === -1 ? 0 : own;
}

function repeatsAt(side: Repeats, place = 0): readonly Repeat[] {
  return side[place]?.repeats ?? [];
}

interface Placed {
  /** The engines of all looks, each as it was last. */
  readonly engines: EnginesOfBoot;
  lives(engine: Engine | undefined, repeats: readonly Repeat[]): (Engine | undefined)[];
  /** Of each look its parts, under names that are the same in every one. */
  parts(place: (lane: number) => number): PartsOfLooks;
}

type PartsOfLooks = ReadonlyMap<ComparedLook, NamedParts>;

interface NamedParts {
  readonly named: ReadonlyMap<string, LookPart>;
  /** Ranks that were there. */
  readonly ranks: ReadonlySet<string>;
}

function rankName({ engine, role, rank }: Pick<LookPart, 'engine' | 'role' | 'rank'>): string {
  return JSON.stringify([engine, role, rank]);
}

function placedIn(looks: readonly ComparedLook[]): Placed {
  const lanes = new EngineLanes();
  const placed = new Map<Repeat, readonly PlacedEngine[]>(
    looks.map((look) => [look, lanes.place(look.engines, look.bootId)]),
  );
  const engines = lanes.lanes.map(({ engine }) => engine);
  const boots = new Set(lanes.lanes.map(({ bootId }) => bootId));
  const [bootId] = boots;
  return {
    // Of several boots none is that of all of them.
    engines: { bootId: boots.size === 1 ? bootId : undefined, engines },
    lives: (engine, repeats) =>
      repeats.map(
        (look) => placed.get(look)?.find(({ lane }) => engine !== undefined && engines[lane] === engine)?.engine,
      ),
    parts: (place) =>
      new Map(
        looks.map((look) => {
          const placeOf = (engine: number): number | undefined => {
            const found = placed.get(look)?.find((each) => each.engine === look.engines[engine])?.lane;
            return found === undefined ? undefined : place(found);
          };
          const ranks = look.ranks.map((each) => rankName({ ...each, engine: placeOf(each.engine) }));
          return [look, { named: byName(look, placeOf), ranks: new Set(ranks) }] as const;
        }),
      ),
  };
}

function seriesOf(key: string, name: LookPart, parts: PartsOfLooks, repeats: readonly Repeat[]): RepeatValue[] {
  const hasRank = name.class === 'engine' && name.rank !== null;
  return repeats.map((look): RepeatValue => {
    const seen = look === undefined ? undefined : parts.get(look);
    const part = seen?.named.get(key);
    if (part !== undefined) return { size: part.resident, isListed: true, isThere: true, pids: part.pids };
    const isThere = hasRank ? seen?.ranks.has(rankName(name)) : undefined;
    return { size: look?.unlisted, isListed: false, isThere, pids: [] };
  });
}
