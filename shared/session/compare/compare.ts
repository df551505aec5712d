// Two moments beside each other: what was freed, what stayed, what grew, what is new and what is gone.
import { known, type Known } from '../../base/known.ts';
import { bytes, minus, type Bytes } from '../../base/units.ts';
import type { Pid } from '../../model/ids.ts';
import { comparedLook, type ComparedLook, type LookPart, type PartName } from './compare-look.ts';
import { matchEngines, type EngineMatch } from '../compare-match.ts';
import type { Moment } from '../moment.ts';

export type Change = 'freed' | 'grown' | 'same' | 'new' | 'gone' | 'unknown';

export interface ComparedSide {
  readonly pids: readonly Pid[];
  /** undefined where nothing of this row was listed; then it held nothing, unless the list is not whole. */
  readonly resident: Known<Bytes> | undefined;
}

export interface ComparedRow extends PartName {
  /** The engine's place in `engines`; undefined for everybody else. */
  readonly engine: number | undefined;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** B minus A, signed. Unknown as soon as one of them is. */
  readonly delta: Known<Bytes>;
  readonly change: Change;
  /** Smaller than the noise floor: shown, and not to be read as a difference. */
  readonly isNoise: boolean;
}

export interface Comparison {
  readonly engines: readonly EngineMatch[];
  /** The largest difference first; unknown ones before all others, because they may be the largest. */
  readonly rows: readonly ComparedRow[];
  readonly noise: Bytes;
}

/**
 * Rows are aligned by engine, role, rank and bus, never by pid. `noise` is the floor below which a difference is none:
 * measured from idle looks (`noiseFloor`), at least the resolution of nvidia-smi.
 */
export function compareMoments(before: Moment, after: Moment, noise: Bytes): Comparison {
  return compareLooks(comparedLook(before), comparedLook(after), noise);
}

/** The same of looks that were taken apart already. */
export function compareLooks(before: ComparedLook, after: ComparedLook, noise: Bytes): Comparison {
  const engines = matchEngines(before, after);
  const left = byName(before, (at) => placeOf(engines, 'a', before, at));
  const right = byName(after, (at) => placeOf(engines, 'b', after, at));
  const rows = [...new Set([...left.keys(), ...right.keys()])].flatMap((key): ComparedRow[] => {
    const [a, b] = [left.get(key), right.get(key)];
    const part = a ?? b;
    if (part === undefined) return [];
    const { class: kind, engine, role, rank, bus } = part;
    const sides = { a: sideOf(a), b: sideOf(b) };
    const delta = differenceOf(sides.a.resident ?? before.unlisted, sides.b.resident ?? after.unlisted);
    const isNoise = delta.known && Math.abs(delta.value) <= noise;
    return [
      { class: kind, engine, role, rank, bus, ...sides, delta, change: changeOf(sides, delta, isNoise), isNoise },
    ];
  });
  return { engines, rows: rows.toSorted(largestFirst), noise };
}

function placeOf(engines: readonly EngineMatch[], side: 'a' | 'b', look: ComparedLook, at: number): number {
  return engines.findIndex((each) => each[side] === look.engines[at]);
}

/** The parts of a look under names that are the same in another one; `placeOfEngine` says which engine is which. */
export function byName(
  { parts }: ComparedLook,
  placeOfEngine: (at: number) => number | undefined,
): ReadonlyMap<string, LookPart> {
  return new Map(
    parts.map((part) => {
      const engine = part.engine === undefined ? undefined : placeOfEngine(part.engine);
      return [JSON.stringify([part.class, engine, part.role, part.rank, part.bus]), { ...part, engine }] as const;
    }),
  );
}

function sideOf(part: LookPart | undefined): ComparedSide {
  return part === undefined ? { pids: [], resident: undefined } : { pids: part.pids, resident: part.resident };
}

/** B minus A. */
export function differenceOf(a: Known<Bytes>, b: Known<Bytes>): Known<Bytes> {
  if (!a.known) return a;
  return b.known ? known(minus(b.value, a.value)) : b;
}

function changeOf(
  { a, b }: { readonly a: ComparedSide; readonly b: ComparedSide },
  delta: Known<Bytes>,
  isNoise: boolean,
): Change {
  if (!delta.known) return 'unknown';
  if (a.resident === undefined) return 'new';
  if (b.resident === undefined) return 'gone';
  if (isNoise) return 'same';
  return delta.value < 0 ? 'freed' : 'grown';
}

function largestFirst(one: ComparedRow, other: ComparedRow): number {
  const size = ({ delta }: ComparedRow): number => (delta.known ? Math.abs(delta.value) : Number.POSITIVE_INFINITY);
  const [left, right] = [size(one), size(other)];
  if (left !== right) return right - left;
  return one.bus === other.bus ? one.role.localeCompare(other.role, 'en') : one.bus < other.bus ? -1 : 1;
}

/**
 * How much the same row differs between looks in which nothing happens: the largest difference between one look and the
 * next over idle looks, at least the step of nvidia-smi. Give it looks of one state, such as the settled part of a sleep.
 */
export function noiseFloor(looks: readonly Moment[], resolution: Bytes): Bytes {
  let floor = resolution;
  let before: ComparedLook | undefined;
  for (const look of looks) {
    const next = comparedLook(look);
    if (before !== undefined) floor = noiseBetween(before, next, floor);
    before = next;
  }
  return floor;
}

/** The larger of a floor and the largest difference of a row between two idle looks. */
export function noiseBetween(before: ComparedLook, after: ComparedLook, floor: Bytes): Bytes {
  return compareLooks(before, after, floor).rows.reduce(
    (most, { delta }) => (delta.known && Math.abs(delta.value) > most ? bytes(Math.abs(delta.value)) : most),
    floor,
  );
}
