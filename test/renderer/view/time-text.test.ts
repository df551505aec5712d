// Times on the page: UTC wherever it is looked at, and with their day where what is shown goes over midnight.
import { expect, it } from 'vitest';
import { dayText, timeText, timeWithin } from '../../../renderer/view/time-text.ts';

const EVENING = Date.UTC(2026, 0, 31, 23, 59, 58);
const LATER = EVENING + 30 * 3_600_000;

it('says UTC, whatever the zone of whoever looks', () => {
  const zone = process.env['TZ'];
  try {
    process.env['TZ'] = 'Asia/Shanghai';
    expect(new Date(EVENING).getHours()).toBe(7);
    expect([dayText(EVENING), timeText(EVENING)]).toEqual(['2026-01-31', '23:59:58']);
  } finally {
    process.env['TZ'] = zone;
  }
});

it('has the day where the span goes over midnight, and not where it does not', () => {
  expect(timeWithin(EVENING, { fromMs: EVENING, toMs: EVENING + 1_000 })).toBe('23:59:58');
  expect(timeWithin(EVENING, { fromMs: EVENING, toMs: LATER })).toBe('01-31 23:59:58');
  expect(timeWithin(LATER, { fromMs: EVENING, toMs: LATER })).toBe('02-02 05:59:58');
});
