// A recording of nodes with 8 GPUs each, looked at once a second for some hours: idle, or with something new in each look.
import { RecordingEncoder } from '../shared/recording/encoder.ts';
import type { FrameSeen } from '../shared/model/observation.ts';
import { asAsked } from '../test/kit/as-asked.ts';
import { FIRST_LOOK_MS, look } from '../test/kit/observed.ts';
import { recorded } from '../test/kit/recorded.ts';
import { eightGpuNode } from './eight-gpu-node.ts';

export interface LongRecording {
  readonly text: string;
  readonly looks: number;
  /** Of the lines of one look, the mean, without the header. */
  readonly bytesALook: number;
}

const NODES = 8;
const LOOK_MS = 1_000;
/** Frames that are made; after them they come again, with other times. */
const MADE = 600;

/** `busy`: every second look shows another size on each GPU. */
export function longRecording(seconds: number, busy: boolean, nodeCount = NODES): LongRecording {
  const made = madeLooks(busy);
  const encoders = Array.from({ length: nodeCount }, () => new RecordingEncoder());
  const lines: string[] = [];
  for (let second = 0; second < seconds; second += 1) {
    for (const [at, encoder] of encoders.entries()) {
      const atMs = FIRST_LOOK_MS + second * LOOK_MS + at * 20;
      for (const [place, seen] of (made[second % MADE] ?? []).entries()) {
        const endMs = atMs + 60 + place * 70 + (second % 10) / 10;
        // The node's clocks begin again, as after another connection.
        const fresh = second % MADE === 0 && place === 0;
        lines.push(encoder.line({ ...seen, node: `n${at + 1}`, askedMs: endMs - 60, atMs: endMs, fresh }));
      }
    }
  }
  const nodes = encoders.map((_, at) => ({ node: `n${at + 1}`, target: `gpu-0${at + 1}` }));
  const body = lines.join('');
  const looks = seconds * nodeCount;
  return { text: `${recorded([], { nodes })}${body}`, looks, bytesALook: body.length / looks };
}

/** As a node says them, in the order in which they are seen. */
export function madeLooks(busy: boolean): FrameSeen[][] {
  const text = eightGpuNode();
  return Array.from({ length: MADE }, (_, step) => {
    const grown = (line: string): string | undefined => {
      if (!busy || step % 2 === 0 || !line.startsWith('out\t0000')) return undefined;
      return line.replace(/ (\d{3,5})$/, (_all, size: string) => ` ${Number(size) + (step % 50)}`);
    };
    return look(text, { step, edit: grown }).map((seen, place) => asAsked(seen, 2 * step + place));
  });
}
