// How far the clock of a node was from the recorder's, over a whole recording: the log of a run has the node's times.
import type { FrameSeen } from '../model/observation.ts';

/** Less than this is what `date` and the way to the node leave open. Milliseconds. */
const APART_MS = 2_000;
/** `date` counts in whole seconds, cut. */
const STEP_MS = 1_000;
/** An answer that took longer tells little: the node read its clock somewhere in between. */
const QUICK_MS = 5_000;

interface Reading {
  readonly nodeMs: number;
  /** The node's clock minus the recorder's: at least, and at most. */
  readonly lowest: number;
  readonly highest: number;
  /** What it most likely is: the clock is read first, and the driver asked then. */
  readonly skewMs: number;
}

/** Mutable, of its owner alone. */
export class NodeClock {
  readonly #quick: Reading[] = [];
  readonly #slow: Reading[] = [];

  /** A frame of the node; one that tells no time is passed over. */
  saw({ text, askedMs, atMs }: FrameSeen): void {
    const wall = /^@[0-9a-f]+\tbegin\t[^\t]*\t[^\t]*\t[^\t]*\t([^\t\n]+)/.exec(text)?.[1];
    const wallMs = wall === undefined ? Number.NaN : Date.parse(wall);
    if (!Number.isFinite(wallMs)) return;
    const nodeMs = wallMs + STEP_MS / 2;
    const reading = { nodeMs, lowest: wallMs - atMs, highest: wallMs + STEP_MS - askedMs, skewMs: nodeMs - askedMs };
    (atMs - askedMs > QUICK_MS ? this.#slow : this.#quick).push(reading);
  }

  /** The node's clock minus the recorder's when the node's showed this time; undefined where they agree, or nobody knows. */
  skewAt(nodeMs: number): number | undefined {
    let nearest: Reading | undefined;
    for (const reading of this.#quick.length > 0 ? this.#quick : this.#slow) {
      if (nearest === undefined || distance(reading, nodeMs) < distance(nearest, nodeMs)) nearest = reading;
    }
    if (nearest === undefined) return undefined;
    const { lowest, highest, skewMs } = nearest;
    return lowest > APART_MS || highest < 0 - APART_MS ? skewMs : undefined;
  }
}

function distance(reading: Reading, nodeMs: number): number {
  return Math.abs(reading.nodeMs - nodeMs);
}
