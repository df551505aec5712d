// A frame from its kept text: what a recording or another process holds becomes what the probe said.
import { WireReader, type Frame } from './wire.ts';

/**
 * Reads the text of one whole frame, from its begin marker to its end marker. undefined when it is not exactly one whole
 * frame: nothing of a frame that is not whole may be used.
 */
export function frameFromText(text: string): Frame | undefined {
  const token = /^@([0-9a-f]{1,64})\t/.exec(text)?.[1];
  if (token === undefined) return undefined;
  const reader = new WireReader(token);
  const events = [...reader.pushText(text), ...reader.end()];
  const frames = events.flatMap((event) => (event.kind === 'frame' ? [event.frame] : []));
  const isWhole = events.every(({ kind }) => kind === 'frame' || kind === 'call-begins' || kind === 'call-ended');
  return frames.length === 1 && isWhole ? frames[0] : undefined;
}
