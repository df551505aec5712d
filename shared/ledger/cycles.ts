// A sleep/wake cycle of one engine as it shows in what was resident: awake level, release, settled, residual, wake.
import type { Known } from '../base/known.ts';
import { bytes, fromMiB, type Bytes } from '../base/units.ts';

/** One look: what was resident (worst bus, or one bus), or why nobody can say. */
export interface LevelPoint {
  /** On one clock for the whole series, milliseconds. */
  readonly atMs: number;
  readonly resident: Known<Bytes>;
  /**
   * Of the whole engine, over all of its buses: one that lets go on seven buses of eight has slept on the eighth as well.
   * Without it `resident` is the whole.
   */
  readonly whole?: Known<Bytes> | undefined;
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
  /**
   * The first look at the lowest level at which it held still. undefined: it never did, or it fell further before the wake.
   */
  readonly settledMs: number | undefined;
  /** From the last awake look to the settled one, so at most one interval too long. */
  readonly settleTimeMs: number | undefined;
  /** From the first look of the sleep that measured it: it took no less, and nobody looked in the time in between. */
  readonly settleAtLeastMs: number | undefined;
  /**
   * What stayed: the median of that level. Unknown, with its reason, when the end of the sleep was not seen. A wake by tag
   * brings weights back first, and those are no residual.
   */
  readonly residual: Known<Bytes>;
  /** Where it held still at a higher level afterwards, and that is the last of the sleep: a wake by tag, or growth. */
  readonly rose: { readonly atMs: number; readonly to: Bytes } | undefined;
  /** Awake level minus residual, with its sign; undefined without a residual. */
  readonly freed: Bytes | undefined;
  /** The first look at a higher level again; undefined while it sleeps. */
  readonly wakeMs: number | undefined;
  /** The level reached by the wake; undefined while it sleeps. */
  readonly woken: Bytes | undefined;
}

/** Idle sizes differ by a few MiB from look to look (allocator, NCCL); a band of this size is one level. */
export const LEVEL_BAND: Bytes = fromMiB(64);

/** Where nobody looked for longer at a release, the time that it took to settle is not known. Milliseconds. */
const UNSEEN_MS = 10_000;

/** Of a cycle whose settle time is only known to be between these two; undefined where it is known, or never settled. */
export function settleBounds({
  settleTimeMs,
  settleAtLeastMs,
}: Pick<Cycle, 'settleTimeMs' | 'settleAtLeastMs'>): readonly [leastMs: number, mostMs: number] | undefined {
  if (settleTimeMs === undefined || settleAtLeastMs === undefined) return undefined;
  return settleTimeMs - settleAtLeastMs > UNSEEN_MS ? [settleAtLeastMs, settleTimeMs] : undefined;
}

/** An engine that lets go of so much in all has slept, also on a bus where nothing fell. Less may be one rank alone. */
export const WHOLE_DROP_SHARE = 0.25;

/** The middle one, of an even number the lower of the two: a size that was really seen. */
export function median(sizes: readonly Bytes[]): Bytes | undefined {
  const sorted = sizes.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? undefined : bytes(middle);
}
