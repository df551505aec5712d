// The nodes that the host watches: opens and closes them, follows what is observed, and says what the user knows of them.
import type { TypedAddress } from '../../shared/engines/typed-address.ts';
import { processOf, type ProcessKey } from '../../shared/model/ids.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import type { Client } from '../../shared/rpc/client.ts';
import type { OpenNodeEntry } from '../../shared/rpc/contract.ts';
import { EMPTY_NODE_SESSION } from '../../shared/session/node-session.ts';
import { liveCapabilities } from '../../shared/source/source.ts';
import { withNode, type AppState, type OpenNode } from './app-state.ts';
import type { FoldQueue } from './fold-queue.ts';
import type { HostCalls } from './host-calls.ts';
import type { Store } from './store.ts';

/** Between two looks, until the user chooses another: the driver's lock is shared with the run. */
const FIRST_INTERVAL_MS = 2_000;

/** Observations that may wait for one picture; beyond that the host is not read, and sends the newest later. */
const MOST_UNSEEN = 8;

export class WatchedNodes {
  readonly #store: Store<AppState>;
  readonly #calls: HostCalls;
  readonly #queue: FoldQueue;
  readonly #watching = new Map<NodeId, AbortController>();

  constructor(store: Store<AppState>, calls: HostCalls, queue: FoldQueue) {
    this.#store = store;
    this.#calls = calls;
    this.#queue = queue;
  }

  /** False where this target is not open yet. One that failed is tried again. */
  showOpen(target: string): boolean {
    const open = [...this.#store.get().nodes.values()].find(
      (each) => each.entry.target === target && each.isWatched && each.capabilities.isLive,
    );
    if (open === undefined) return false;
    const { node } = open.entry;
    if (open.session.link?.state === 'failed') this.retry(node);
    this.#store.set((state) => ({ ...state, shown: node, awaited: node, screen: 'connect' }));
    return true;
  }

  async open(target: string): Promise<void> {
    await this.#calls.ask(async (client) => {
      const { node } = await client['node.open']({ target, intervalMs: FIRST_INTERVAL_MS });
      await this.#load(client);
      this.#store.set((state) => ({
        ...state,
        shown: node,
        awaited: node,
        screen: 'connect',
        selection: {},
        cursorMs: undefined,
        raw: undefined,
      }));
      void this.#loadTargets(client);
    });
  }

  retry(node: NodeId, acceptHostKey?: string): void {
    const accepted = acceptHostKey === undefined ? {} : { acceptHostKey };
    void this.#calls.ask((client) => client['node.retry']({ node, ...accepted }));
  }

  look(node: NodeId): void {
    void this.#calls.ask((client) => client['node.look']({ node }));
  }

  configure(node: NodeId, intervalMs: number): void {
    void this.#calls.ask(async (client) => {
      await client['node.configure']({ node, intervalMs });
      this.#store.set((state) => withNode(state, node, (open) => ({ ...open, entry: { ...open.entry, intervalMs } })));
    });
  }

  close(node: NodeId): void {
    this.#watching.get(node)?.abort();
    this.#watching.delete(node);
    const wasWatched = this.#store.get().nodes.get(node)?.isWatched === true;
    this.#store.set((state) => withoutNode(state, node));
    if (wasWatched) void this.#calls.ask((client) => client['node.close']({ node }));
  }

  /** What the user knows of an engine; null takes it back. */
  tell(node: NodeId, engine: ProcessKey, state: 'awake' | 'asleep' | null): void {
    void this.#calls.ask((client) => client['node.tell']({ node, ...rootOf(engine), state }));
  }

  /** Becomes an observation, so that a recording has it. */
  mark(node: NodeId, text: string): void {
    void this.#calls.ask((client) => client['node.mark']({ node, text }));
  }

  /** Where an engine answers, as the user typed it; null takes it back. */
  endpoint(node: NodeId, engine: ProcessKey, address: TypedAddress | null): void {
    void this.#calls.ask((client) => client['node.endpoint']({ node, ...rootOf(engine), address }));
  }

  /** All that the host knows: where one can connect to, and what is open there already. Rejects with RpcError. */
  async load(client: Client): Promise<void> {
    await Promise.all([this.#loadTargets(client), this.#load(client)]);
  }

  stopWatching(): void {
    for (const stop of this.#watching.values()) stop.abort();
    this.#watching.clear();
  }

  async #loadTargets(client: Client): Promise<void> {
    const { targets, notes } = await client['targets.list']({});
    this.#store.set((state) => ({ ...state, targets, targetNotes: notes }));
  }

  async #load(client: Client): Promise<void> {
    const { nodes } = await client['nodes.list']({});
    this.#store.set((state) => withListed(state, nodes));
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
      if (!stop.signal.aborted) void this.#calls.ask(() => this.#load(client));
    };
    follow().then(closedElsewhere, (error: unknown) => {
      ended();
      if (!stop.signal.aborted) this.#calls.complain(error);
    });
  }
}

function rootOf(engine: ProcessKey): { rootPid: number; rootStartTicks: number } {
  const { pid, startTicks } = processOf(engine);
  return { rootPid: pid, rootStartTicks: startTicks };
}

function withListed(state: AppState, listed: readonly OpenNodeEntry[]): AppState {
  const entries = new Map(listed.map((entry) => [entry.node, entry]));
  const nodes = new Map([...state.nodes].map(([id, each]) => [id, { ...each, isWatched: isWatched(each, entries) }]));
  for (const entry of listed) {
    const before = nodes.get(entry.node);
    // A host that was started again counts from n1 again: another target under the same name is another node.
    const isSame = before?.entry.target === entry.target;
    const capabilities = liveCapabilities(entry.isDemo);
    const fresh = { entry, capabilities, session: EMPTY_NODE_SESSION, moments: [], isWatched: true };
    nodes.set(entry.node, isSame ? { ...before, entry, isWatched: true } : fresh);
  }
  return { ...state, nodes, shown: state.shown ?? listed.at(-1)?.node };
}

/** A recording needs no host. */
function isWatched({ entry, capabilities }: OpenNode, entries: ReadonlyMap<NodeId, OpenNodeEntry>): boolean {
  return !capabilities.isLive || entries.has(entry.node);
}

function withoutNode(state: AppState, node: NodeId): AppState {
  const nodes = new Map(state.nodes);
  nodes.delete(node);
  const shown = state.shown === node ? [...nodes.keys()].at(-1) : state.shown;
  const screen = shown === undefined ? 'connect' : state.screen;
  return { ...state, nodes, shown, screen, selection: {}, raw: undefined };
}
