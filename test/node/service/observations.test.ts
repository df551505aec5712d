// Many observers of one node: each at its own pace, none with a queue, and each ends when it should.
import { expect, it } from 'vitest';
import { Observations } from '../../../node/service/observations.ts';
import type { FrameSeen, Observation } from '../../../shared/model/observation.ts';
import { folded, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

const mark = (text: string): Observation => ({ kind: 'mark', node: 'n1', atMs: 0, text, source: 'hand' });

/** Takes so many, or all that come until the stream ends. */
async function take(stream: AsyncIterator<Observation>, count = Number.POSITIVE_INFINITY): Promise<Observation[]> {
  const taken: Observation[] = [];
  while (taken.length < count) {
    const { done, value } = await stream.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

function publish(node: Observations, ...observations: readonly Observation[]): void {
  for (const each of observations) node.publish(each);
}

it('gives a slow observer the newest look and every mark, and a quick one everything', async () => {
  const node = new Observations();
  const quick = node.observe(new AbortController().signal);
  const slow = node.observe(new AbortController().signal);
  const first = look(ASLEEP_CLEAN);
  const waiting = [take(quick, 2), take(slow, 2)];
  publish(node, ...first);
  expect(await Promise.all(waiting)).toEqual([first, first]);
  const seen: Observation[] = [];
  for (let step = 1; step < 50; step += 1) {
    const [sample, closing] = look(step < 49 ? ASLEEP_CLEAN : TWO_ENGINES_ONE_LEAKS, { step }) as [
      FrameSeen,
      FrameSeen,
    ];
    publish(node, sample, closing, mark(`step ${step}`));
    seen.push(...(await take(quick, 3)));
  }
  node.close();
  const caughtUp = await take(slow);
  expect(seen.filter(({ kind }) => kind === 'frame')).toHaveLength(98);
  expect(caughtUp.filter(({ kind }) => kind === 'frame')).toHaveLength(2);
  expect(caughtUp.filter(({ kind }) => kind === 'mark')).toHaveLength(49);
  const engines = (observations: readonly Observation[]) =>
    folded(...first, ...observations).moment?.session.latest?.detection.engines.map(({ root }) => root.pid);
  expect(engines(caughtUp)).toEqual(engines(seen));
  expect(engines(seen)).toHaveLength(2);
});

it('ends an observer that leaves while it waits, and keeps the others', async () => {
  const node = new Observations();
  const leaving = new AbortController();
  const one = take(node.observe(leaving.signal));
  const other = take(node.observe(new AbortController().signal));
  publish(node, mark('before'));
  leaving.abort();
  publish(node, mark('after'));
  expect(await one).toEqual([]);
  node.close();
  expect(await other).toEqual([mark('before'), mark('after')]);
});

it('gives what is known also of a node that is closed, and ends', async () => {
  const node = new Observations();
  publish(node, ...look(ASLEEP_CLEAN));
  node.close();
  expect(await take(node.observe(new AbortController().signal))).toHaveLength(2);
});
