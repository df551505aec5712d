// Why a recording could not be written or read: a sentence with the file, and what to do next.

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room, then resume',
  EDQUOT: 'your quota is used up: make room, then resume',
  EROFS: 'the file system is read-only: choose another folder',
  EACCES: 'permission is denied: choose another folder',
  EPERM: 'permission is denied: choose another folder',
  EEXIST: 'a file of this name is there already: choose another name',
  ENOENT: 'there is no such file or folder: check the path',
  EISDIR: 'it is a folder: name a file',
  EFBIG: 'the file would be larger than is allowed here: start another recording',
  Z_DATA_ERROR: 'its compressed data is damaged: take another copy of it',
  EIO: 'the disk reports an error: what was written before may still be read',
};

export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  /** Of the operating system, such as `ENOSPC`; `unreadable` for a file that is no recording. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** From an error of the file system. */
  static of(cause: unknown, what: 'create' | 'write' | 'read' | 'compress', file: string): RecordingError {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = WHY[code] ?? `the system says ${code}`;
    return new RecordingError(code, `Could not ${what} the recording: ${why} (${file}).`, { cause });
  }
}
