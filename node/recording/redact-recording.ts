// A recording of this machine without names.
import { redactOpened, type RedactedRecording } from '../../shared/recorded/redact-opened.ts';
import { openRecording } from './recording-reader.ts';

/** Throws a RecordingError. */
export async function redactRecording(file: string): Promise<RedactedRecording> {
  return redactOpened(await openRecording(file));
}
