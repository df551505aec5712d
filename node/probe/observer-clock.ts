// The clock of observations: goes on evenly while the machine runs, catches up after it slept, never goes back.
import { tenth } from '../../shared/recording/frame-times.ts';

export interface MachineClocks {
  /** Milliseconds since 1970; may be set, also back. */
  readonly wallMs: () => number;
  /** Milliseconds; stands still while the machine sleeps. */
  readonly monotonicMs: () => number;
}

const OF_THIS_MACHINE: MachineClocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/** Less than this is the drift of two clocks. Milliseconds. */
const SLEPT_MS = 1_000;

/**
 * Milliseconds since 1970, to a tenth of one. A machine that slept for an hour is an hour later, and so is one whose clock
 * was set forward; where it is set back, time goes on from where it was. One for everything whose order is told by it.
 */
export function observerClock({ wallMs, monotonicMs }: MachineClocks = OF_THIS_MACHINE): () => number {
  let latest = wallMs();
  let lastMonotonic = monotonicMs();
  return () => {
    const monotonic = monotonicMs();
    const even = latest + Math.max(0, monotonic - lastMonotonic);
    const wall = wallMs();
    latest = wall - even > SLEPT_MS ? wall : even;
    lastMonotonic = monotonic;
    return tenth(latest);
  };
}
