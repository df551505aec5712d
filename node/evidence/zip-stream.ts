// A zip written piece by piece: what is in it is never in memory whole. The same files give the same bytes.
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

export interface ZipFile {
  /** With `/` between folders. */
  readonly path: string;
  readonly data: Uint8Array | AsyncIterable<Uint8Array>;
}

/** The same files give the same bytes, whenever and wherever. */
const NO_TIME = new Date(1980, 0, 1);

/** What is compressed already gains nothing. */
const PACKED = /\.(gz|png)$/;

/** Throws what the data of a file throws. */
export async function* zipStream(files: Iterable<ZipFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, data) => {
    if (error !== null) throw error;
    ready.push(data);
  });
  for (const { path, data } of files) {
    const entry = PACKED.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    entry.mtime = NO_TIME;
    zip.add(entry);
    for await (const piece of data instanceof Uint8Array ? [data] : data) {
      entry.push(piece, false);
      yield* ready.splice(0);
    }
    entry.push(new Uint8Array(0), true);
    yield* ready.splice(0);
  }
  zip.end();
  yield* ready.splice(0);
}
