// What the page does, for its components: what is shown, and the parts that ask the host, read recordings and make evidence.
import type { Policy } from '../../shared/gates/policy.ts';
import type { ProcessKey } from '../../shared/model/ids.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import type { Client } from '../../shared/rpc/client.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import type { HostLink } from '../host/host-link.ts';
import type { TimelineView } from '../view/timeline/timeline-view.ts';
import { NO_GATES, withArmed, withoutGate } from '../view/verdicts/armed-gates.ts';
import { START, withNode, type AppState, type Screen } from './app-state.ts';
import { EvidenceReader } from './evidence-reader.ts';
import { FoldQueue, nextPicture, type NextPicture } from './fold-queue.ts';
import { HostCalls } from './host-calls.ts';
import { HostedRecordings } from './hosted-recordings.ts';
import { withTimeline, type LiveView } from './live-view.ts';
import type { RecordingId } from './open-recording.ts';
import { Recordings } from './recordings.ts';
import { Settings } from './settings.ts';
import { createStore, type Store } from './store.ts';
import { WatchedNodes } from './watched-nodes.ts';

/** What is to be opened first is a recording of the host, by its id. */
const RECORDING = 'recording:';

export class AppModel {
  readonly store: Store<AppState> = createStore(START);
  readonly host: HostLink;
  readonly nodes: WatchedNodes;
  /** Those that are open in this page. */
  readonly recordings: Recordings;
  /** Those that the host keeps. */
  readonly hosted: HostedRecordings;
  readonly settings: Settings;
  readonly evidence: EvidenceReader;
  /** "Judge now", set by the verdicts while they are shown: they alone know the look that they keep. */
  judge: (() => void) | undefined;
  readonly #calls: HostCalls;
  #openFirst: string | undefined;
  /** Nothing has been heard of a host yet. */
  #isNew = true;

  /** `open`: a target to connect to as soon as there is a host. */
  constructor(host: HostLink, open?: string, next: NextPicture = nextPicture) {
    const { store } = this;
    this.host = host;
    this.#openFirst = open;
    this.#calls = new HostCalls(host, store);
    this.nodes = new WatchedNodes(store, this.#calls, new FoldQueue(store, next));
    this.recordings = new Recordings(store, next);
    this.hosted = new HostedRecordings(store, this.#calls, this.recordings);
    this.settings = new Settings(store, this.#calls);
    this.evidence = new EvidenceReader({ store, recordings: this.recordings, client: () => this.#calls.client });
  }

  /** Begins to follow the host; the answer ends it. */
  start(): () => void {
    return this.#calls.follow((client) => {
      this.nodes.stopWatching();
      if (client === undefined) return;
      void this.#load(client);
      void this.hosted.watch(client);
    });
  }

  readonly show = (screen: Screen): void => this.set({ screen, awaited: undefined });

  readonly showNode = (node: NodeId): void => {
    this.set({ shown: node, screen: 'live', selection: {}, cursorMs: undefined, raw: undefined, awaited: undefined });
    this.recordings.shown()?.show();
  };

  /** Looks at a moment of the node that is shown; undefined goes back to its newest, or to where a replay stands. */
  readonly lookAt = (cursorMs: number | undefined): void => {
    this.set({ cursorMs });
    this.recordings.shown()?.show();
  };

  readonly set = (part: Partial<AppState>): void => this.store.set((state) => ({ ...state, ...part }));

  readonly setView = (part: Partial<LiveView>): void =>
    this.store.set((state) => ({ ...state, view: { ...state.view, ...part } }));

  readonly setTimeline = (node: NodeId, part: Partial<TimelineView>): void =>
    this.store.set((state) => ({ ...state, ...withTimeline(state, node, part) }));

  /** A figure as PNG, from the host: it has the font. Rejects with an RpcError, also where there is no host. */
  readonly drawPng = async (svg: string): Promise<Uint8Array<ArrayBuffer>> => {
    const { client } = this.#calls;
    if (client === undefined) throw new RpcError('closed', 'There is no host to draw a PNG.', 'Save the SVG.');
    const { png } = await client['figure.png']({ svg });
    return Uint8Array.from(atob(png), (mark) => mark.charCodeAt(0));
  };

  /** Opens a target, or shows the node that is open already. */
  async connect(target: string): Promise<void> {
    if (this.nodes.showOpen(target)) return;
    // The page is there before its host is: what was asked for meanwhile is done when it has come.
    if (this.#calls.client === undefined) this.#openFirst = target;
    else await this.nodes.open(target);
  }

  /** A node of a recording closes with the whole recording. */
  close(node: NodeId): void {
    const recording = this.store.get().nodes.get(node)?.recording;
    if (recording === undefined) this.nodes.close(node);
    else this.closeRecording(recording);
  }

  /** With all its nodes, and with what was read of it for evidence. */
  closeRecording(id: RecordingId): void {
    this.recordings.close(id);
    this.evidence.forget();
  }

  /** What the user knows of an engine: the host keeps it of one that is watched; a recording stays as it is. */
  tell(node: NodeId, engine: ProcessKey, state: 'awake' | 'asleep' | null): void {
    const player = this.recordings.of(this.store.get().nodes.get(node));
    if (player === undefined) this.nodes.tell(node, engine, state);
    else player.tell(node, engine, state);
  }

  /** From the newest look on; armed again it begins anew. */
  arm(node: NodeId, engine: ProcessKey, policy: Policy): void {
    this.store.set((state) =>
      withNode(state, node, (open) =>
        open.session.moment === undefined
          ? open
          : { ...open, gates: withArmed(open.gates ?? NO_GATES, engine, policy, open.session.moment) },
      ),
    );
  }

  disarm(node: NodeId, engine: ProcessKey): void {
    this.store.set((state) =>
      withNode(state, node, (open) => ({ ...open, gates: withoutGate(open.gates ?? NO_GATES, engine) })),
    );
  }

  async #load(client: Client): Promise<void> {
    await this.#calls.ask(async () => {
      const [info] = await Promise.all([client['app.info']({}), this.settings.load(client)]);
      this.set({ info });
      await this.nodes.load(client);
      const first = this.#openFirst;
      this.#openFirst = undefined;
      const { shown } = this.store.get();
      if (first?.startsWith(RECORDING) === true) await this.hosted.open(first.slice(RECORDING.length));
      else if (first !== undefined) await this.connect(first);
      // Loaded again, or a second page: what is open is what its reader wants to see.
      else if (this.#isNew && shown !== undefined) this.showNode(shown);
      this.#isNew = false;
    });
  }
}
