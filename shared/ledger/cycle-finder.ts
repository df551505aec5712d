// Finds the sleep/wake cycles of one engine in what was resident, look by look: each is looked at once.
import { known, unknown, type Known } from '../base/known.ts';
import { fromMiB, minus, type Bytes } from '../base/units.ts';
import { LEVEL_BAND, median, WHOLE_DROP_SHARE, type Cycle, type LevelPoint } from './cycles.ts';
import { STILL_LOOKS, StillEnd, type Floor } from './still-end.ts';

/** A smaller fall is no release: caches come and go by this much. Of a large engine a share, of a small one a size. */
const LEAST_DROP: Bytes = fromMiB(128);
const LEAST_DROP_SHARE = 0.02;

/** The awake level is the median of so many newest looks, so that one odd look moves nothing. */
const AWAKE_LOOKS = 9;

interface Sleep {
  readonly awake: Bytes;
  readonly awakeWhole: Bytes;
  readonly releaseMs: number;
  firstDropMs: number | undefined;
  /** Of its known looks. */
  lowest: Bytes | undefined;
  lowestWhole: Bytes | undefined;
  looks: number;
  /** Of the first look that measured it. */
  seenMs: number | undefined;
  last: LevelPoint;
  readonly still: StillEnd;
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
  #awakeWhole: Bytes[] = [];
  #awakeMs = Number.NaN;
  #sleep: Sleep | undefined;
  /** A look that falls or rises, which the next one has to bear out, and those after it that measured nothing. */
  #held: LevelPoint[] = [];

  /** Costs the same however many looks there were. */
  push(point: LevelPoint): void {
    const [held] = this.#held;
    if (held !== undefined) {
      if (point.state === undefined && !isMeasured(point)) {
        this.#held.push(point);
        return;
      }
      this.#takeHeld(this.#crosses(held) && this.#crosses(point));
    }
    if (point.state === undefined && this.#crosses(point)) this.#held = [point];
    else this.#take(point, false);
  }

  /** Of all looks so far, as if no more came: a fall at the last of them counts. */
  cycles(): Cycle[] {
    if (this.#held.length > 0) {
      const copy = this.ahead();
      copy.#takeHeld(true);
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
    copy.#awakeWhole = [...this.#awakeWhole];
    copy.#awakeMs = this.#awakeMs;
    copy.#held = [...this.#held];
    return copy;
  }

  /** Its size alone says that the engine fell asleep, or that it woke. A dip of one look between two others is neither. */
  #crosses(point: LevelPoint): boolean {
    const { resident } = point;
    const whole = wholeOf(point);
    if (!resident.known || !whole.known) return false;
    const sleep = this.#sleep;
    if (sleep === undefined) {
      return falls(resident.value, this.#awake, leastDrop) || falls(whole.value, this.#awakeWhole, leastWholeDrop);
    }
    // Half of what was freed is back. Where nothing was freed, only a state can say so.
    const { lowest, firstDropMs, awake, awakeWhole, lowestWhole } = sleep;
    if (lowest === undefined || lowestWhole === undefined) return false;
    if (firstDropMs !== undefined && resident.value > lowest + (awake - lowest) / 2) return true;
    const isFreed = lowestWhole < awakeWhole - leastWholeDrop(awakeWhole);
    return isFreed && whole.value > lowestWhole + (awakeWhole - lowestWhole) / 2;
  }

  #takeHeld(isBorneOut: boolean): void {
    const held = this.#held;
    this.#held = [];
    for (const [at, point] of held.entries()) this.#take(point, at === 0 && isBorneOut);
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
      this.#awakeWhole = [];
      this.#stayAwake(point);
      this.#sleep = undefined;
    } else {
      sleepOn(sleep, point);
    }
  }

  #fallsAsleep(point: LevelPoint, isBorneOut: boolean): boolean {
    const isAsleep = point.state === 'asleep' || (point.state !== 'awake' && isBorneOut);
    const level = isAsleep ? median(this.#awake) : undefined;
    const whole = isAsleep ? median(this.#awakeWhole) : undefined;
    // One that says from the first look on that it sleeps was not seen awake: there is nothing that this could be less than.
    if (level === undefined || whole === undefined) return point.state === 'asleep';
    this.#sleep = {
      awake: level,
      awakeWhole: whole,
      releaseMs: this.#awakeMs,
      firstDropMs: undefined,
      lowest: undefined,
      lowestWhole: undefined,
      looks: 0,
      seenMs: undefined,
      last: point,
      still: new StillEnd(),
    };
    sleepOn(this.#sleep, point);
    return true;
  }

  #stayAwake(point: LevelPoint): void {
    const { resident, atMs } = point;
    const whole = wholeOf(point);
    if (!resident.known || !whole.known) return;
    this.#awake.push(resident.value);
    this.#awakeWhole.push(whole.value);
    this.#awakeMs = atMs;
    if (this.#awake.length <= AWAKE_LOOKS) return;
    this.#awake.shift();
    this.#awakeWhole.shift();
  }

  /** A sleep that was over after one look was still as far as anybody saw; one that goes on may still be falling. */
  #cycleOf(sleep: Sleep, wake: LevelPoint | undefined): Cycle {
    const { awake, releaseMs, firstDropMs, looks, seenMs, still } = sleep;
    const needed = wake !== undefined && looks < STILL_LOOKS ? looks : STILL_LOOKS;
    const end = still.length >= needed ? still.level : undefined;
    const floor = floorOf(sleep, end);
    const settledMs = floor?.firstMs ?? (end === undefined ? undefined : still.firstMs);
    const residual = residualOf(sleep, floor?.level ?? end);
    const roseMs = floor === undefined || end === undefined ? undefined : still.firstMs;
    return {
      number: this.#count + 1,
      awake,
      releaseMs,
      firstDropMs,
      settledMs,
      settleTimeMs: settledMs === undefined ? undefined : settledMs - releaseMs,
      settleAtLeastMs: settledMs === undefined || seenMs === undefined ? undefined : settledMs - seenMs,
      residual,
      rose: roseMs === undefined || end === undefined ? undefined : { atMs: roseMs, to: end },
      freed: residual.known ? minus(awake, residual.value) : undefined,
      wakeMs: wake?.atMs,
      woken: wake?.resident.known === true ? wake.resident.value : undefined,
    };
  }
}

function leastDrop(level: Bytes): number {
  return Math.max(LEAST_DROP, level * LEAST_DROP_SHARE);
}

function leastWholeDrop(level: Bytes): number {
  return Math.max(LEAST_DROP, level * WHOLE_DROP_SHARE);
}

function isMeasured(point: LevelPoint): boolean {
  return point.resident.known && wholeOf(point).known;
}

function wholeOf({ resident, whole }: LevelPoint): Known<Bytes> {
  return whole ?? resident;
}

function falls(size: Bytes, awake: readonly Bytes[], least: (level: Bytes) => number): boolean {
  // Most looks are about as high as those before them, and no middle has to be found for those.
  if (awake.every((each) => size >= each - LEAST_DROP)) return false;
  const level = median(awake);
  return level !== undefined && size < level - least(level);
}

/** A lower level than the one that the sleep ended at. Nothing is said of a sleep whose end was not measured. */
function floorOf({ last, still }: Sleep, end: Bytes | undefined): Floor | undefined {
  const { floor } = still;
  if (floor === undefined || !last.resident.known) return undefined;
  return end === undefined || end > floor.level + LEVEL_BAND ? floor : undefined;
}

function sleepOn(sleep: Sleep, point: LevelPoint): void {
  const { resident, atMs } = point;
  sleep.looks += 1;
  sleep.last = point;
  if (!resident.known) {
    sleep.still.clear();
    return;
  }
  sleep.seenMs ??= atMs;
  sleep.still.push(resident.value, atMs);
  if (resident.value < sleep.awake - leastDrop(sleep.awake)) sleep.firstDropMs ??= atMs;
  if (sleep.lowest === undefined || resident.value < sleep.lowest) sleep.lowest = resident.value;
  const whole = wholeOf(point);
  if (!whole.known) return;
  if (sleep.lowestWhole === undefined || whole.value < sleep.lowestWhole) sleep.lowestWhole = whole.value;
}

/** The median of the still part; what is not known has its reason. */
function residualOf({ last, looks }: Sleep, level: Bytes | undefined): Known<Bytes> {
  if (level !== undefined) return known(level);
  if (!last.resident.known) return { known: false, why: last.resident.why };
  return looks < STILL_LOOKS ? unknown('sample-gap', 'the sleep was seen once') : unknown('still-falling');
}
