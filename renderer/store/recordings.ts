// The recordings that are open in this page: opens a file, says what went wrong with it, closes it.
import type { NodeId } from '../../shared/model/observation.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import type { RecordedSource } from '../../shared/recorded/recorded-side.ts';
import { fileSource } from '../recordings/page-source.ts';
import { DamagedFile, textOf } from '../recordings/recording-text.ts';
import type { AppState, OpenNode } from './app-state.ts';
import type { NextPicture } from './fold-queue.ts';
import type { OpenRecording, RecordingId } from './open-recording.ts';
import { NotOpened, ReplayPlayer } from './replay-player.ts';
import type { Store } from './store.ts';

const UNREADABLE = 'The file could not be read to its end.';

export class Recordings {
  readonly #store: Store<AppState>;
  readonly #next: NextPicture;
  readonly #now: () => number;
  readonly #players = new Map<RecordingId, ReplayPlayer>();
  #count = 0;

  constructor(store: Store<AppState>, next: NextPicture, now: () => number = () => performance.now()) {
    this.#store = store;
    this.#next = next;
    this.#now = now;
  }

  /** Files that were dropped or chosen, one after the other. Resolves when all of each is read. */
  async openFiles(files: readonly File[]): Promise<void> {
    for (const file of files) await this.open(file.name, textOf(file), fileSource(file));
  }

  /** The text of a recording, in pieces, and where it is read again. What is wrong with it is said on the page. */
  async open(name: string, text: AsyncIterable<string>, source: RecordedSource): Promise<void> {
    this.#count += 1;
    const id = `r${this.#count}`;
    const player = new ReplayPlayer({ store: this.#store, id, name, source, next: this.#next, now: this.#now });
    this.#players.set(id, player);
    this.#store.set((state) => ({ ...state, complaint: undefined, opening: name }));
    try {
      await player.open(text);
    } catch (error) {
      this.close(id);
      const isSaid = error instanceof NotOpened || error instanceof RpcError || error instanceof DamagedFile;
      const why = isSaid ? error.message : UNREADABLE;
      const next = isSaid ? '' : 'Look whether it is still there, and open it again.';
      this.#store.set((state) => ({ ...state, complaint: { text: `${name} was not opened. ${why}`, next } }));
    } finally {
      this.#store.set((state) => (state.opening === name ? { ...state, opening: undefined } : state));
    }
  }

  /** With all its nodes. */
  close(id: RecordingId): void {
    this.#players.get(id)?.close();
    this.#players.delete(id);
    this.#store.set((state) => withoutRecording(state, id));
  }

  /** The player of the node that is shown. */
  shown(): ReplayPlayer | undefined {
    const { shown, nodes } = this.#store.get();
    return shown === undefined ? undefined : this.of(nodes.get(shown));
  }

  of(node: OpenNode | undefined): ReplayPlayer | undefined {
    return node?.recording === undefined ? undefined : this.#players.get(node.recording);
  }
}

function withoutRecording(state: AppState, id: RecordingId): AppState {
  const nodes = new Map([...state.nodes].filter(([, { recording }]) => recording !== id));
  const recordings = new Map([...state.recordings].filter(([each]) => each !== id));
  if (state.shown === undefined || nodes.has(state.shown)) return { ...state, nodes, recordings };
  const shown: NodeId | undefined = [...nodes.keys()].at(-1);
  const screen = shown === undefined ? 'recordings' : state.screen;
  return { ...state, nodes, recordings, shown, screen, selection: {}, cursorMs: undefined, raw: undefined };
}

/** Of the node that is shown; undefined when it is watched and not replayed. */
export function shownRecording({ shown, nodes, recordings }: AppState): OpenRecording | undefined {
  const id = shown === undefined ? undefined : nodes.get(shown)?.recording;
  return id === undefined ? undefined : recordings.get(id);
}
