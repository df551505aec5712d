// Reads recordings for evidence: that of the replay that is shown, or the one that the host keeps of a node that is watched.
import type { NodeId } from '../../shared/model/observation.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import type { RecorderState } from '../../shared/rpc/contract.ts';
import type { Client } from '../../shared/rpc/client.ts';
import { RecordedError } from '../../shared/recorded/recorded-error.ts';
import {
  readSide,
  type RecordedSide,
  type RecordedSource,
  type SideRequest,
} from '../../shared/recorded/recorded-side.ts';
import { growingSource } from '../recordings/page-source.ts';
import { NoHash } from '../recordings/sha256.ts';
import type { AppState, OpenNode } from './app-state.ts';
import type { Recordings } from './recordings.ts';
import type { Store } from './store.ts';

/** One node of one recording. */
export interface EvidencePlace {
  /** Another look of a node that is watched needs another reading. */
  readonly key: string;
  /** As its file is called; empty for one that is still being written. */
  readonly file: string;
  /** Within its file. */
  readonly node: NodeId | undefined;
  readonly isGrowing: boolean;
  readonly source: () => Promise<RecordedSource>;
}

export interface EvidenceReaderOptions {
  readonly store: Store<AppState>;
  readonly recordings: Recordings;
  /** undefined while there is no host. */
  readonly client: () => Client | undefined;
}

/** Of each a few looks are held; more are read again. */
const MOST_KEPT = 8;

export class EvidenceReader {
  readonly #options: EvidenceReaderOptions;
  readonly #sources = new Map<string, Promise<RecordedSource>>();
  readonly #sides = new Map<string, Promise<RecordedSide>>();
  #read = new Map<string, RecordedSide>();
  /** Another one after everything was forgotten. */
  #reading = {};

  constructor(options: EvidenceReaderOptions) {
    this.#options = options;
  }

  /** `atMs`: the look that is wanted of it. */
  placeOf(open: OpenNode, atMs: number): EvidencePlace {
    const { store, recordings, client } = this.#options;
    const { node, target } = open.entry;
    const player = recordings.of(open);
    if (player !== undefined && open.recording !== undefined) {
      const file = store.get().recordings.get(open.recording)?.name ?? '';
      const own = node.slice(open.recording.length + 1);
      return { key: node, file, node: own, isGrowing: false, source: () => Promise.resolve(player.source) };
    }
    const source = (): Promise<RecordedSource> => keptSource(client(), target, atMs, store.get().recorder);
    return { key: `${node} ${atMs}`, file: '', node: undefined, isGrowing: true, source };
  }

  /** Rejects with an Error whose message is a sentence. */
  async source({ key, source }: EvidencePlace): Promise<RecordedSource> {
    return remembered(this.#sources, key, source);
  }

  /** The same request is read once. Rejects with an Error whose message is a sentence. */
  async side(place: EvidencePlace, request: Omit<SideRequest, 'who'>): Promise<RecordedSide> {
    const { at, cycle, redaction, compared } = request;
    const key = JSON.stringify([place.key, at, cycle, redaction, compared]);
    return remembered(this.#sides, key, async () => {
      const reading = this.#reading;
      const side = await readSide(await this.source(place), { ...request, who: place.node }, this.#read.get(place.key));
      // Another look at the same one is read in half the time. It may have been closed while it was read.
      if (reading === this.#reading) this.#read = new Map([[place.key, side]]);
      return side;
    });
  }

  /** Of a recording that was closed nothing is held. */
  forget(): void {
    this.#sources.clear();
    this.#sides.clear();
    this.#read = new Map();
    this.#reading = {};
  }
}

/** What failed is tried again when it is asked for again. */
function remembered<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KEPT) break;
    known.delete(oldest);
  }
  return made;
}

async function keptSource(
  client: Client | undefined,
  target: string,
  atMs: number,
  recorder: RecorderState | undefined,
): Promise<RecordedSource> {
  if (client === undefined) throw new RecordedError('no-moment', 'the host is away, and it keeps the recording.');
  const { recordings } = await client['recordings.list']({});
  const [kept] = recordings
    .filter(({ kind, targets }) => kind === 'kept' && targets.includes(target))
    .filter(
      ({ startedMs, changedMs, isWritten }) => (startedMs ?? Infinity) <= atMs && (isWritten || changedMs >= atMs),
    )
    .toSorted((one, other) => (other.startedMs ?? 0) - (one.startedMs ?? 0));
  if (kept !== undefined) return growingSource(kept.id, client);
  const why =
    recorder?.isOn === false ? 'Recording is turned off on the screen Recordings.' : (recorder?.stopped ?? '');
  throw new RecordedError('no-moment', `the host keeps no recording of this look. ${why}`.trim());
}

/** What went wrong, as a sentence. Throws what is no such thing. */
export function evidenceProblem(error: unknown): string {
  if (error instanceof RecordedError || error instanceof RpcError || error instanceof NoHash)
    return sentence(error.message);
  throw error;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
