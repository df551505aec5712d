// Finds the sleep/wake cycles of one engine in what was resident, look by look: each is looked at once.
import { known, unknown, type Known } from '../base/known.ts';
import { fromMiB, minus, type Bytes } from '../base/units.ts';
import { median, type Cycle, type LevelPoint } from './cycles.ts';
import { StillEnd } from './still-end.ts';

/** A smaller fall is no release: caches come and go by this much. Of a large engine a share, of a small one a size. */
const LEAST_DROP: Bytes = fromMiB(128);
const LEAST_DROP_SHARE = 0.02;

/** So many looks in a row are a level; one alone may be a moment in between. */
const STILL_LOOKS = 2;

/** The awake level is the median of so many newest looks, so that one odd look moves nothing. */
const AWAKE_LOOKS = 9;

interface Sleep {
  readonly awake: Bytes;
  readonly releaseMs: number;
  firstDropMs: number | undefined;
  /** Of its known looks. */
  lowest: Bytes | undefined;
  looks: number;
  last: LevelPoint;
  readonly still: StillEnd;
}

/** Cycles of one series, oldest first; the last one may still be asleep. */
export function findCycles(series: readonly LevelPoint[]): Cycle[] {
  const finder = new CycleFinder();
  for (const point of series) finder.push(point);
  return finder.cycles();
}

/**
 * Takes the looks of one series in their order. A state that is reported or told opens and closes a sleep also where
 * nothing falls: a release that frees nothing is a cycle with its whole level as residual.
 */
export class CycleFinder {
  /** The first `#count` of them. Shared with copies that look ahead. */
  #over: Cycle[] = [];
  #count = 0;
  /** The newest sizes while awake, and when the last of them was seen. */
  #awake: Bytes[] = [];
  #awakeMs = Number.NaN;
  #sleep: Sleep | undefined;
  /** A look that falls or rises, which the next one has to bear out. */
  #held: LevelPoint | undefined;

  /** Costs the same however many looks there were. */
  push(point: LevelPoint): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#take(held, this.#crosses(held) && this.#crosses(point));
    if (point.state === undefined && this.#crosses(point)) this.#held = point;
    else this.#take(point, false);
  }

  /** Of all looks so far, as if no more came: a fall at the last of them counts. */
  cycles(): Cycle[] {
    if (this.#held !== undefined) {
      const copy = this.ahead();
      copy.#held = undefined;
      copy.#take(this.#held, true);
      return copy.cycles();
    }
    const over = this.#over.slice(0, this.#count);
    return this.#sleep === undefined ? over : [...over, this.#cycleOf(this.#sleep, undefined)];
  }

  /** A copy that may take looks which this one has not taken; good until this one takes its next. */
  ahead(): CycleFinder {
    const copy = this.#copy();
    if (this.#sleep !== undefined) copy.#sleep = { ...this.#sleep, still: this.#sleep.still.ahead() };
    return copy;
  }

  /** A copy to go on with apart from this one. */
  split(): CycleFinder {
    const copy = this.#copy();
    copy.#over = this.#over.slice(0, this.#count);
    if (this.#sleep !== undefined) copy.#sleep = { ...this.#sleep, still: this.#sleep.still.split() };
    return copy;
  }

  #copy(): CycleFinder {
    const copy = new CycleFinder();
    copy.#over = this.#over;
    copy.#count = this.#count;
    copy.#awake = [...this.#awake];
    copy.#awakeMs = this.#awakeMs;
    copy.#held = this.#held;
    return copy;
  }

  /** Its size alone says that the engine fell asleep, or that it woke. A dip of one look between two others is neither. */
  #crosses({ resident }: LevelPoint): boolean {
    if (!resident.known) return false;
    const sleep = this.#sleep;
    if (sleep === undefined) {
      // Most looks are about as high as those before them, and no middle has to be found for those.
      if (this.#awake.every((size) => resident.value >= size - LEAST_DROP)) return false;
      const level = median(this.#awake);
      return level !== undefined && resident.value < level - leastDrop(level);
    }
    // Half of what was freed is back. Where nothing was freed, only a state can say so.
    const { lowest, firstDropMs, awake } = sleep;
    if (firstDropMs === undefined || lowest === undefined) return false;
    return resident.value > lowest + (awake - lowest) / 2;
  }

  /** `isBorneOut`: its size says so, and that of the look after it too. */
  #take(point: LevelPoint, isBorneOut: boolean): void {
    if (this.#sleep === undefined) {
      if (this.#fallsAsleep(point, isBorneOut)) return;
      this.#stayAwake(point);
      return;
    }
    const sleep = this.#sleep;
    if (point.state === 'awake' || (point.state !== 'asleep' && isBorneOut)) {
      this.#over[this.#count] = this.#cycleOf(sleep, point);
      this.#count += 1;
      this.#awake = [];
      this.#stayAwake(point);
      this.#sleep = undefined;
    } else {
      sleepOn(sleep, point);
    }
  }

  #fallsAsleep(point: LevelPoint, isBorneOut: boolean): boolean {
    const falls = point.state === 'asleep' || (point.state !== 'awake' && isBorneOut);
    const level = falls ? median(this.#awake) : undefined;
    if (level === undefined) return false;
    this.#sleep = {
      awake: level,
      releaseMs: this.#awakeMs,
      firstDropMs: undefined,
      lowest: undefined,
      looks: 0,
      last: point,
      still: new StillEnd(),
    };
    sleepOn(this.#sleep, point);
    return true;
  }

  #stayAwake({ resident, atMs }: LevelPoint): void {
    if (!resident.known) return;
    this.#awake.push(resident.value);
    this.#awakeMs = atMs;
    if (this.#awake.length > AWAKE_LOOKS) this.#awake.shift();
  }

  /** A sleep that was over after one look was still as far as anybody saw; one that goes on may still be falling. */
  #cycleOf(sleep: Sleep, wake: LevelPoint | undefined): Cycle {
    const { awake, releaseMs, firstDropMs, looks, still } = sleep;
    const needed = wake !== undefined && looks < STILL_LOOKS ? looks : STILL_LOOKS;
    const isStill = still.length >= needed;
    const settledMs = isStill ? still.firstMs : undefined;
    const residual = residualOf(sleep, isStill ? still.level : undefined);
    return {
      number: this.#count + 1,
      awake,
      releaseMs,
      firstDropMs,
      settledMs,
      settleTimeMs: settledMs === undefined ? undefined : settledMs - releaseMs,
      residual,
      freed: residual.known ? minus(awake, residual.value) : undefined,
      wakeMs: wake?.atMs,
      woken: wake?.resident.known === true ? wake.resident.value : undefined,
    };
  }
}

function leastDrop(level: Bytes): number {
  return Math.max(LEAST_DROP, level * LEAST_DROP_SHARE);
}

function sleepOn(sleep: Sleep, point: LevelPoint): void {
  const { resident, atMs } = point;
  sleep.looks += 1;
  sleep.last = point;
  if (!resident.known) {
    sleep.still.clear();
    return;
  }
  sleep.still.push(resident.value, atMs);
  if (resident.value < sleep.awake - leastDrop(sleep.awake)) sleep.firstDropMs ??= atMs;
  if (sleep.lowest === undefined || resident.value < sleep.lowest) sleep.lowest = resident.value;
}

/** The median of the still part; what is not known has its reason. */
function residualOf({ last, looks }: Sleep, level: Bytes | undefined): Known<Bytes> {
  if (level !== undefined) return known(level);
  if (!last.resident.known) return { known: false, why: last.resident.why };
  return looks < STILL_LOOKS ? unknown('sample-gap', 'the sleep was seen once') : unknown('still-falling');
}
