// How far the clock of a node was from the recorder's, over a whole recording: the log of a run has the node's times.
import type { FrameSeen } from '../model/observation.ts';

/** Less than this is what `date` and the way to the node leave open. Milliseconds. */
const APART_MS = 2_000;

interface Reading {
  readonly nodeMs: number;
  readonly skewMs: number;
}

/** Mutable, of its owner alone. */
export class NodeClock {
  readonly #readings: Reading[] = [];

  /** A frame of the node; one that tells no time is passed over. */
  saw({ text, askedMs, atMs }: FrameSeen): void {
    const wall = /^@[0-9a-f]+\tbegin\t[^\t]*\t[^\t]*\t[^\t]*\t([^\t\n]+)/.exec(text)?.[1];
    const wallMs = wall === undefined ? Number.NaN : Date.parse(wall);
    // It counts in whole seconds, cut, and read them between being asked and having answered.
    const nodeMs = wallMs + 500;
    if (Number.isFinite(nodeMs)) this.#readings.push({ nodeMs, skewMs: nodeMs - (askedMs + atMs) / 2 });
  }

  /** The node's clock minus the recorder's when the node's showed this time; undefined where they agree, or nobody knows. */
  skewAt(nodeMs: number): number | undefined {
    let nearest: Reading | undefined;
    for (const reading of this.#readings) {
      if (nearest === undefined || distance(reading, nodeMs) < distance(nearest, nodeMs)) nearest = reading;
    }
    return nearest === undefined || Math.abs(nearest.skewMs) < APART_MS ? undefined : nearest.skewMs;
  }
}

function distance(reading: Reading, nodeMs: number): number {
  return Math.abs(reading.nodeMs - nodeMs);
}
