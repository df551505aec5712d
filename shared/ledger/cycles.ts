// Finds the sleep/wake cycles of one engine in what was resident: awake level, release, settled, residual, wake.
import { known, unknown, type Known } from '../base/known.ts';
import { reason } from '../base/reason.ts';
import { bytes, fromMiB, minus, type Bytes } from '../base/units.ts';

/** One look: what was resident (worst bus, or one bus), or why nobody can say. */
export interface LevelPoint {
  /** On one clock for the whole series, milliseconds. */
  readonly atMs: number;
  readonly resident: Known<Bytes>;
  /** What the engine reports, or somebody told; undefined when nobody says. Inferred states do not belong here. */
  readonly state?: 'awake' | 'asleep' | undefined;
}

export interface Cycle {
  /** From 1, in order of time. */
  readonly number: number;
  /** The level before the release. */
  readonly awake: Bytes;
  /** The last look at the awake level. */
  readonly releaseMs: number;
  /** The first look that holds less; undefined when the release freed nothing that shows. */
  readonly firstDropMs: number | undefined;
  /** From here on it held still until the wake. undefined: it never did. */
  readonly settledMs: number | undefined;
  /** From the last awake look to the settled one, so at most one interval too long. */
  readonly settleTimeMs: number | undefined;
  /** What stayed: the median of the still part. Unknown, with its reason, when the end of the sleep was not seen. */
  readonly residual: Known<Bytes>;
  /** Awake level minus residual, with its sign; undefined without a residual. */
  readonly freed: Bytes | undefined;
  /** The first look at a higher level again; undefined while it sleeps. */
  readonly wakeMs: number | undefined;
  /** The level reached by the wake; undefined while it sleeps. */
  readonly woken: Bytes | undefined;
}

/** Idle sizes differ by a few MiB from look to look (allocator, NCCL); a band of this size is one level. */
export const LEVEL_BAND: Bytes = fromMiB(64);

/** A smaller fall is no release: caches come and go by this much. Of a large engine a share, of a small one a size. */
const LEAST_DROP: Bytes = fromMiB(128);
const LEAST_DROP_SHARE = 0.02;

/** So many looks in a row are a level; one alone may be a moment in between. */
const STILL_LOOKS = 2;

interface Sleep {
  readonly awake: Bytes;
  readonly releaseMs: number;
  readonly firstDropMs: number | undefined;
  readonly points: LevelPoint[];
  /** Of its known looks; kept while they come, as a sleep can last for hours. */
  readonly lowest: number | undefined;
}

/**
 * Cycles of one series, oldest first; the last one may still be asleep. A state that is reported or told opens and closes
 * a sleep also where nothing falls: a release that frees nothing is a cycle with its whole level as residual.
 */
export function findCycles(series: readonly LevelPoint[]): Cycle[] {
  const cycles: Cycle[] = [];
  let awake: LevelPoint[] = [];
  let sleep: Sleep | undefined;
  for (const [at, point] of series.entries()) {
    if (sleep === undefined) {
      const level = levelOf(awake);
      const last = awake.at(-1);
      if (level !== undefined && last !== undefined && falls(series, at, level)) {
        const dropped = point.resident.known && point.resident.value < level - leastDrop(level);
        const firstDropMs = dropped ? point.atMs : undefined;
        sleep = { awake: level, releaseMs: last.atMs, firstDropMs, points: [point], lowest: lower(undefined, point) };
      } else if (point.resident.known) {
        awake = [...awake, point].slice(-AWAKE_LOOKS);
      }
      continue;
    }
    if (wakes(series, at, sleep)) {
      cycles.push(cycleOf(sleep, cycles.length + 1, point));
      awake = point.resident.known ? [point] : [];
      sleep = undefined;
    } else {
      sleep.points.push(point);
      const drops = point.resident.known && point.resident.value < sleep.awake - leastDrop(sleep.awake);
      const firstDropMs = sleep.firstDropMs ?? (drops ? point.atMs : undefined);
      sleep = { ...sleep, firstDropMs, lowest: lower(sleep.lowest, point) };
    }
  }
  if (sleep !== undefined) cycles.push(cycleOf(sleep, cycles.length + 1, undefined));
  return cycles;
}

/** The awake level is the median of so many newest looks, so that one odd look moves nothing. */
const AWAKE_LOOKS = 9;

function levelOf(points: readonly LevelPoint[]): Bytes | undefined {
  return median(points.flatMap(({ resident }) => (resident.known ? [resident.value] : [])));
}

function leastDrop(level: Bytes): number {
  return Math.max(LEAST_DROP, level * LEAST_DROP_SHARE);
}

/** Down and staying down, or said to be asleep. A dip of one look between two awake ones is no release. */
function falls(series: readonly LevelPoint[], at: number, level: Bytes): boolean {
  if (series[at]?.state === 'asleep') return true;
  if (series[at]?.state === 'awake') return false;
  const next = series.slice(at, at + STILL_LOOKS);
  return next.every(({ resident }) => resident.known && resident.value < level - leastDrop(level));
}

/** Half of what was freed is back. Where nothing was freed, only a state can say so. */
function wakes(series: readonly LevelPoint[], at: number, sleep: Sleep): boolean {
  const point = series[at];
  if (point?.state === 'awake') return true;
  if (point?.state === 'asleep' || sleep.firstDropMs === undefined) return false;
  const { lowest } = sleep;
  if (lowest === undefined) return false;
  const half = lowest + (sleep.awake - lowest) / 2;
  return series.slice(at, at + STILL_LOOKS).every(({ resident }) => resident.known && resident.value > half);
}

function lower(lowest: number | undefined, { resident }: LevelPoint): number | undefined {
  if (!resident.known) return lowest;
  return lowest === undefined ? resident.value : Math.min(lowest, resident.value);
}

function cycleOf(sleep: Sleep, number: number, wake: LevelPoint | undefined): Cycle {
  const { awake, releaseMs, firstDropMs, points } = sleep;
  const still = stillEnd(points, wake !== undefined);
  const first = still[0];
  const residual = residualOf(points, still);
  return {
    number,
    awake,
    releaseMs,
    firstDropMs,
    settledMs: first?.atMs,
    settleTimeMs: first === undefined ? undefined : first.atMs - releaseMs,
    residual,
    freed: residual.known ? minus(awake, residual.value) : undefined,
    wakeMs: wake?.atMs,
    woken: wake?.resident.known === true ? wake.resident.value : undefined,
  };
}

/**
 * The longest end of a sleep that stays within one band; empty when even its last looks do not. A sleep that was over
 * after one look was still as far as anybody saw; one that goes on may still be falling.
 */
function stillEnd(points: readonly LevelPoint[], isOver: boolean): LevelPoint[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let from = points.length;
  while (from > 0) {
    const resident = points[from - 1]?.resident;
    if (resident === undefined || !resident.known) break;
    low = Math.min(low, resident.value);
    high = Math.max(high, resident.value);
    if (high - low > LEVEL_BAND) break;
    from -= 1;
  }
  const still = points.slice(from);
  const needed = isOver ? Math.min(STILL_LOOKS, points.length) : STILL_LOOKS;
  return still.length >= needed ? still : [];
}

function residualOf(points: readonly LevelPoint[], still: readonly LevelPoint[]): Known<Bytes> {
  const level = levelOf(still);
  if (level !== undefined) return known(level);
  const last = points.at(-1)?.resident;
  if (last !== undefined && !last.known) return { known: false, why: last.why };
  return points.length < STILL_LOOKS ? unknown('sample-gap', 'the sleep was seen once') : unstill();
}

function unstill(): Known<Bytes> {
  return { known: false, why: reason('still-falling') };
}

/** The middle one, of an even number the lower of the two: a size that was really seen. */
export function median(sizes: readonly Bytes[]): Bytes | undefined {
  const sorted = sizes.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? undefined : bytes(middle);
}
