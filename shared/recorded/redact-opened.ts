// A recording without names, as a recording: read line by line, written as the recorder writes.
import { RecordingEncoder } from '../recording/encoder.ts';
import type { OpenedRecording } from '../recording/open-text.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { NameKind } from '../redaction/stand-ins.ts';

export interface RedactionFacts {
  readonly observations: number;
  /** Lines of the file that could not be read and are left out. */
  readonly leftOut: number;
  readonly names: ReadonlyMap<NameKind, number>;
  readonly wasRedacted: boolean;
}

export interface RedactedRecording extends RedactionFacts {
  /** Lines, uncompressed. */
  readonly text: string;
}

/** Its lines, each with its line feed; at the end what was done. Closes it at the end, and also when reading fails. */
export async function* redactedLines(recording: OpenedRecording): AsyncGenerator<string, RedactionFacts, undefined> {
  try {
    const redactor = new Redactor();
    const encoder = new RecordingEncoder();
    yield encoder.header(redactor.header(recording.header));
    let observations = 0;
    for await (const seen of recording.observations()) {
      yield encoder.line(redactor.observation(seen));
      observations += 1;
    }
    const footer = recording.footer();
    if (footer !== undefined) yield encoder.footer(footer.atMs, observations, redactor.footer(footer).why);
    return {
      observations,
      leftOut: recording.problems().count,
      names: redactor.names.counts(),
      wasRedacted: recording.header.redaction === 'names',
    };
  } finally {
    await recording.close();
  }
}

/** All of it at once. Closes it at the end, and also when reading fails. */
export async function redactOpened(recording: OpenedRecording): Promise<RedactedRecording> {
  const made = redactedLines(recording);
  const lines: string[] = [];
  for (;;) {
    const next = await made.next();
    if (next.done === true) return { text: lines.join(''), ...next.value };
    lines.push(next.value);
  }
}
