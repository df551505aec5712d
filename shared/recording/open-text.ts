// Reads a recording from its text, which comes in pieces: line by line, within bounds. Nothing in it is ever executed.
import type { Observation } from '../model/observation.ts';
import { LONGEST_LINE, readHeader, RecordingDecoder, type LineProblem } from './decoder.ts';
import type { RecordingFooter, RecordingHeader } from './format.ts';

export interface OpenedRecording {
  readonly header: RecordingHeader;
  /** The file's own; `header` is of the newest. */
  readonly format: number;
  /** In the order of the file. Read once. */
  observations(): AsyncIterable<Observation>;
  /** Lines that were not used, after reading; at most `MOST_PROBLEMS`, and how many there were in all. */
  problems(): { readonly lines: readonly LineProblem[]; readonly count: number };
  /** undefined when the recording was not ended cleanly, or is not read to its end yet. */
  footer(): RecordingFooter | undefined;
  close(): Promise<void>;
}

/** Why a text is no recording that can be read, as a sentence. */
export class NoRecording extends Error {
  override readonly name = 'NoRecording';
}

const MOST_PROBLEMS = 100;

/** Opens and reads the header. Throws NoRecording, and what the text itself throws. */
export async function openText(text: AsyncIterable<string>): Promise<OpenedRecording> {
  const lines = linesOf(text);
  const first = await lines.next();
  const header = readHeader(first.done === true ? '' : first.value.text);
  if (!header.ok) {
    await lines.return(undefined);
    throw new NoRecording(header.text);
  }
  const decoder = new RecordingDecoder(header.format);
  const problems: LineProblem[] = [];
  let count = 0;
  let footer: RecordingFooter | undefined;
  async function* observations(): AsyncGenerator<Observation> {
    let number = 1;
    for await (const { text: line, isLast } of lines) {
      number += 1;
      const decoded = decoder.line(line, number, isLast);
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
    format: header.format,
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
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<Line, void, undefined> {
  let rest = '';
  for await (const chunk of text) {
    const pieces = (rest + chunk).split('\n');
    rest = (pieces.pop() ?? '').slice(0, LONGEST_LINE + 1);
    for (const piece of pieces) yield { text: piece, isLast: false };
  }
  if (rest !== '') yield { text: rest, isLast: true };
}
