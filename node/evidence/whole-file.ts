// Writes a file whole or not at all: under its final name there is never a half of it.
import { randomBytes } from 'node:crypto';
import { appendFile, link, lstat, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export class FileError extends Error {
  override readonly name = 'FileError';
  /** Of the operating system, such as `ENOSPC`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is no folder',
  EISDIR: 'it is a folder',
};

/**
 * `replace` says whether a file that is there may be replaced; without it such a file stays as it is. Throws a FileError
 * that says why and what to do, and what `data` itself throws.
 */
export async function writeWholeFile(
  file: string,
  data: string | Uint8Array | AsyncIterable<Uint8Array>,
  replace: boolean,
): Promise<void> {
  await requireFree(file, replace);
  const part = join(dirname(file), `.residuum-${randomBytes(6).toString('hex')}.part`);
  const source: { failure?: Error } = {};
  try {
    const whole = typeof data === 'string' || data instanceof Uint8Array ? data : watched(data, source);
    await writeFile(part, whole, { flag: 'wx', mode: 0o600, flush: true });
    // A link fails where the name is taken; a rename would replace it.
    if (replace) await rename(part, file);
    else await link(part, file);
  } catch (cause) {
    if (source.failure !== undefined) throw source.failure;
    throw fileError(cause, file);
  } finally {
    // Where it was never written there may be no folder to look in; the reason above is the one to say.
    await rm(part, { force: true }).catch(() => undefined);
  }
}

/** Said before the work whose result would have no place. Throws a FileError. */
export async function requireFree(file: string, replace: boolean): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isDirectory() === true) throw fileError(Object.assign(new Error('a folder'), { code: 'EISDIR' }), file);
  if (found !== undefined && !replace) throw fileError(Object.assign(new Error('taken'), { code: 'EEXIST' }), file);
}

/** What fails in the data is no fault of the place that it is written to. */
async function* watched(
  data: AsyncIterable<Uint8Array>,
  source: { failure?: Error },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* data;
  } catch (cause) {
    source.failure = cause instanceof Error ? cause : new Error(String(cause));
    throw cause;
  }
}

/** At the end of a file that others write to as well, such as the job summary of a build server. */
export async function appendToFile(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text, { mode: 0o600 });
  } catch (cause) {
    throw fileError(cause, file);
  }
}

function fileError(cause: unknown, file: string): FileError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const text =
    code === 'EEXIST'
      ? `There is a file of this name already; choose another, or say --force: ${file}`
      : `Could not write: ${WHY[code] ?? `the system says ${code}`}. Choose another place: ${file}`;
  return new FileError(code, text, { cause });
}
