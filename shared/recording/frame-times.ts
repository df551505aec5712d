// The times of a frame as its short line has them: one as it is, the others as what they are away from it.
import type { FrameSeen } from '../model/observation.ts';

/** The observer's clock is kept to a tenth of a millisecond, which is as much as is ever shown of it. */
const STEPS_A_MS = 10;

/** How long it took, milliseconds. */
export function tookFrom({ askedMs, atMs }: Pick<FrameSeen, 'askedMs' | 'atMs'>): number {
  return tenth(atMs) === atMs ? tenth(atMs - askedMs) : atMs - askedMs;
}

/** The time at which it was asked for, exactly, where the clock counts in tenths: sums of fractions are not. */
export function askedFrom(atMs: number, tookMs: number): number {
  return tenth(atMs) === atMs ? tenth(atMs - tookMs) : atMs - tookMs;
}

/** The second that the node's wall time is told from. */
export function wallFrom(atMs: number): number {
  return Math.floor(atMs / 1_000);
}

/** To a tenth of a millisecond. */
export function tenth(ms: number): number {
  return Math.round(ms * STEPS_A_MS) / STEPS_A_MS;
}
