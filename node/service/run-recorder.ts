// Writes what watched nodes show into one recording, through lost connections and full disks, until it is ended.
import type { LinkSeen, NodeId, Observation } from '../../shared/model/observation.ts';
import { isDevices } from '../../shared/recording/encoder.ts';
import type { RecordingError } from '../recording/recording-error.ts';
import type { RecordingWriter } from '../recording/recording-writer.ts';
import type { Observations } from './observations.ts';

/** A node that is watched: a `WatchedNode`, or whatever hands out observations as one does. */
export interface Recorded {
  readonly observations: Pick<Observations, 'observe'>;
  /** Ends its observations. */
  close(): Promise<void>;
}

/** Something worth a line of its own while it goes on. */
export type RecorderEvent =
  | { readonly kind: 'link'; readonly seen: LinkSeen }
  | { readonly kind: 'stopped'; readonly error: RecordingError }
  | { readonly kind: 'resumed'; readonly missed: number };

export interface RunRecorderOptions {
  readonly writer: Pick<RecordingWriter, 'state' | 'append' | 'resume' | 'close'>;
  readonly nodes: ReadonlyMap<NodeId, Recorded>;
  /** Milliseconds since 1970, never going backwards: the clock of the observations. */
  readonly now: () => number;
  /** After a failure to write, how long until it is tried again. */
  readonly retryWriteMs: number;
  readonly onEvent: (event: RecorderEvent) => void;
}

export interface RecorderProgress {
  /** Samples, over all nodes. */
  readonly looks: number;
  readonly marks: number;
  readonly bytes: number;
  /** Observations that are not in the file, because it could not be written. */
  readonly missed: number;
  readonly links: ReadonlyMap<NodeId, LinkSeen>;
}

export class RunRecorder {
  readonly #options: RunRecorderOptions;
  readonly #links = new Map<NodeId, LinkSeen>();
  readonly #consumers: readonly Promise<void>[];
  #looks = 0;
  #marks = 0;
  #missed = 0;
  #failedMs: number | undefined;

  /** Begins at once. */
  constructor(options: RunRecorderOptions) {
    this.#options = options;
    const never = new AbortController().signal;
    this.#consumers = [...options.nodes.values()].map(async ({ observations }) => {
      for await (const seen of observations.observe(never)) this.#take(seen);
    });
  }

  get progress(): RecorderProgress {
    const { bytes, others } = this.#options.writer.state;
    return { looks: this.#looks, marks: this.#marks + others, bytes, missed: this.#missed, links: this.#links };
  }

  /** Nothing more will come: every node failed in a way that trying again cannot help. */
  get isOver(): boolean {
    const links = [...this.#links.values()];
    const over = links.filter(({ state, retryMs }) => state === 'failed' && retryMs === null);
    return links.length === this.#options.nodes.size && over.length === links.length;
  }

  /** Closes the nodes, writes what they still say, and the footer. `why` goes into it. */
  async end(why: string): Promise<void> {
    const { nodes, writer, now } = this.#options;
    await Promise.all([...nodes.values()].map((node) => node.close()));
    await Promise.all(this.#consumers);
    // The last chance to end it cleanly.
    if (this.#failedMs !== undefined) writer.resume();
    writer.close(now(), why);
  }

  #take(seen: Observation): void {
    const { writer, onEvent, now, retryWriteMs } = this.#options;
    if (seen.kind === 'link') {
      this.#links.set(seen.node, seen);
      onEvent({ kind: 'link', seen });
    }
    if (seen.kind === 'frame' && !isDevices(seen.text)) this.#looks += 1;
    if (seen.kind === 'mark') this.#marks += 1;
    if (this.#failedMs !== undefined && now() - this.#failedMs >= retryWriteMs) writer.resume();
    const isTried = writer.state.stopped === undefined;
    if (writer.append(seen)) {
      if (this.#failedMs !== undefined) onEvent({ kind: 'resumed', missed: this.#missed });
      this.#failedMs = undefined;
      return;
    }
    this.#missed += 1;
    const { stopped } = writer.state;
    if (!isTried || stopped === undefined) return;
    if (this.#failedMs === undefined) onEvent({ kind: 'stopped', error: stopped });
    this.#failedMs = now();
  }
}
