// Observations wait here for the next picture: however fast a node is, the page folds and draws once a frame.
import type { NodeId, Observation } from '../../shared/model/observation.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { foldObservation } from '../../shared/session/node-session.ts';
import { steppedGates } from '../view/verdicts/armed-gates.ts';
import { withNode, type AppState, type OpenNode } from './app-state.ts';
import type { Store } from './store.ts';

/** Calls back before the next picture, or after a while when there is none because nobody looks. */
export type NextPicture = (callback: () => void) => void;

/** Hidden pages get no animation frames; their history goes on all the same. */
const HIDDEN_MS = 1_000;

/** Looks that can be gone back to. At two seconds each, eight minutes; the timeline itself reaches further. */
export const MOMENTS_KEPT = 240;

export const nextPicture: NextPicture = (callback) => {
  const once = { done: false };
  const run = (): void => {
    if (once.done) return;
    once.done = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    callback();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_MS);
};

export class FoldQueue {
  readonly #store: Store<AppState>;
  readonly #nextPicture: NextPicture;
  readonly #waiting = new Map<NodeId, Observation[]>();
  #flushed: Promise<void> | undefined;

  constructor(store: Store<AppState>, next: NextPicture = nextPicture) {
    this.#store = store;
    this.#nextPicture = next;
  }

  /** Resolves when the picture with it was made: a reader that waits for it never runs ahead of the screen. */
  add(node: NodeId, seen: Observation): Promise<void> {
    const waiting = this.#waiting.get(node);
    if (waiting === undefined) this.#waiting.set(node, [seen]);
    else waiting.push(seen);
    this.#flushed ??= new Promise((resolve) => {
      this.#nextPicture(() => {
        this.#flush();
        resolve();
      });
    });
    return this.#flushed;
  }

  #flush(): void {
    this.#flushed = undefined;
    const batch = [...this.#waiting];
    this.#waiting.clear();
    this.#store.set((state) =>
      batch.reduce((next, [node, seen]) => withNode(next, node, (open) => seen.reduce(folded, open)), state),
    );
  }
}

function folded(open: OpenNode, seen: Observation): OpenNode {
  if (isRepeated(open, seen)) return open;
  const session = foldObservation(open.session, seen);
  const { moment } = session;
  const moments = moment === undefined || moment === open.session.moment ? open.moments : kept(open.moments, moment);
  return { ...open, session, moments, ...steppedBy(open, session.moment) };
}

/** An answer of an engine makes a new moment of the same sample; only a new sample is a look. */
function steppedBy({ gates, session }: OpenNode, moment: Moment | undefined): Pick<OpenNode, 'gates'> {
  if (gates === undefined || moment === undefined || moment.sample === session.moment?.sample) return {};
  return { gates: steppedGates(gates, moment) };
}

/** An answer of an engine changes the newest moment; it is still the same look. */
function kept(moments: readonly Moment[], moment: Moment): readonly Moment[] {
  const before = moments.at(-1)?.atMs === moment.atMs ? moments.slice(0, -1) : moments;
  return [...before, moment].slice(-MOMENTS_KEPT);
}

/** The host says what is known in short whenever it is asked anew; what is known here already must not count twice. */
function isRepeated({ session }: OpenNode, seen: Observation): boolean {
  if (seen.kind === 'frame') {
    const last = session.open ?? session.moment?.closing ?? session.moment?.sample;
    return last !== undefined && seen.atMs <= last.atMs;
  }
  if (seen.kind !== 'mark') return false;
  return session.marks.some(({ atMs, text }) => atMs === seen.atMs && text === seen.text);
}
