// Reads a recording from a file, plain or compressed, line by line, within bounds: nothing in it is ever executed.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Observation } from '../shared/model/observation.ts';
import { LONGEST_LINE, readHeader, RecordingDecoder, type LineProblem } from '../shared/recording/decoder.ts';
import type { RecordingFooter, RecordingHeader } from '../shared/recording/format.ts';
import { RecordingError } from './recording-error.ts';

export interface OpenRecording {
  readonly header: RecordingHeader;
  /** In the order of the file. Read once. */
  observations(): AsyncIterable<Observation>;
  /** Lines that were not used, after reading; at most `MOST_PROBLEMS`, and how many there were in all. */
  problems(): { readonly lines: readonly LineProblem[]; readonly count: number };
  /** undefined when the recording was not ended cleanly, or is not read to its end yet. */
  footer(): RecordingFooter | undefined;
  close(): Promise<void>;
}

const MOST_PROBLEMS = 100;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** Opens and reads the header. Throws a RecordingError. */
export async function openRecording(file: string): Promise<OpenRecording> {
  const lines = linesOf(file);
  const first = await lines.next();
  const header = readHeader(first.done === true ? '' : first.value.text);
  if (!header.ok) {
    await lines.return(undefined);
    throw new RecordingError('unreadable', `${header.text} (${file})`);
  }
  const decoder = new RecordingDecoder(header.format);
  const problems: LineProblem[] = [];
  let count = 0;
  let footer: RecordingFooter | undefined;
  async function* observations(): AsyncGenerator<Observation> {
    let number = 1;
    for await (const { text, isLast } of lines) {
      number += 1;
      const decoded = decoder.line(text, number, isLast);
      if (decoded.footer !== undefined) footer = decoded.footer;
      if (decoded.problem !== undefined) {
        count += 1;
        if (problems.length < MOST_PROBLEMS) problems.push(decoded.problem);
      }
      if (decoded.observation !== undefined) yield decoded.observation;
    }
  }
  return {
    header: header.header,
    observations,
    problems: () => ({ lines: problems, count }),
    footer: () => footer,
    close: async () => {
      await lines.return(undefined);
    },
  };
}

interface Line {
  readonly text: string;
  /** Nothing follows, and it did not end with a line feed. */
  readonly isLast: boolean;
}

/** Longer lines are cut, so that they cannot fill the memory; a cut one is no JSON and is reported. */
async function* linesOf(file: string): AsyncGenerator<Line, void, undefined> {
  let rest = '';
  try {
    for await (const chunk of await textOf(file)) {
      const pieces = (rest + chunk).split('\n');
      rest = (pieces.pop() ?? '').slice(0, LONGEST_LINE + 1);
      for (const text of pieces) yield { text, isLast: false };
    }
  } catch (cause) {
    // A compressed file that was cut ends here; what came before it is good.
    if (!isCutGzip(cause)) throw RecordingError.of(cause, 'read', file);
  }
  if (rest !== '') yield { text: rest, isLast: true };
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
