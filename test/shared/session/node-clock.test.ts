// The clock of a node beside the recorder's, as its frames tell it.
import { expect, it } from 'vitest';
import { NodeClock } from '../../../shared/session/node-clock.ts';
import { FIRST_LOOK_MS, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

/** The node's clock stands at 12:00:00, `FIRST_LOOK_MS`, in each of them. */
function clockOf(...seen: readonly { readonly askedMs: number; readonly atMs: number }[]): NodeClock {
  const clock = new NodeClock();
  const [frame] = look(ASLEEP_CLEAN);
  for (const { askedMs, atMs } of seen) {
    if (frame !== undefined) clock.saw({ ...frame, askedMs: FIRST_LOOK_MS + askedMs, atMs: FIRST_LOOK_MS + atMs });
  }
  return clock;
}

it('tells how far it is off', () => {
  const skewMs = clockOf({ askedMs: 45_000, atMs: 45_100 }).skewAt(FIRST_LOOK_MS);
  expect(Math.abs(Number(skewMs) + 45_000)).toBeLessThanOrEqual(500);
});

it('takes the second in which `date` counts, and an answer that took a minute, for no difference', () => {
  expect(clockOf({ askedMs: 900, atMs: 1_000 }).skewAt(FIRST_LOOK_MS)).toBeUndefined();
  expect(clockOf({ askedMs: 0, atMs: 60_000 }).skewAt(FIRST_LOOK_MS)).toBeUndefined();
  expect(clockOf({ askedMs: 0, atMs: 60_000 }, { askedMs: 100, atMs: 200 }).skewAt(FIRST_LOOK_MS)).toBeUndefined();
});

it('says nothing where no frame tells a time', () => {
  expect(new NodeClock().skewAt(FIRST_LOOK_MS)).toBeUndefined();
});
