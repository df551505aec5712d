// Plays one recording into the store: reads and folds it in pieces that no picture waits for, seeks, steps and plays.
import { processOf, type ProcessKey } from '../../shared/model/ids.ts';
import type { NodeId, ToldSeen } from '../../shared/model/observation.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { foldObservation, type NodeSession } from '../../shared/session/node-session.ts';
import type { RecordedSource } from '../../shared/recorded/recorded-side.ts';
import { RecordedLines } from '../../shared/source/recorded-lines.ts';
import type { ReplayNode } from '../../shared/source/replay-node.ts';
import { Replay } from '../../shared/source/replay.ts';
import { withNode, type AppState, type OpenNode } from './app-state.ts';
import type { NextPicture } from './fold-queue.ts';
import { recordedNode, type OpenRecording, type RecordingId, type Speed } from './open-recording.ts';
import type { Store } from './store.ts';

/** Work of so many milliseconds at once leaves room for a picture. */
const SLICE_MS = 8;
/** While it is being folded, what is new of the node that is shown, and of the others, is shown so often. */
const SHOW_EVERY_MS = 250;
const OTHERS_EVERY_MS = 2_000;
/** A first picture needs two looks: what followed the first is known with the second. */
const FIRST_LINES = 64;

export interface PlayerOptions {
  readonly store: Store<AppState>;
  readonly id: RecordingId;
  readonly name: string;
  /** Where evidence reads it again, from its beginning. */
  readonly source: RecordedSource;
  readonly next: NextPicture;
  /** Milliseconds, never going backwards. */
  readonly now: () => number;
}

/** Why a file is not shown, as a sentence. */
export class NotOpened extends Error {}

export class ReplayPlayer {
  readonly #options: PlayerOptions;
  readonly #lines = new RecordedLines();
  readonly #told = new Map<NodeId, ToldSeen[]>();
  #replay: Replay | undefined;
  #isClosed = false;
  #isWhole = false;
  #isFolding = false;
  #shownAt = Number.NEGATIVE_INFINITY;
  #othersAt = Number.NEGATIVE_INFINITY;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  get source(): RecordedSource {
    return this.#options.source;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Shows it as soon as its first look is there, and resolves when all of it is folded. Rejects with NotOpened. */
  async open(text: AsyncIterable<string>): Promise<void> {
    let since = this.#options.now();
    for await (const piece of text) {
      this.#lines.push(piece);
      this.#begin(false);
      if (this.#isClosed) return;
      if (this.#options.now() - since < SLICE_MS) continue;
      await breath();
      since = this.#options.now();
    }
    this.#lines.end();
    this.#begin(true);
    this.#isWhole = true;
    await this.#foldAll();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Moves to a moment; what is beyond the recording is its end. */
  seek(atMs: number): void {
    this.#change(({ firstMs, lastMs }) => ({ positionMs: Math.min(lastMs, Math.max(firstMs, atMs)) }));
    this.#options.store.set((state) => ({ ...state, cursorMs: undefined }));
    this.show();
  }

  /** To its first look, or to its very end. */
  goTo(end: 'first' | 'last'): void {
    const recording = this.#recording();
    if (recording === undefined) return;
    this.seek(end === 'last' ? recording.lastMs : (this.#shownNode()?.looks[0]?.untilMs ?? recording.firstMs));
  }

  /** One look of the node that is shown, forth (1) or back (-1). */
  step(by: 1 | -1): void {
    const looks = this.#shownNode()?.looks ?? [];
    const position = this.#recording()?.positionMs ?? 0;
    const at = looks.findLastIndex((look) => look.atMs <= position);
    const look = looks[Math.min(looks.length - 1, Math.max(0, at + by))];
    this.#change(() => ({ isPlaying: false }));
    if (look !== undefined) this.seek(look.untilMs);
  }

  setSpeed(speed: Speed): void {
    this.#change(() => ({ speed }));
  }

  /** From its beginning when it stands at its end. */
  play(isPlaying: boolean): void {
    const recording = this.#recording();
    if (recording === undefined || recording.isPlaying === isPlaying) return;
    if (isPlaying && recording.positionMs >= recording.lastMs) this.goTo('first');
    this.#change(() => ({ isPlaying }));
    if (isPlaying) this.#tick(this.#options.now());
  }

  /** What the user says of an engine counts here and now; the recording stays as it is. */
  tell(node: NodeId, engine: ProcessKey, state: ToldSeen['state']): void {
    const { pid: rootPid, startTicks: rootStartTicks } = processOf(engine);
    const others = (this.#told.get(node) ?? []).filter(
      (each) => each.rootPid !== rootPid || each.rootStartTicks !== rootStartTicks,
    );
    const told = { kind: 'told', node, atMs: Number.MAX_SAFE_INTEGER, rootPid, rootStartTicks, state } as const;
    this.#told.set(node, [...others, told]);
    this.show();
  }

  /** A whole look of the node that is shown, as it was known then; undefined where it is not folded yet. */
  momentAt(atMs: number): Moment | undefined {
    return this.#shownNode()?.at(atMs)?.moment;
  }

  /** All of a node is wanted, as the page names it: one that was not folded ahead is folded now. */
  need(node: NodeId): void {
    const own = this.#replay?.nodes.find((each) => recordedNode(this.#options.id, each.node) === node);
    if (own === undefined || own.isDone) return;
    this.#replay?.need(own.node);
    if (this.#isWhole) void this.#foldAll();
  }

  /** Puts the moment at the cursor, or else at the position, before the panels of the node that is shown. */
  show(): void {
    const recording = this.#recording();
    const { cursorMs, shown } = this.#options.store.get();
    const node = this.#shownNode();
    if (recording === undefined || node === undefined || shown === undefined) return;
    const found = node.at(cursorMs ?? recording.positionMs);
    const at = this.#asTold(shown, found ?? node.newest);
    this.#options.store.set((state) => withNode(state, shown, (open) => (open.at === at ? open : { ...open, at })));
    this.#change(() => ({ isBehind: found === undefined, share: this.#replay?.share(node.node) ?? 1 }));
    // A node that was not folded ahead is folded now that somebody looks at it.
    if (this.#isWhole && !node.isDone) void this.#foldAll();
  }

  /** Once there is something to show. With the whole file read, whatever there is has to do. */
  #begin(isWhole: boolean): void {
    const { refused, header, range } = this.#lines;
    if (refused !== undefined) throw new NotOpened(refused);
    if (header === undefined) return;
    this.#replay ??= new Replay(this.#lines);
    this.#replay.grown();
    if (this.#recording() !== undefined) {
      this.#progress(isWhole);
      return;
    }
    this.#foldFirst(this.#replay);
    const ready = this.#replay.nodes.find(({ looks }) => looks.length > 1);
    const first = ready ?? (isWhole ? this.#firstWithLook(this.#replay) : undefined);
    const [look] = first?.looks ?? [];
    if (first === undefined || look === undefined || range === undefined) {
      if (isWhole)
        throw new NotOpened('There is no whole look at a node in this recording, so there is nothing to show.');
      return;
    }
    this.#put(this.#replay, first, look.untilMs, isWhole);
  }

  /** Of each node what a first picture needs, and no more: there may be many nodes. */
  #foldFirst({ nodes }: Replay): void {
    for (const node of nodes) {
      for (let lines = 0; lines < FIRST_LINES && node.looks.length < 2 && !node.isDone; lines += 1) node.step(1);
    }
  }

  #firstWithLook(replay: Replay): ReplayNode | undefined {
    replay.step(() => replay.nodes.some(({ looks }) => looks.length > 0));
    return replay.nodes.find(({ looks }) => looks.length > 0);
  }

  #put(replay: Replay, first: ReplayNode, positionMs: number, isRead: boolean): void {
    const { id, name, store } = this.#options;
    const { header, range, hasFooter, problems } = this.#lines;
    if (header === undefined || range === undefined) return;
    const recording: OpenRecording = {
      id,
      name,
      header,
      ...range,
      positionMs,
      isRead,
      hasFooter,
      problems,
      nodes: replay.nodes.map(({ node }) => recordedNode(id, node)),
      share: replay.share(first.node),
      isPlaying: false,
      speed: 1,
      isBehind: false,
    };
    const shown = recordedNode(id, first.node);
    store.set((state) => ({
      ...state,
      nodes: this.#withNodes(state, replay.nodes),
      recordings: new Map(state.recordings).set(id, recording),
      screen: 'live',
      shown,
      awaited: undefined,
      selection: {},
      cursorMs: undefined,
      raw: undefined,
    }));
    this.show();
  }

  /** With what is folded of each. */
  #withNodes(state: AppState, folded: readonly ReplayNode[]): AppState['nodes'] {
    const nodes = new Map(state.nodes);
    for (const each of folded) {
      const node = recordedNode(this.#options.id, each.node);
      const before = nodes.get(node);
      const isWhole = this.#isWhole && each.isDone;
      const open = before === undefined ? this.#opened(node, each) : { ...before, session: each.newest };
      nodes.set(node, { ...open, isPartial: !isWhole });
    }
    return nodes;
  }

  #opened(node: NodeId, { node: own, newest }: ReplayNode): OpenNode {
    const { header } = this.#lines;
    const target = header?.nodes.find((each) => each.node === own)?.target ?? own;
    const capabilities = this.#replay?.capabilities;
    if (capabilities === undefined) throw new Error('a recording is shown before it is read');
    const entry = { node, target, isDemo: capabilities.isDemo, intervalMs: 0 };
    return { entry, capabilities, recording: this.#options.id, session: newest, moments: [], isWatched: true };
  }

  async #foldAll(): Promise<void> {
    const replay = this.#replay;
    if (this.#isFolding) return;
    this.#isFolding = true;
    while (replay !== undefined && !this.#isClosed) {
      const until = this.#options.now() + SLICE_MS;
      const isMore = replay.step(() => this.#options.now() >= until, this.#shownNode()?.node);
      if (!isMore) break;
      this.#progress(true);
      await breath();
    }
    this.#isFolding = false;
    this.#shownAt = Number.NEGATIVE_INFINITY;
    this.#othersAt = Number.NEGATIVE_INFINITY;
    this.#progress(true);
  }

  /** Not with every slice: a timeline of hours takes longer to draw than to fold a piece of. */
  #progress(isRead: boolean): void {
    const replay = this.#replay;
    const now = this.#options.now();
    if (replay === undefined || this.#isClosed || now - this.#shownAt < SHOW_EVERY_MS) return;
    this.#shownAt = now;
    const { range, hasFooter, problems } = this.#lines;
    const isForAll = now - this.#othersAt >= OTHERS_EVERY_MS;
    if (isForAll) this.#othersAt = now;
    const shown = this.#shownNode();
    this.#options.store.set((state) => {
      const isDue = (node: ReplayNode): boolean =>
        isForAll || node === shown || !state.nodes.has(recordedNode(this.#options.id, node.node));
      return { ...state, nodes: this.#withNodes(state, replay.nodes.filter(isDue)) };
    });
    const nodes = replay.nodes.map(({ node }) => recordedNode(this.#options.id, node));
    this.#change(() => ({
      ...range,
      nodes,
      isRead,
      hasFooter,
      problems: { ...problems },
      share: replay.share(this.#shownNode()?.node),
    }));
    if (this.#recording()?.isBehind === true) this.show();
  }

  #tick(beforeMs: number): void {
    this.#options.next(() => {
      const recording = this.#recording();
      if (recording === undefined || !recording.isPlaying || this.#isClosed) return;
      const now = this.#options.now();
      const { positionMs, speed, lastMs, isRead } = recording;
      const node = this.#shownNode();
      // It does not run ahead of what is folded.
      const endMs = node === undefined || node.isDone ? lastMs : (node.foldedMs ?? positionMs);
      const next = Math.min(endMs, positionMs + (now - beforeMs) * speed);
      const isOver = next >= lastMs && isRead;
      this.#change(() => ({ positionMs: Math.max(positionMs, next), isPlaying: !isOver }));
      this.show();
      if (!isOver) this.#tick(now);
    });
  }

  #asTold(node: NodeId, session: NodeSession): NodeSession {
    const told = this.#told.get(node) ?? [];
    return told.reduce<NodeSession>(foldObservation, session);
  }

  #recording(): OpenRecording | undefined {
    return this.#options.store.get().recordings.get(this.#options.id);
  }

  #shownNode(): ReplayNode | undefined {
    const { shown } = this.#options.store.get();
    return this.#replay?.nodes.find(({ node }) => recordedNode(this.#options.id, node) === shown);
  }

  #change(part: (recording: OpenRecording) => Partial<OpenRecording>): void {
    this.#options.store.set((state) => {
      const recording = state.recordings.get(this.#options.id);
      if (recording === undefined) return state;
      return {
        ...state,
        recordings: new Map(state.recordings).set(recording.id, { ...recording, ...part(recording) }),
      };
    });
  }
}

/** Lets the page draw and hear. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
