// Why something cannot be made from a recording: a sentence without the name of the file, which its reader knows.

/**
 * `no-moment`: what was asked for is not in it. `no-node`: it is not said which node is meant. `changed`: it was written to
 * meanwhile. `unreadable`: it is no recording.
 */
export type RecordedErrorCode = 'no-moment' | 'no-node' | 'changed' | 'unreadable';

export class RecordedError extends Error {
  override readonly name = 'RecordedError';
  readonly code: RecordedErrorCode;

  constructor(code: RecordedErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
