// How much of a sleep nobody saw: gaps that overlap, that reach over its ends, and an engine that is gone.
import { expect, it } from 'vitest';
import { sleepSpan, unseenMs, unseenSpans, type Span } from '../../../../shared/session/cycles/unseen-time.ts';

/** `10-20`, in seconds. */
function span(text: string): Span {
  const [from = '', to = ''] = text.split('-');
  return { fromMs: Number(from) * 1000, toMs: to === '' ? Number.POSITIVE_INFINITY : Number(to) * 1000 };
}

const GAPS = unseenSpans(['40-50', '10-20', '18-30', '12-14', '50-52'].map(span));

it('is once what lies in two gaps', () => {
  expect(GAPS).toEqual(['10-30', '40-52'].map(span));
  expect(unseenSpans([])).toEqual([]);
});

it.each([
  ['0-5', 0],
  ['0-10', 0],
  ['0-11', 1_000],
  ['12-15', 3_000],
  ['15-45', 20_000],
  ['0-60', 32_000],
  ['30-40', 0],
  ['51-', 1_000],
  ['52-', 0],
])('of %s s are %i ms', (text, ms) => {
  expect(unseenMs(GAPS, span(text))).toBe(ms);
});

it('reaches to the wake, or on and on, or to the last look at an engine that is gone', () => {
  const runs = [
    { firstMs: 0, lastMs: 20_000 },
    { firstMs: 30_000, lastMs: 60_000 },
  ];
  const of = (releaseMs: number, wakeMs: number | undefined) => sleepSpan({ releaseMs, wakeMs }, runs, 60_000);
  expect(of(10_000, 15_000)).toEqual(span('10-15'));
  expect(of(10_000, undefined)).toEqual(span('10-20'));
  expect(of(40_000, undefined)).toEqual(span('40-'));
});
