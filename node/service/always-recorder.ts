// Records every open node while it is watched, unless that is turned off: files bounded in size and time, the oldest go first.
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DEFAULT_LIMITS } from '../../shared/gates/policy.ts';
import { choosePolicy } from '../../shared/gates/limit.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../../shared/recording/format.ts';
import type { RecorderState } from '../../shared/rpc/contract.ts';
import type { Cancel } from '../../shared/rpc/cancel.ts';
import { compressRecording } from '../recording/compress-recording.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { RecordingWriter } from '../recording/recording-writer.ts';
import type { Observations } from './observations.ts';
import type { RecordingsFolder } from './recordings-folder.ts';

export interface KeptBounds {
  /** Of one file, and how long it is written to: then the next begins. */
  readonly fileBytes: number;
  readonly fileMs: number;
  /** Of all that are kept. */
  readonly allBytes: number;
  readonly allMs: number;
}

const HOUR_MS = 3_600_000;
export const KEPT_BOUNDS: KeptBounds = {
  fileBytes: 64 * 1024 * 1024,
  fileMs: HOUR_MS,
  allBytes: 1024 * 1024 * 1024,
  allMs: 12 * HOUR_MS,
};

export interface AlwaysRecorderOptions {
  readonly folder: RecordingsFolder;
  readonly now: () => number;
  readonly version: string;
  readonly probeSha256: string;
  readonly limitVariable: string | undefined;
  readonly bounds: KeptBounds;
}

export interface RecordedNode {
  readonly node: NodeId;
  readonly target: string;
  readonly isDemo: boolean;
  readonly observations: Pick<Observations, 'observe' | 'isClosed'>;
}

export class AlwaysRecorder {
  readonly #options: AlwaysRecorderOptions;
  /** Everything that was opened and is not closed, recorded or not. */
  readonly #nodes = new Set<RecordedNode>();
  readonly #running = new Map<RecordedNode, Promise<void>>();
  readonly #compressing = new Set<Promise<void>>();
  readonly #writers = new Set<RecordingWriter>();
  readonly #listeners = new Set<() => void>();
  #isClosing = false;
  #isOn = false;
  /** Ends the files that are being written, when it is turned off. */
  #turnedOff = new AbortController();
  #stopped: RecordingError | undefined;
  #resumes: (() => void)[] = [];
  #files = 0;

  /** Off until it is turned on. */
  constructor(options: AlwaysRecorderOptions) {
    this.#options = options;
  }

  /** Until its observations end, whenever recording is on. */
  record(node: RecordedNode): void {
    this.#nodes.add(node);
    this.#begin(node);
  }

  /** Off: the files that are being written are ended and stay; nothing more is written. On: every open node is recorded. */
  turn(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    if (!isOn) {
      this.#turnedOff.abort();
      this.#stopped = undefined;
      for (const resume of this.#resumes.splice(0)) resume();
    } else {
      this.#turnedOff = new AbortController();
      for (const node of this.#nodes) this.#begin(node);
    }
    this.#changed();
  }

  get state(): RecorderState {
    return {
      isOn: this.#isOn,
      files: this.#writers.size,
      stopped: this.#stopped === undefined ? null : this.#stopped.message,
    };
  }

  /** The names of the files that are being written now. */
  get written(): ReadonlySet<string> {
    return new Set([...this.#writers].map((writer) => basename(writer.state.file)));
  }

  /** The state now, and whenever it is another. */
  async *watch(signal: Cancel): AsyncGenerator<RecorderState, void, undefined> {
    const held = { wake: (): void => undefined };
    const wake = (): void => held.wake();
    this.#listeners.add(wake);
    signal.addEventListener('abort', wake);
    let said = '';
    try {
      while (!signal.aborted) {
        const { state } = this;
        const text = JSON.stringify(state);
        if (text !== said) {
          said = text;
          yield state;
        } else {
          await new Promise<void>((resolve) => (held.wake = resolve));
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#listeners.delete(wake);
    }
  }

  /** Tries again after a failure, for example when somebody has made room. */
  resume(): void {
    this.#stopped = undefined;
    for (const writer of this.#writers) if (writer.state.stopped !== undefined) writer.resume();
    for (const resume of this.#resumes.splice(0)) resume();
    this.#changed();
  }

  /** After the observations of all nodes have ended: when it resolves, their last lines are written, and compressed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.resume();
    await Promise.all(this.#running.values());
    await Promise.all(this.#compressing);
  }

  #begin(node: RecordedNode): void {
    if (node.observations.isClosed) this.#nodes.delete(node);
    if (!this.#isOn || !this.#nodes.has(node)) return;
    // One that is being ended begins again by itself.
    if (this.#running.has(node)) return;
    const running = this.#run(node).finally(() => {
      this.#running.delete(node);
      if (!this.#isClosing) this.#begin(node);
    });
    this.#running.set(node, running);
  }

  /** Until the node is closed, or recording is turned off. */
  async #run(node: RecordedNode): Promise<void> {
    let isMore = true;
    while (isMore && this.#isOn) {
      try {
        isMore = await this.#file(node, this.#turnedOff.signal);
      } catch (error) {
        if (!this.#isOn) return;
        this.#fail(error instanceof RecordingError ? error : RecordingError.of(error, 'write', node.target));
        if (this.#isClosing) return;
        await new Promise<void>((resolve) => this.#resumes.push(resolve));
        isMore = !this.#isClosing && !node.observations.isClosed;
      }
    }
  }

  /** One file. Answers whether the node is still watched, so that another should follow. */
  async #file(node: RecordedNode, turnedOff: AbortSignal): Promise<boolean> {
    const { folder, now, bounds } = this.#options;
    const startedMs = now();
    await this.#prune();
    this.#files += 1;
    const name = `${fileTime(startedMs)}-${fileName(node.target)}-${process.pid}-${this.#files}.residuum.jsonl`;
    const file = join(await folder.keptFolder(), name);
    const writer = RecordingWriter.create(file, this.#header(node, startedMs));
    this.#writers.add(writer);
    this.#changed();
    let isFull = false;
    let frames = 0;
    try {
      for await (const seen of node.observations.observe(turnedOff)) {
        if (writer.append(seen) && seen.kind === 'frame') frames += 1;
        const { stopped, bytes } = writer.state;
        if (stopped !== undefined && !turnedOff.aborted) this.#fail(stopped);
        isFull = bytes >= bounds.fileBytes || now() - startedMs >= bounds.fileMs;
        if (isFull) break;
      }
    } finally {
      writer.close(now(), isFull ? 'the next file begins' : turnedOff.aborted ? TURNED_OFF : 'the node was closed');
      this.#writers.delete(writer);
      this.#changed();
    }
    // Of a node that was never looked at there is nothing to open.
    if (frames === 0) await rm(file, { force: true });
    else this.#compress(file);
    return isFull;
  }

  /** Beside what is being recorded: that must not wait. What cannot be compressed stays as it is and can be opened. */
  #compress(file: string): void {
    const compressing = compressRecording(file)
      .then(async () => await this.#prune())
      .catch(() => undefined)
      .finally(() => this.#compressing.delete(compressing));
    this.#compressing.add(compressing);
  }

  async #prune(): Promise<void> {
    const { folder, now, bounds } = this.#options;
    await folder.prune(bounds.allBytes, now() - bounds.allMs);
  }

  #header({ node, target, isDemo }: RecordedNode, startedMs: number): RecordingHeader {
    const { version, probeSha256, limitVariable } = this.#options;
    const chosen = choosePolicy('engine-tree', undefined, limitVariable);
    const limit = chosen.ok ? chosen.policy.limit : DEFAULT_LIMITS['engine-tree'];
    return {
      kind: 'residuum.recording',
      format: RECORDING_FORMAT,
      appVersion: version,
      probeSha256,
      startedMs,
      isDemo,
      policy: { kind: 'engine-tree', limitBytes: limit, origin: chosen.ok ? chosen.policy.origin : 'default' },
      redaction: 'none',
      nodes: [{ node, target }],
      story: [],
    };
  }

  #fail(error: RecordingError): void {
    if (this.#stopped?.message === error.message) return;
    this.#stopped = error;
    this.#changed();
  }

  #changed(): void {
    for (const wake of this.#listeners) wake();
  }
}

const TURNED_OFF = 'recording was turned off';

/** `2026-01-31T12-00-00.000`, in UTC: a name that sorts. */
function fileTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replaceAll(':', '-');
}

function fileName(target: string): string {
  return target.replaceAll(/[^A-Za-z0-9.]+/g, '_').slice(0, 40);
}
