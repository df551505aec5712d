// Writes observations as the lines of a recording: the first frame of its kind whole, later ones as a difference.
import type { FrameSeen, Observation } from '../model/observation.ts';
import { frameDelta } from './frame-delta.ts';
import type { ChangedFrame, RecordingFooter, RecordingHeader } from './format.ts';

/**
 * After so many differences a frame is written whole again, so that a damaged line costs minutes and not the rest, and so
 * that a reader can begin near any moment.
 */
export const WHOLE_EVERY = 120;

interface Before {
  readonly text: string;
  readonly differences: number;
}

/** One for each recording. Every line ends with a line feed and is to be written with one append. */
export class RecordingEncoder {
  readonly #before = new Map<string, Before>();

  header(header: RecordingHeader): string {
    return `${JSON.stringify(header)}\n`;
  }

  line(seen: Observation): string {
    return `${JSON.stringify(seen.kind === 'frame' ? this.#frame(seen) : seen)}\n`;
  }

  footer(atMs: number, observations: number, why: string): string {
    const footer: RecordingFooter = { kind: 'end', atMs, observations, why };
    return `${JSON.stringify(footer)}\n`;
  }

  #frame(seen: FrameSeen): FrameSeen | ChangedFrame {
    const of = isDevices(seen.text) ? 'd' : 's';
    const key = `${seen.node} ${of}`;
    const before = this.#before.get(key);
    const isPlain = !seen.fresh && seen.carried.length === 0 && seen.skipped === 0;
    const tookMs = seen.atMs - seen.askedMs;
    if (before !== undefined && isPlain && before.differences < WHOLE_EVERY) {
      const delta = frameDelta(before.text, seen.text);
      const n = before.differences + 1;
      const changed: ChangedFrame = { kind: 'frame+', node: seen.node, of, n, atMs: seen.atMs, tookMs, delta };
      // Where most of it is new, the whole frame reads better and is hardly longer.
      if (JSON.stringify(delta).length < seen.text.length / 2) {
        this.#before.set(key, { text: seen.text, differences: n });
        return changed;
      }
    }
    this.#before.set(key, { text: seen.text, differences: 0 });
    return seen;
  }
}

/** The begin marker names the kind of the frame. */
export function isDevices(text: string): boolean {
  return text.slice(0, text.indexOf('\n')).split('\t')[3] === 'devices';
}
