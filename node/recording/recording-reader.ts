// Reads a recording from a file, plain or compressed.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { NoRecording, openText, type OpenedRecording } from '../../shared/recording/open-text.ts';
import { RecordingError } from './recording-error.ts';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** Opens and reads the header. Throws a RecordingError. */
export async function openRecording(file: string): Promise<OpenedRecording> {
  try {
    return await openText(wholePieces(file));
  } catch (cause) {
    if (cause instanceof NoRecording) throw new RecordingError('unreadable', `${cause.message} (${file})`, { cause });
    throw cause;
  }
}

/** What can be read of it. Throws a RecordingError. */
async function* wholePieces(file: string): AsyncGenerator<string, void, undefined> {
  try {
    for await (const chunk of await textOf(file)) yield chunk;
  } catch (cause) {
    // A compressed file that was cut ends here; what came before it is good.
    if (!isCutGzip(cause)) throw RecordingError.of(cause, 'read', file);
  }
}

/** Its text in pieces, decompressed. Throws a RecordingError when it cannot be read at all. */
export async function textOf(file: string): Promise<AsyncIterable<string>> {
  const isGzip = await startsWith(file, GZIP_MAGIC);
  const bytes = createReadStream(file);
  if (!isGzip) return bytes.setEncoding('utf8');
  const gunzip = createGunzip();
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip).setEncoding('utf8');
}

async function startsWith(file: string, magic: Buffer): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
      return buffer.equals(magic);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw RecordingError.of(cause, 'read', file);
  }
}

/** Of a compressed file that was cut: what came before is good. */
export function isCutGzip(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR';
}
