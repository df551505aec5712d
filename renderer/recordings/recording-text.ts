// The text of a recording from a file that was chosen or dropped, piece by piece, plain or compressed.

/** The first bytes of every gzip file. */
const GZIP = [0x1f, 0x8b] as const;

/** Its text cannot be trusted: a sentence. */
export class DamagedFile extends Error {}

/** What Chromium and Firefox say of data that was changed; of data that was cut they say something else. */
const DAMAGED = /not valid|corrupt|incorrect/i;

/**
 * Reads as it goes. A compressed file that was cut gives what is whole of it. Rejects when the file cannot be read, and
 * with DamagedFile when it was changed: any number in it may be.
 */
export async function* textOf(file: Blob): AsyncGenerator<string, void, undefined> {
  const head = new Uint8Array(await file.slice(0, GZIP.length).arrayBuffer());
  const isGzip = GZIP.every((byte, at) => head[at] === byte);
  const bytes: ReadableStream<Uint8Array<ArrayBuffer>> = isGzip
    ? file.stream().pipeThrough(new DecompressionStream('gzip'))
    : file.stream();
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
  } catch (error) {
    // Only decompressing fails with a TypeError: what came before the damage is good, and its last line is told as torn.
    if (!isGzip || !(error instanceof TypeError)) throw error;
    if (DAMAGED.test(error.message)) throw new DamagedFile('Its compressed data is damaged: take another copy of it.');
  } finally {
    // A reader that stops early, as at a file that is none of ours, lets the file go.
    await reader.cancel().catch(() => undefined);
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
