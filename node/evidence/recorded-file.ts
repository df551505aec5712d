// A recording that is a file of this machine, read for evidence; what is wrong with it is said with its name.
import { RecordedError } from '../../shared/recorded/recorded-error.ts';
import {
  readSide,
  type RecordedSide,
  type RecordedSource,
  type SideRequest,
} from '../../shared/recorded/recorded-side.ts';
import { recordingSha256, textSha256 } from '../recording/provenance.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { openRecording } from '../recording/recording-reader.ts';

export function fileSource(file: string): RecordedSource {
  return {
    open: () => openRecording(file),
    identity: () => recordingSha256(file),
    sha256: (text) => Promise.resolve(textSha256(text)),
  };
}

/** Throws a RecordingError that says which file, why, and what to do. */
export async function readFileSide(file: string, request: SideRequest): Promise<RecordedSide> {
  try {
    return await readSide(fileSource(file), request);
  } catch (error) {
    throw namedError(error, file);
  }
}

/** What a builder says of a recording, as a RecordingError with its file; anything else stays as it is. */
export function namedError(error: unknown, file: string): unknown {
  return error instanceof RecordedError
    ? new RecordingError(error.code, `${file}: ${error.message}`, { cause: error })
    : error;
}
