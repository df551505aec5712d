// Writes a recording: one append an observation, so that whatever was acknowledged is there after kill -9.
import { closeSync, createReadStream, createWriteStream, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Observation } from '../shared/model/observation.ts';
import { RecordingEncoder } from '../shared/recording/encoder.ts';
import type { RecordingHeader } from '../shared/recording/format.ts';
import { NO_PASSED, passOver, withPassed, type PassedFrames } from '../shared/recording/passed-frames.ts';
import { RecordingError } from './recording-error.ts';

export interface WriterState {
  readonly file: string;
  readonly bytes: number;
  readonly observations: number;
  /** Why nothing is written any more; undefined while it is. What was written before stays and can be opened. */
  readonly stopped: RecordingError | undefined;
}

/** Owner only: a recording names hosts, users and command lines. */
const MODE = 0o600;

/** Not for two writers of one file. Synchronous on purpose: an append takes some 0.1 ms, and its order is the truth. */
export class RecordingWriter {
  readonly #file: string;
  readonly #fd: number;
  #encoder = new RecordingEncoder();
  #passed = new Map<string, PassedFrames>();
  #bytes = 0;
  #observations = 0;
  #stopped: RecordingError | undefined;
  #isClosed = false;

  private constructor(file: string, fd: number) {
    this.#file = file;
    this.#fd = fd;
  }

  /** Creates the file; never over one that is there. Throws a RecordingError. */
  static create(file: string, header: RecordingHeader): RecordingWriter {
    let fd: number;
    try {
      fd = openSync(file, 'ax', MODE);
    } catch (cause) {
      throw RecordingError.of(cause, 'create', file);
    }
    const writer = new RecordingWriter(file, fd);
    writer.#write(writer.#encoder.header(header));
    if (writer.#stopped !== undefined) {
      closeSync(fd);
      throw writer.#stopped;
    }
    return writer;
  }

  get state(): WriterState {
    return { file: this.#file, bytes: this.#bytes, observations: this.#observations, stopped: this.#stopped };
  }

  /** Answers whether it is in the file. After a failure nothing is written until `resume`. */
  append(seen: Observation): boolean {
    if (this.#isClosed) throw new Error('the recording is closed');
    if (this.#stopped !== undefined) return this.#passOver(seen);
    const whole = seen.kind === 'frame' ? withPassed(seen, this.#passed.get(seen.node) ?? NO_PASSED) : seen;
    if (!this.#write(this.#encoder.line(whole))) return this.#passOver(seen);
    if (seen.kind === 'frame') this.#passed.delete(seen.node);
    this.#observations += 1;
    return true;
  }

  /** Tries again after a failure, for example when somebody has made room. Frames in between are counted as skipped. */
  resume(): void {
    this.#stopped = undefined;
    // Differences would build on frames that are not in the file.
    this.#encoder = new RecordingEncoder();
  }

  /** Ends the file with its footer. Safe to call again. */
  close(atMs: number, why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#stopped === undefined) this.#write(this.#encoder.footer(atMs, this.#observations, why));
    closeSync(this.#fd);
  }

  #passOver(seen: Observation): false {
    if (seen.kind === 'frame') this.#passed.set(seen.node, passOver(this.#passed.get(seen.node) ?? NO_PASSED, seen));
    return false;
  }

  /** All of it or nothing: a part that a full disk let through is taken back. */
  #write(text: string): boolean {
    const data = Buffer.from(text);
    const before = this.#bytes;
    try {
      let done = 0;
      while (done < data.length) done += writeSync(this.#fd, data, done);
      this.#bytes += data.length;
      return true;
    } catch (cause) {
      this.#stopped = RecordingError.of(cause, 'write', this.#file);
      this.#takeBack(before);
      return false;
    }
  }

  #takeBack(size: number): void {
    try {
      if (fstatSync(this.#fd).size > size) ftruncateSync(this.#fd, size);
    } catch {
      // The last line stays torn; a reader drops it and says so.
      return;
    }
  }
}

/** Compresses a finished recording beside itself and removes the original. Answers the new name. */
export async function compressRecording(file: string): Promise<string> {
  const target = `${file}.gz`;
  const part = `${target}.part`;
  try {
    await pipeline(createReadStream(file), createGzip(), createWriteStream(part, { flags: 'wx', mode: MODE }));
    await rename(part, target);
    await rm(file);
    return target;
  } catch (cause) {
    await rm(part, { force: true });
    throw RecordingError.of(cause, 'compress', file);
  }
}
