// Writes a recording: one append an observation, so that whatever was acknowledged is there after kill -9.
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { Observation } from '../../shared/model/observation.ts';
import { isDevices, RecordingEncoder } from '../../shared/recording/encoder.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import { NO_PASSED, passOver, withPassed, type PassedFrames } from '../../shared/recording/passed-frames.ts';
import { RecordingError } from './recording-error.ts';

export interface WriterState {
  readonly file: string;
  /** Of the file. */
  readonly bytes: number;
  /** Written here. */
  readonly observations: number;
  /** Lines that others appended meanwhile, such as marks. */
  readonly others: number;
  /** Why nothing is written any more; undefined while it is. What was written before stays and can be opened. */
  readonly stopped: RecordingError | undefined;
}

/** Others append marks: a few lines. More than this is not counted. */
const LONGEST_OTHERS = 1024 * 1024;

/** Owner only: a recording names hosts, users and command lines. */
export const RECORDING_MODE = 0o600;

/** Others may append whole lines to the file, such as marks; there is one encoder of frames. Synchronous on purpose: an append takes some 0.1 ms, and its order is the truth. */
export class RecordingWriter {
  readonly #file: string;
  readonly #fd: number;
  #encoder = new RecordingEncoder();
  #passed = new Map<string, PassedFrames>();
  /** Where the file ended after our last line. */
  #end = 0;
  #observations = 0;
  #others = 0;
  /** A part of a line is in the file and could not be taken back: the next one begins on a line of its own. */
  #isTorn = false;
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
      fd = openSync(file, 'ax+', RECORDING_MODE);
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
    return {
      file: this.#file,
      bytes: this.#end,
      observations: this.#observations,
      others: this.#others,
      stopped: this.#stopped,
    };
  }

  /** Answers whether it is in the file. After a failure nothing is written until `resume`. */
  append(seen: Observation): boolean {
    if (this.#isClosed) throw new Error('the recording is closed');
    if (this.#stopped !== undefined || this.#isLeftOver(seen)) return this.#passOver(seen);
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

  /** A closing reading whose sample was passed over: beside the sample before that one it would tell of another time. */
  #isLeftOver(seen: Observation): boolean {
    return seen.kind === 'frame' && isDevices(seen.text) && this.#passed.has(seen.node);
  }

  #passOver(seen: Observation): false {
    if (seen.kind === 'frame') this.#passed.set(seen.node, passOver(this.#passed.get(seen.node) ?? NO_PASSED, seen));
    return false;
  }

  /** All of it or nothing: a part that a full disk let through is taken back. */
  #write(text: string): boolean {
    const data = Buffer.from(this.#isTorn ? `\n${text}` : text);
    let start = this.#end;
    let done = 0;
    try {
      start = this.#lookForOthers();
      while (done < data.length) done += writeSync(this.#fd, data, done);
      this.#end = start + data.length;
      this.#isTorn = false;
      return true;
    } catch (cause) {
      this.#stopped = RecordingError.of(cause, 'write', this.#file);
      if (done > 0) this.#takeBack(start, done);
      return false;
    }
  }

  /** The size of the file now. What was appended since our last line is not ours; its lines are counted. */
  #lookForOthers(): number {
    const { size } = fstatSync(this.#fd);
    const theirs = size - this.#end;
    if (theirs > 0 && theirs <= LONGEST_OTHERS) {
      const data = Buffer.alloc(theirs);
      readSync(this.#fd, data, 0, theirs, this.#end);
      this.#others += data.toString('latin1').split('\n').length - 1;
    }
    return size;
  }

  #takeBack(start: number, done: number): void {
    this.#isTorn = true;
    try {
      // Where somebody has appended in between, the end of the file is not ours to take.
      if (fstatSync(this.#fd).size !== start + done) return;
      ftruncateSync(this.#fd, start);
      this.#isTorn = false;
    } catch {
      // The line stays torn; a reader drops it and says so.
      return;
    }
  }
}
