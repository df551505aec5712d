// A recording without names, as a recording: read line by line, written as the recorder writes.
import { RecordingEncoder } from '../recording/encoder.ts';
import type { OpenedRecording } from '../recording/open-text.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { NameKind } from '../redaction/stand-ins.ts';

export interface RedactedRecording {
  /** Lines, uncompressed. */
  readonly text: string;
  readonly observations: number;
  /** Lines of the file that could not be read and are left out. */
  readonly leftOut: number;
  readonly names: ReadonlyMap<NameKind, number>;
  readonly wasRedacted: boolean;
}

/** Closes it at the end, and also when reading fails. */
export async function redactOpened(recording: OpenedRecording): Promise<RedactedRecording> {
  try {
    const redactor = new Redactor();
    const encoder = new RecordingEncoder();
    const lines = [encoder.header(redactor.header(recording.header))];
    let observations = 0;
    for await (const seen of recording.observations()) {
      lines.push(encoder.line(redactor.observation(seen)));
      observations += 1;
    }
    const footer = recording.footer();
    if (footer !== undefined) {
      lines.push(encoder.footer(footer.atMs, observations, redactor.footer(footer).why));
    }
    return {
      text: lines.join(''),
      observations,
      leftOut: recording.problems().count,
      names: redactor.names.counts(),
      wasRedacted: recording.header.redaction === 'names',
    };
  } finally {
    await recording.close();
  }
}
