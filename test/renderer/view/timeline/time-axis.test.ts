// The times below a timeline: round, no two alike, the day where it begins, none over the edge.
import { expect, it } from 'vitest';
import { timeTicks } from '../../../../renderer/view/timeline/time-axis.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const texts = (from: string, to: string, width: number, beside = 24): string =>
  timeTicks({ fromMs: at(from), toMs: at(to) }, width, beside)
    .map(({ text }) => text)
    .join(' ');

it('shows as many round times as there is room for', () => {
  expect(texts('2026-01-31T12:00:03', '2026-01-31T12:00:33', 500)).toBe(
    '12:00:05 12:00:10 12:00:15 12:00:20 12:00:25 12:00:30',
  );
  expect(texts('2026-01-31T12:00:03', '2026-01-31T12:00:33', 250)).toBe('12:00:10 12:00:20 12:00:30');
  expect(texts('2026-01-31T09:50:00', '2026-01-31T13:50:00', 500)).toBe('10:00 11:00 12:00 13:00');
});

it('never shows one time twice, however near one looks', () => {
  expect(texts('2026-01-31T12:00:03.200', '2026-01-31T12:00:05.400', 1_200)).toBe('12:00:04 12:00:05');
  expect(texts('2026-01-31T12:00:03.200', '2026-01-31T12:00:03.900', 1_200)).toBe('');
});

it('says which day begins at midnight', () => {
  expect(texts('2026-01-31T23:59:50', '2026-02-01T00:00:10', 500)).toBe('23:59:50 23:59:55 02-01 00:00:05');
  expect(texts('2026-01-31T20:00:00', '2026-02-02T02:00:00', 600)).toBe(
    '20:00 02-01 04:00 08:00 12:00 16:00 20:00 02-02',
  );
  expect(texts('2026-01-01T00:00:00', '2026-01-20T00:00:00', 500)).toBe('01-03 01-07 01-11 01-15 01-19');
});

it('leaves out a time whose text would run over the edge', () => {
  expect(texts('2026-01-31T12:00:00', '2026-01-31T12:00:10', 400, 24)).toBe(
    '12:00:00 12:00:02 12:00:04 12:00:06 12:00:08',
  );
  expect(texts('2026-01-31T12:00:00', '2026-01-31T12:00:10', 400, 30)).toMatch(/ 12:00:10$/);
});

it('is empty where nothing can be shown', () => {
  expect(timeTicks({ fromMs: 5, toMs: 5 }, 500, 24)).toEqual([]);
  expect(timeTicks({ fromMs: 0, toMs: 10_000 }, 0, 24)).toEqual([]);
});
