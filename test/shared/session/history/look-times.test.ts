// The rate of looks, their cost, and the difference of two clocks, from times made by hand.
import { describe, expect, it } from 'vitest';
import type { FrameSeen } from '../../../../shared/model/observation.ts';
import { clockSkew, lookCost, lookRate } from '../../../../shared/session/history/look-times.ts';
import type { Moment } from '../../../../shared/session/moment.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../../kit/scenarios.ts';

/** Looks that were complete at these times. */
function looked(...times: readonly number[]) {
  return folded(...times.flatMap((ms) => look(ASLEEP_CLEAN, { atMs: FIRST_LOOK_MS + ms }))).history;
}

describe('rate', () => {
  it.each([
    ['no look', [], undefined],
    ['one look', [0], undefined],
    ['two looks', [0, 700], { intervalMs: 700, intervals: 1 }],
    ['the mean, not the newest', [0, 500, 1000, 2100], { intervalMs: 700, intervals: 3 }],
    ['only the ten newest intervals', [0, 4000, ...ticks(11, 4500, 500)], { intervalMs: 500, intervals: 10 }],
    ['nothing from before a gap', [0, 500, 1000, 61_000, 61_500, 62_100], { intervalMs: 550, intervals: 2 }],
    ['nothing right after a gap', [0, 500, 1000, 61_000], undefined],
    // 128 points fill a chunk of the history, and the 129th begins the next.
    ['across chunks', ticks(129, 0, 500), { intervalMs: 500, intervals: 10 }],
  ])('%s', (_what, times, rate) => {
    expect(lookRate(looked(...times))).toEqual(rate);
  });
});

function ticks(count: number, firstMs: number, everyMs: number): number[] {
  return Array.from({ length: count }, (_none, at) => firstMs + at * everyMs);
}

function momentOf(change: Partial<FrameSeen> = {}, sampleText?: (text: string) => string): Moment {
  const [sample, closing] = look(ASLEEP_CLEAN) as [FrameSeen, FrameSeen];
  const text = sampleText?.(sample.text) ?? sample.text;
  const { moment } = folded({ ...sample, text, ...change }, closing);
  if (moment === undefined) throw new Error('the look is not whole');
  return moment;
}

/** Another time of the node's monotonic clock (hundredths) at the end of the frame. */
const ending =
  (ticks_: (begin: number) => number) =>
  (text: string): string => {
    const begin = Number(text.split('\n')[0]?.split('\t')[4]);
    return text.replace(/(\tend\t.*\t)\d+\n$/, `$1${ticks_(begin)}\n`);
  };

describe('cost', () => {
  it('is the way there and back, and the time of the node itself', () => {
    const cost = lookCost(
      momentOf(
        { askedMs: FIRST_LOOK_MS - 130, atMs: FIRST_LOOK_MS },
        ending((begin) => begin + 9),
      ),
    );
    expect(cost.sample).toEqual({ roundTripMs: 130, nodeMs: 90 });
    expect(cost.closing?.roundTripMs).toBe(60);
    // The closing reading is there 70 ms after the sample.
    expect(cost.wholeMs).toBe(200);
    expect(cost.driverMs).toBeGreaterThanOrEqual(0);
  });

  it('keeps a time that the node would not say unknown', () => {
    const cost = lookCost(momentOf({}, (text) => text.replace(/(\tend\t.*\t)\d+\n$/, '$1-\n')));
    expect(cost.sample.nodeMs).toBeUndefined();
  });

  it('is unknown for the driver when one call would not say', () => {
    const cost = lookCost(momentOf({}, (text) => text.replace(/^(done\tusage\t0\t)\d+$/m, '$1-')));
    expect(cost.driverMs).toBeUndefined();
  });

  it('has no closing part where there was nothing to read again', () => {
    const [sample] = look(ASLEEP_CLEAN.replace(/driver \S+/, 'driver none')) as [FrameSeen];
    const { moment } = folded(sample);
    expect(moment === undefined ? undefined : lookCost(moment).closing).toBeUndefined();
    expect(moment).toBeDefined();
  });
});

describe('clocks', () => {
  // The node says 12:00:00, so its clock was at 12:00:00.000 to 12:00:00.999 when it read it.
  const at = (askedMs: number, atMs: number, nodeTicks: number) =>
    clockSkew(
      momentOf(
        { askedMs: FIRST_LOOK_MS + askedMs, atMs: FIRST_LOOK_MS + atMs },
        ending((begin) => begin + nodeTicks),
      ),
    );

  it.each([
    ['agree', at(400, 600, 0), { skewMs: 0, uncertaintyMs: 600, verdict: 'same' }],
    ['the node is ahead', at(-3000, -2800, 0), { skewMs: 3400, uncertaintyMs: 600, verdict: 'node-ahead' }],
    ['the node is behind', at(5000, 5200, 0), { skewMs: -4600, uncertaintyMs: 600, verdict: 'node-behind' }],
    ['its own time takes uncertainty away', at(400, 1600, 100), { skewMs: -5, uncertaintyMs: 605, verdict: 'same' }],
    ['a time of its own that cannot be is not used', at(400, 600, 90_000), { uncertaintyMs: 600 }],
    ['on the edge they may be equal', at(-200, 0, 0), { skewMs: 600, uncertaintyMs: 600, verdict: 'same' }],
  ])('%s', (_what, skew, expected) => {
    expect(skew).toMatchObject(expected);
  });

  it('say nothing when the node does not say its time', () => {
    expect(clockSkew(momentOf({}, (text) => text.replace('2026-01-31T12:00:00Z', '-')))).toBeUndefined();
  });
});
