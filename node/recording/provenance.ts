// Names what was measured and what measured it: hashes that go into evidence.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { probeScript } from '../../shared/probe/script.ts';
import type { Sample } from '../probe/probe-session.ts';
import { RecordingError } from './recording-error.ts';

/** Of the text of a frame, byte for byte as it came. Hexadecimal. */
export function rawSha256({ frame }: Sample): string {
  return sha256(frame.text);
}

/** The same of a frame that was kept. */
export function textSha256(text: string): string {
  return sha256(text);
}

/** Of the bytes of a recording, compressed or not as it is there. Throws a RecordingError. */
export async function recordingSha256(file: string): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
      }
    });
  } catch (cause) {
    throw RecordingError.of(cause, 'read', file);
  }
  return { sha256: hash.digest('hex'), size };
}

/** Of the probe exactly as it was sent. Hexadecimal. */
export function probeSha256(): string {
  return sha256(probeScript());
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
