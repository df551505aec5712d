// Frames for tests of the parser: what nvidia-smi printed, as the probe sends it.
import { escapeBytes } from '../../../shared/probe/free-text.ts';
import { NO_FACTS, parseFrame } from '../../../shared/probe/parse.ts';
import type { Frame, FrameKind } from '../../../shared/probe/wire.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';

export type CallLines = readonly string[];

/** One call that ended: its text as it was printed, one character a byte. */
export function call(name: string, exitCode: number, text: string): CallLines {
  return [...began(name), ...printed(text), `done\t${name}\t${exitCode}\t1010`];
}

/** One call that was cancelled, after it had printed this. */
export function stopped(name: string, text = ''): CallLines {
  return [...began(name), ...printed(text), `stop\t${name}\t4711\t1010`];
}

const began = (name: string): CallLines => [`call\t${name}\t1000\tnvidia-smi`];

function printed(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `out\t${escapeBytes(Buffer.from(line, 'latin1'))}`);
}

export const SCAN: CallLines = ['scan\t1\t0\t0\t1020'];

export function frameOf(lines: readonly string[], kind: FrameKind = 'sample'): Frame {
  return { id: 'r1', kind, beginMs: 10_000, endMs: 10_200, wallTime: undefined, lines, text: lines.join('\n') };
}

export function snapshotOf(...parts: readonly CallLines[]): Snapshot {
  return parseFrame(frameOf([...parts.flat(), ...SCAN]), NO_FACTS).snapshot;
}
