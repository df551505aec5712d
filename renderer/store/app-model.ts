// What the page does: asks the host, watches nodes, and keeps the store. Components call it and know nothing else.
import type { Policy } from '../../shared/gates/policy.ts';
import type { ProcessKey } from '../../shared/model/ids.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import type { Client } from '../../shared/rpc/client.ts';
import type { OpenNodeEntry } from '../../shared/rpc/contract.ts';
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import { EMPTY_NODE_SESSION } from '../../shared/session/node-session.ts';
import { NO_GATES, withArmed, withoutGate } from '../view/verdicts/armed-gates.ts';
import { hostSource } from '../recordings/page-source.ts';
import type { HostLink } from '../host/host-link.ts';
import { liveCapabilities } from '../../shared/source/source.ts';
import { START, withNode, type AppState, type LiveView, type OpenNode, type Screen } from './app-state.ts';
import { EvidenceReader } from './evidence-reader.ts';
import { FoldQueue, nextPicture, type NextPicture } from './fold-queue.ts';
import type { RecordingId } from './open-recording.ts';
import { Recordings } from './recordings.ts';
import { createStore, type Store } from './store.ts';

/** Between two looks, until the user chooses another: the driver's lock is shared with the run. */
export const FIRST_INTERVAL_MS = 2_000;

/** A slider says something with every pixel; only where it comes to rest is kept. */
const SETTLE_MS = 400;

/** What is to be opened first is a recording of the host, by its id. */
const RECORDING = 'recording:';

/** Observations that may wait for one picture; beyond that the host is not read, and sends the newest later. */
const MOST_UNSEEN = 8;

export class AppModel {
  readonly store: Store<AppState> = createStore(START);
  readonly host: HostLink;
  readonly recordings: Recordings;
  readonly evidence: EvidenceReader;
  /** "Judge now", set by the verdicts while they are shown: they alone know the look that they keep. */
  judge: (() => void) | undefined;
  readonly #queue: FoldQueue;
  readonly #watching = new Map<NodeId, AbortController>();
  readonly #settling = new Map<string, ReturnType<typeof setTimeout>>();
  #client: Client | undefined;
  #openFirst: string | undefined;
  /** Nothing has been heard of a host yet. */
  #isNew = true;

  /** `open`: a target to connect to as soon as there is a host. */
  constructor(host: HostLink, open?: string, next: NextPicture = nextPicture) {
    this.host = host;
    this.#openFirst = open;
    this.#queue = new FoldQueue(this.store, next);
    this.recordings = new Recordings(this.store, next);
    const { store, recordings } = this;
    this.evidence = new EvidenceReader({ store, recordings, client: () => this.#client });
  }

  /** Begins to follow the host; the answer ends it. */
  start(): () => void {
    const hear = (): void => {
      const state = this.host.state();
      const client = state.kind === 'connected' ? state.client : undefined;
      if (client === this.#client) return;
      this.#stopWatching();
      this.#client = client;
      if (client !== undefined) {
        void this.#load(client);
        void this.#watchRecorder(client);
      }
    };
    const stop = this.host.subscribe(hear);
    hear();
    return () => {
      stop();
      this.#stopWatching();
      this.#client = undefined;
    };
  }

  readonly show = (screen: Screen): void => this.store.set((state) => ({ ...state, screen, awaited: undefined }));

  readonly showNode = (node: NodeId): void => {
    this.store.set((state) => ({
      ...state,
      shown: node,
      screen: 'live',
      selection: {},
      cursorMs: undefined,
      raw: undefined,
      awaited: undefined,
    }));
    this.recordings.shown()?.show();
  };

  /** Looks at a moment of the node that is shown; undefined goes back to its newest, or to where a replay stands. */
  readonly lookAt = (cursorMs: number | undefined): void => {
    this.set({ cursorMs });
    this.recordings.shown()?.show();
  };

  readonly set = (part: Partial<AppState>): void => this.store.set((state) => ({ ...state, ...part }));

  /** A figure as PNG, from the host: it has the font. Rejects with an RpcError, also where there is no host. */
  readonly drawPng = async (svg: string): Promise<Uint8Array<ArrayBuffer>> => {
    if (this.#client === undefined) throw new RpcError('closed', 'There is no host to draw a PNG.', 'Save the SVG.');
    const { png } = await this.#client['figure.png']({ svg });
    return Uint8Array.from(atob(png), (mark) => mark.charCodeAt(0));
  };

  readonly setView = (part: Partial<LiveView>): void =>
    this.store.set((state) => ({ ...state, view: { ...state.view, ...part } }));

  /** Opens a node, or shows the one that is open already. */
  connect(target: string): Promise<NodeId | undefined> {
    const open = [...this.store.get().nodes.values()].find(
      (each) => each.entry.target === target && each.isWatched && each.capabilities.isLive,
    );
    if (open !== undefined) {
      if (open.session.link?.state === 'failed') this.retry(open.entry.node);
      this.set({ shown: open.entry.node, awaited: open.entry.node, screen: 'connect' });
      return Promise.resolve(open.entry.node);
    }
    if (this.#client === undefined) {
      // The page is there before its host is: what was asked for meanwhile is done when it has come.
      this.#openFirst = target;
      return Promise.resolve(undefined);
    }
    return this.#ask(async (client) => {
      const { node } = await client['node.open']({ target, intervalMs: FIRST_INTERVAL_MS });
      await this.#loadNodes(client);
      this.set({ shown: node, awaited: node, screen: 'connect', selection: {}, cursorMs: undefined, raw: undefined });
      void this.#loadTargets(client);
      return node;
    });
  }

  retry(node: NodeId, acceptHostKey?: string): void {
    const accepted = acceptHostKey === undefined ? {} : { acceptHostKey };
    void this.#ask((client) => client['node.retry']({ node, ...accepted }));
  }

  look(node: NodeId): void {
    void this.#ask((client) => client['node.look']({ node }));
  }

  configure(node: NodeId, intervalMs: number): void {
    void this.#ask(async (client) => {
      await client['node.configure']({ node, intervalMs });
      this.store.set((state) => withNode(state, node, (open) => ({ ...open, entry: { ...open.entry, intervalMs } })));
    });
  }

  close(node: NodeId): void {
    const recording = this.store.get().nodes.get(node)?.recording;
    if (recording !== undefined) {
      this.closeRecording(recording);
      return;
    }
    this.#watching.get(node)?.abort();
    this.#watching.delete(node);
    const wasWatched = this.store.get().nodes.get(node)?.isWatched === true;
    this.store.set((state) => {
      const nodes = new Map(state.nodes);
      nodes.delete(node);
      const shown = state.shown === node ? [...nodes.keys()].at(-1) : state.shown;
      return {
        ...state,
        nodes,
        shown,
        screen: shown === undefined ? 'connect' : state.screen,
        selection: {},
        raw: undefined,
      };
    });
    if (wasWatched) void this.#ask((client) => client['node.close']({ node }));
  }

  /** With all its nodes, and with what was read of it for evidence. */
  closeRecording(id: RecordingId): void {
    this.recordings.close(id);
    this.evidence.forget();
  }

  tell(node: NodeId, rootPid: number, rootStartTicks: number, state: 'awake' | 'asleep' | null): void {
    const player = this.recordings.of(this.store.get().nodes.get(node));
    if (player !== undefined) {
      const atMs = Number.MAX_SAFE_INTEGER;
      player.tell({ kind: 'told', node, atMs, rootPid, rootStartTicks, state });
      return;
    }
    void this.#ask((client) => client['node.tell']({ node, rootPid, rootStartTicks, state }));
  }

  async loadRecordings(): Promise<void> {
    const list = await this.#ask((client) => client['recordings.list']({}));
    if (list !== undefined) this.set({ hosted: list.recordings, hostedNotes: list.notes });
  }

  /** One of the host's. `name`: as the list shows it. */
  async openHosted(id: string, name?: string): Promise<void> {
    await this.#ask(async (client) => {
      const { recordings } = name === undefined ? await client['recordings.list']({}) : { recordings: [] };
      const called = name ?? recordings.find((each) => each.id === id)?.name ?? id;
      await this.recordings.open(
        called,
        client['recordings.open']({ id }),
        hostSource(id, () => this.#client ?? client),
      );
    });
  }

  /** Several become one file. */
  async saveRecordings(ids: readonly string[], name: string): Promise<void> {
    await this.#ask((client) => client['recordings.save']({ ids: [...ids], name }));
    await this.loadRecordings();
  }

  /** Whether open nodes are recorded, from now on. */
  async turnRecording(isOn: boolean): Promise<void> {
    await this.#ask((client) => client['recordings.turn']({ isOn }));
    await this.loadRecordings();
  }

  /** Records again, after somebody has made room. */
  resumeRecording(): void {
    void this.#ask((client) => client['recordings.resume']({}));
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

  /** Becomes an observation, so that a recording has it. */
  mark(node: NodeId, text: string): void {
    void this.#ask((client) => client['node.mark']({ node, text }));
  }

  /** Where an engine answers, as the user typed it; null takes it back. */
  endpoint(node: NodeId, rootPid: number, address: { host: string; port: number } | null): void {
    void this.#ask((client) => client['node.endpoint']({ node, rootPid, address }));
  }

  /** At once on the screen, and kept by the host when it has come to rest. */
  setting(name: string, value: string): void {
    this.settingHere(name, value);
    clearTimeout(this.#settling.get(name));
    const keep = (): void => void this.#ask((client) => client['settings.write']({ name, value }));
    this.#settling.set(name, setTimeout(keep, SETTLE_MS));
  }

  /** On this screen alone, until the page is loaded again. */
  settingHere(name: string, value: string): void {
    this.store.set((state) => ({ ...state, settings: { ...state.settings, [name]: value } }));
  }

  async #load(client: Client): Promise<void> {
    await this.#ask(async () => {
      const [info, settings] = await Promise.all([client['app.info']({}), client['settings.read']({})]);
      this.set({ info, settings: settings.values });
      await Promise.all([this.#loadTargets(client), this.#loadNodes(client)]);
      const first = this.#openFirst;
      this.#openFirst = undefined;
      const { shown } = this.store.get();
      if (first?.startsWith(RECORDING) === true) await this.openHosted(first.slice(RECORDING.length));
      else if (first !== undefined) await this.connect(first);
      // Loaded again, or a second page: what is open is what its reader wants to see.
      else if (this.#isNew && shown !== undefined) this.showNode(shown);
      this.#isNew = false;
    });
  }

  async #loadTargets(client: Client): Promise<void> {
    const { targets, notes } = await client['targets.list']({});
    this.set({ targets, targetNotes: notes });
  }

  async #loadNodes(client: Client): Promise<void> {
    const { nodes } = await client['nodes.list']({});
    const entries = new Map(nodes.map((entry) => [entry.node, entry]));
    this.store.set((state) => {
      const open = new Map(
        [...state.nodes].map(([id, each]) => [id, { ...each, isWatched: isWatched(each, entries) }]),
      );
      for (const entry of nodes) {
        const known = open.get(entry.node);
        // A host that was started again counts from n1 again: another target under the same name is another node.
        const isSame = known?.entry.target === entry.target;
        const capabilities = liveCapabilities(entry.isDemo);
        const fresh = { entry, capabilities, session: EMPTY_NODE_SESSION, moments: [], isWatched: true };
        open.set(entry.node, isSame ? { ...known, entry, isWatched: true } : fresh);
      }
      const shown = state.shown ?? nodes.at(-1)?.node;
      return { ...state, nodes: open, shown };
    });
    for (const entry of nodes) this.#watch(client, entry);
  }

  #watch(client: Client, { node }: OpenNodeEntry): void {
    if (this.#watching.has(node)) return;
    const stop = new AbortController();
    this.#watching.set(node, stop);
    const follow = async (): Promise<void> => {
      let unseen = 0;
      for await (const seen of client['node.observe']({ node }, { signal: stop.signal })) {
        const drawn = this.#queue.add(node, seen);
        unseen = (unseen + 1) % MOST_UNSEEN;
        if (unseen === 0) await drawn;
      }
    };
    const ended = (): void => {
      if (this.#watching.get(node) === stop) this.#watching.delete(node);
    };
    const closedElsewhere = (): void => {
      ended();
      // Another page closed it: the list says so.
      if (!stop.signal.aborted) void this.#ask(() => this.#loadNodes(client));
    };
    follow().then(closedElsewhere, (error: unknown) => {
      ended();
      if (!stop.signal.aborted) this.#complain(error);
    });
  }

  /** A host that keeps no recordings says nothing of them. */
  async #watchRecorder(client: Client): Promise<void> {
    try {
      for await (const recorder of client['recordings.state']({})) this.set({ recorder });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.set({ recorder: undefined });
    }
  }

  #stopWatching(): void {
    for (const stop of this.#watching.values()) stop.abort();
    this.#watching.clear();
  }

  async #ask<Answer>(call: (client: Client) => Promise<Answer>): Promise<Answer | undefined> {
    const client = this.#client;
    if (client === undefined) return undefined;
    try {
      this.set({ complaint: undefined });
      return await call(client);
    } catch (error) {
      this.#complain(error);
      return undefined;
    }
  }

  #complain(error: unknown): void {
    // That the host is away, the page says once, for everything.
    if (error instanceof RpcError && (error.code === 'closed' || error.code === 'aborted')) return;
    const complaint =
      error instanceof RpcError
        ? { text: error.message, next: error.next }
        : { text: 'Something in this page failed.', next: 'Reload it; the nodes stay connected.' };
    this.set({ complaint });
  }
}

/** A recording needs no host. */
function isWatched({ entry, capabilities }: OpenNode, entries: ReadonlyMap<NodeId, OpenNodeEntry>): boolean {
  return !capabilities.isLive || entries.has(entry.node);
}
