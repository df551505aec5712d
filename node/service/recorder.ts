// Records every open node while it is watched, into files that are bounded in size and time; the oldest go first.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../shared/gates/policy.ts';
import { choosePolicy } from '../../shared/gates/limit.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../../shared/recording/format.ts';
import type { RecorderState } from '../../shared/rpc/contract.ts';
import type { Cancel } from '../../shared/rpc/cancel.ts';
import { RecordingError } from '../recording-error.ts';
import { RecordingWriter } from '../recording-writer.ts';
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

export interface ServiceRecorderOptions {
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
  readonly observations: Pick<Observations, 'observe'>;
}

export class ServiceRecorder {
  readonly #options: ServiceRecorderOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #writers = new Set<RecordingWriter>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #stopped: RecordingError | undefined;
  #resumes: (() => void)[] = [];
  #files = 0;

  constructor(options: ServiceRecorderOptions) {
    this.#options = options;
  }

  /** Until its observations end. */
  record(node: RecordedNode): void {
    const running = this.#run(node).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  get state(): RecorderState {
    return { files: this.#writers.size, stopped: this.#stopped === undefined ? null : this.#stopped.message };
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

  /** After the observations of all nodes have ended: when it resolves, their last lines are written. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.resume();
    await Promise.all(this.#running);
  }

  async #run(node: RecordedNode): Promise<void> {
    let isMore = true;
    while (isMore) {
      try {
        isMore = await this.#file(node);
      } catch (error) {
        this.#fail(error instanceof RecordingError ? error : RecordingError.of(error, 'write', node.target));
        if (this.#closing.signal.aborted) return;
        await new Promise<void>((resolve) => this.#resumes.push(resolve));
        isMore = !this.#closing.signal.aborted;
      }
    }
  }

  /** One file. Answers whether the node is still watched, so that another should follow. */
  async #file(node: RecordedNode): Promise<boolean> {
    const { folder, now, bounds } = this.#options;
    const startedMs = now();
    await folder.prune(bounds.allBytes, startedMs - bounds.allMs);
    this.#files += 1;
    const name = `${fileTime(startedMs)}-${fileName(node.target)}-${process.pid}-${this.#files}.residuum.jsonl`;
    const file = join(await folder.keptFolder(), name);
    const writer = RecordingWriter.create(file, this.#header(node, startedMs));
    this.#writers.add(writer);
    this.#changed();
    let isFull = false;
    let frames = 0;
    try {
      for await (const seen of node.observations.observe(new AbortController().signal)) {
        if (writer.append(seen) && seen.kind === 'frame') frames += 1;
        const { stopped, bytes } = writer.state;
        if (stopped !== undefined) this.#fail(stopped);
        isFull = bytes >= bounds.fileBytes || now() - startedMs >= bounds.fileMs;
        if (isFull) break;
      }
    } finally {
      writer.close(now(), isFull ? 'the next file begins' : 'the node was closed');
      this.#writers.delete(writer);
      this.#changed();
    }
    // Of a node that was never looked at there is nothing to open.
    if (frames === 0) await rm(file, { force: true });
    return isFull;
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

/** `2026-01-31T12-00-00`, in UTC: a name that sorts. */
function fileTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replaceAll(':', '-');
}

function fileName(target: string): string {
  return target.replaceAll(/[^A-Za-z0-9.]+/g, '_').slice(0, 40);
}
