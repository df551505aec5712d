// The cycles of a series found the plain way, each look again and again: what the finder of looks must agree with.
import { known, unknown, type Known } from '../../shared/base/known.ts';
import { reason } from '../../shared/base/reason.ts';
import { fromMiB, minus, type Bytes } from '../../shared/base/units.ts';
import { LEVEL_BAND, median, type Cycle, type LevelPoint } from '../../shared/ledger/cycles.ts';

const LEAST_DROP: Bytes = fromMiB(128);
const LEAST_DROP_SHARE = 0.02;
const STILL_LOOKS = 2;

interface Sleep {
  readonly awake: Bytes;
  readonly awakeWhole: Bytes;
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
export function plainCycles(series: readonly LevelPoint[]): Cycle[] {
  const cycles: Cycle[] = [];
  let awake: LevelPoint[] = [];
  let sleep: Sleep | undefined;
  for (const [at, point] of series.entries()) {
    if (sleep === undefined) {
      const level = levelOf(awake);
      const awakeWhole = levelOf(awake.map((each) => ({ ...each, resident: whole(each) })));
      const last = awake.at(-1);
      if (level === undefined && point.state === 'asleep') continue;
      if (
        level !== undefined &&
        awakeWhole !== undefined &&
        last !== undefined &&
        falls(series, at, level, awakeWhole)
      ) {
        const dropped = point.resident.known && point.resident.value < level - leastDrop(level);
        const firstDropMs = dropped ? point.atMs : undefined;
        const lowest = lower(undefined, point);
        sleep = { awake: level, awakeWhole, releaseMs: last.atMs, firstDropMs, points: [point], lowest };
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
function falls(series: readonly LevelPoint[], at: number, level: Bytes, awakeWhole: Bytes): boolean {
  if (series[at]?.state === 'asleep') return true;
  if (series[at]?.state === 'awake') return false;
  const next = withNext(series, at);
  return next.every((point) => {
    const all = whole(point);
    if (!point.resident.known || !all.known) return false;
    return point.resident.value < level - leastDrop(level) || isWholeDrop(all.value, awakeWhole);
  });
}

/** Half of what was freed is back. Where nothing was freed, only a state can say so. */
function wakes(series: readonly LevelPoint[], at: number, sleep: Sleep): boolean {
  const point = series[at];
  if (point?.state === 'awake') return true;
  if (point?.state === 'asleep') return false;
  const { lowest, awakeWhole } = sleep;
  if (lowest === undefined) return false;
  const half = lowest + (sleep.awake - lowest) / 2;
  const lowestWhole = sleep.points.reduce<number>((least, each) => {
    const all = whole(each);
    return each.resident.known && all.known ? Math.min(least, all.value) : least;
  }, Number.POSITIVE_INFINITY);
  const halfWhole = lowestWhole + (awakeWhole - lowestWhole) / 2;
  return withNext(series, at).every((each) => {
    const all = whole(each);
    if (!each.resident.known || !all.known) return false;
    const onBus = sleep.firstDropMs !== undefined && each.resident.value > half;
    return onBus || (isWholeDrop(lowestWhole, awakeWhole) && all.value > halfWhole);
  });
}

/** A look, and the next one that measured something or of which somebody said something. */
function withNext(series: readonly LevelPoint[], at: number): LevelPoint[] {
  const isTold = (each: LevelPoint): boolean => each.state !== undefined || (each.resident.known && whole(each).known);
  const next = series.slice(at + 1).find(isTold);
  return [...series.slice(at, at + 1), ...(next === undefined ? [] : [next])];
}

function whole({ resident, whole: all }: LevelPoint): Known<Bytes> {
  return all ?? resident;
}

/** A quarter of the whole engine. */
function isWholeDrop(size: number, awakeWhole: Bytes): boolean {
  return size < awakeWhole - Math.max(LEAST_DROP, awakeWhole / 4);
}

function lower(lowest: number | undefined, { resident }: LevelPoint): number | undefined {
  if (!resident.known) return lowest;
  return lowest === undefined ? resident.value : Math.min(lowest, resident.value);
}

function cycleOf(sleep: Sleep, number: number, wake: LevelPoint | undefined): Cycle {
  const { awake, releaseMs, firstDropMs, points } = sleep;
  const end = stillEnd(points, wake !== undefined);
  const floor = floorOf(points, end);
  const still = floor ?? end;
  const first = still[0];
  const residual = residualOf(points, still);
  const [rising] = end;
  const seen = points.find(({ resident }) => resident.known);
  const to = levelOf(end);
  return {
    number,
    awake,
    releaseMs,
    firstDropMs,
    settledMs: first?.atMs,
    settleTimeMs: first === undefined ? undefined : first.atMs - releaseMs,
    settleAtLeastMs: first === undefined || seen === undefined ? undefined : first.atMs - seen.atMs,
    residual,
    rose: floor === undefined || rising === undefined || to === undefined ? undefined : { atMs: rising.atMs, to },
    freed: residual.known ? minus(awake, residual.value) : undefined,
    wakeMs: wake?.atMs,
    woken: wake?.resident.known === true ? wake.resident.value : undefined,
  };
}

/** The lowest part that held still before something higher or unknown came, where the sleep did not end about as low. */
function floorOf(points: readonly LevelPoint[], end: readonly LevelPoint[]): LevelPoint[] | undefined {
  const sizeOf = (part: readonly LevelPoint[]): number => levelOf(part) ?? Number.POSITIVE_INFINITY;
  if (points.at(-1)?.resident.known !== true) return undefined;
  let floor: LevelPoint[] | undefined;
  for (const [at, { resident }] of points.entries()) {
    if (floor !== undefined && resident.known && resident.value < sizeOf(floor) - LEVEL_BAND) floor = undefined;
    const before = stillEnd(points.slice(0, at), false);
    if (before.length < STILL_LOOKS) continue;
    const sizes = before.flatMap((each) => (each.resident.known ? [each.resident.value] : []));
    const isHigher =
      resident.known && resident.value > Math.max(...sizes) && resident.value - Math.min(...sizes) > LEVEL_BAND;
    if ((isHigher || !resident.known) && (floor === undefined || sizeOf(before) < sizeOf(floor))) floor = before;
  }
  if (floor === undefined) return undefined;
  return end.length === 0 || sizeOf(end) > sizeOf(floor) + LEVEL_BAND ? floor : undefined;
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
