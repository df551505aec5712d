// Compresses a recording that is finished, so that it takes a tenth of the room and opens all the same.
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat, utimes } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { RecordingError } from './recording-error.ts';
import { RECORDING_MODE } from './recording-writer.ts';

/** Ends the name of one that is being compressed; whoever finds such a file without its original may take it away. */
export const COMPRESSING = '.gz.part';

/**
 * Beside itself, then the original is removed. It keeps the time at which it was written to last. Answers the new name.
 * Throws a RecordingError, and then the original is as it was.
 */
export async function compressRecording(file: string): Promise<string> {
  const target = `${file}.gz`;
  const part = `${file}${COMPRESSING}`;
  try {
    let isWhole = false;
    while (!isWhole) {
      // Of a compression that was stopped: nobody else has this name.
      await rm(part, { force: true });
      const source = createReadStream(file);
      await pipeline(source, createGzip(), createWriteStream(part, { flags: 'wx', mode: RECORDING_MODE }));
      const { size, atime, mtime } = await stat(file);
      await utimes(part, atime, mtime);
      // A mark may have been added meanwhile.
      isWhole = size === source.bytesRead;
    }
    await rename(part, target);
    await rm(file);
    return target;
  } catch (cause) {
    await rm(part, { force: true });
    throw RecordingError.of(cause, 'compress', file);
  }
}
