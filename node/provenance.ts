// Names what was measured and what measured it: hashes that go into evidence.
import { createHash } from 'node:crypto';
import { probeScript } from '../shared/probe/script.ts';
import type { Sample } from './probe-session.ts';

/** Of the text of a frame, byte for byte as it came. Hexadecimal. */
export function rawSha256({ frame }: Sample): string {
  return sha256(frame.text);
}

/** The same of a frame that was kept. */
export function textSha256(text: string): string {
  return sha256(text);
}

/** Of the probe exactly as it was sent. Hexadecimal. */
export function probeSha256(): string {
  return sha256(probeScript());
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
