// Adds marks to a recording that somebody else writes or has written: one append for all of them, whole or not at all.
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { MarkSeen } from '../../shared/model/observation.ts';
import { RecordingError } from './recording-error.ts';

const LINE_FEED = 10;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * A live recording gets them with one write at its end, where its writer goes on after them; a compressed one is
 * finished, and is written again beside itself. Rejects with a RecordingError; the file is then as it was.
 */
export async function appendMarks(file: string, marks: readonly MarkSeen[]): Promise<void> {
  if (marks.length === 0) return;
  const lines = marks.map((mark) => `${JSON.stringify(mark)}\n`).join('');
  try {
    if (await isCompressed(file)) await rewrite(file, lines);
    else await append(file, lines);
  } catch (cause) {
    if (cause instanceof RecordingError) throw cause;
    throw RecordingError.of(cause, 'write', file);
  }
}

async function isCompressed(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.equals(Buffer.from(GZIP_MAGIC));
  } finally {
    await handle.close();
  }
}

async function append(file: string, lines: string): Promise<void> {
  // Never created here: a mark alone is no recording.
  const handle = await open(file, constants.O_RDWR | constants.O_APPEND);
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0));
    // A killed writer may have left half a line: what is added must not become part of it.
    const data = Buffer.from(buffer[0] === LINE_FEED ? lines : `\n${lines}`);
    const { bytesWritten } = await handle.write(data);
    if (bytesWritten < data.length) await handle.truncate(size);
    if (bytesWritten < data.length) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
  } finally {
    await handle.close();
  }
}

async function rewrite(file: string, lines: string): Promise<void> {
  const part = `${file}.part`;
  const target = createWriteStream(part, { flags: 'wx', mode: 0o600 });
  const isOurs = new Promise<boolean>((resolve) => {
    target.once('open', () => resolve(true)).once('error', () => resolve(false));
  });
  try {
    await pipeline(Readable.from(withLines(file, lines)), createGzip(), target);
    await rename(part, file);
  } catch (cause) {
    // Somebody else is at it when it was there: theirs stays.
    if (await isOurs) await rm(part, { force: true });
    throw cause;
  }
}

async function* withLines(file: string, lines: string): AsyncGenerator<Buffer> {
  let last = LINE_FEED;
  const bytes = createReadStream(file);
  const gunzip = createGunzip();
  bytes.on('error', (error) => gunzip.destroy(error));
  for await (const chunk of bytes.pipe(gunzip) as AsyncIterable<Buffer>) {
    last = chunk.at(-1) ?? last;
    yield chunk;
  }
  yield Buffer.from(last === LINE_FEED ? lines : `\n${lines}`);
}
