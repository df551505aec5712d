// Observations wait for the next picture: one change of the store a picture, nothing counted twice, not without end.
import { liveCapabilities } from '../../../shared/source/source.ts';
import { describe, expect, it } from 'vitest';
import { START, type AppState } from '../../../renderer/store/app-state.ts';
import { FoldQueue, MOMENTS_KEPT } from '../../../renderer/store/fold-queue.ts';
import { createStore } from '../../../renderer/store/store.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { pointsOf } from '../../kit/points-of.ts';
import { EMPTY_NODE_SESSION } from '../../../shared/session/node-session.ts';
import { FIRST_LOOK_MS, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

function page() {
  const entry = { node: 'n1', target: 'gpu-01', isDemo: false, intervalMs: 2_000 };
  const open = {
    entry,
    capabilities: liveCapabilities(false),
    session: EMPTY_NODE_SESSION,
    moments: [],
    isWatched: true,
  };
  const store = createStore<AppState>({ ...START, nodes: new Map([['n1', open]]) });
  const pictures: (() => void)[] = [];
  const queue = new FoldQueue(store, (draw) => pictures.push(draw));
  const changes: AppState[] = [];
  const drawn: Promise<void>[] = [];
  store.subscribe(() => changes.push(store.get()));
  return {
    changes,
    add: (...seen: readonly Observation[]): void => {
      drawn.push(...seen.map((each) => queue.add('n1', each)));
    },
    drawn,
    draw: () => {
      for (const picture of pictures.splice(0)) picture();
    },
    node: () => store.get().nodes.get('n1') ?? open,
    pictures,
  };
}

describe('the queue before a picture', () => {
  it('changes the store once, however much was observed', async () => {
    const { add, draw, drawn, changes, node, pictures } = page();
    add(...look(ASLEEP_CLEAN), ...look(ASLEEP_CLEAN, { step: 1 }));
    expect([pictures.length, changes.length, node().session.moment]).toEqual([1, 0, undefined]);
    draw();
    await Promise.all(drawn);
    expect(changes).toHaveLength(1);
    expect(node().moments.map(({ atMs }) => atMs - FIRST_LOOK_MS)).toEqual([70, 2_070]);
  });

  it('counts nothing twice when a host says again what is known', () => {
    const { add, draw, node } = page();
    const mark: Observation = { kind: 'mark', node: 'n1', atMs: FIRST_LOOK_MS, text: 'released', source: 'hand' };
    const [sample, closing] = look(ASLEEP_CLEAN);
    if (sample === undefined || closing === undefined) throw new Error('no look');
    add(mark, sample, closing);
    draw();
    add(mark, { ...sample, fresh: true }, closing);
    draw();
    expect(pointsOf(node().session.history)).toHaveLength(1);
    expect(node().session.marks).toEqual([mark]);
    add(...look(ASLEEP_CLEAN, { step: 1 }));
    draw();
    expect(pointsOf(node().session.history)).toHaveLength(2);
  });

  it('keeps no more looks than it says', () => {
    const { add, draw, node } = page();
    for (let step = 0; step < MOMENTS_KEPT + 5; step += 1)
      add(...look(ASLEEP_CLEAN, { atMs: FIRST_LOOK_MS + step * 1_000 }));
    draw();
    expect(node().moments).toHaveLength(MOMENTS_KEPT);
    expect(node().moments.at(-1)).toBe(node().session.moment);
  });

  it('does not know nodes that were closed', () => {
    const store = createStore<AppState>(START);
    const queue = new FoldQueue(store, (picture) => picture());
    void queue.add('n9', { kind: 'mark', node: 'n9', atMs: 1, text: 'late', source: 'hand' });
    expect(store.get()).toBe(START);
  });
});
