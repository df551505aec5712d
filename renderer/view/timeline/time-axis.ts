// The times below a timeline: round ones, as many as there is room for, with the day where it begins. All of them UTC.
import { dayText, timeText, type TimeSpan } from '../time-text.ts';

export interface TimeTick {
  readonly atMs: number;
  /** `12:00:30`, `12:05` where whole minutes lie between two; `02-01` where a day begins. */
  readonly text: string;
}

/** All divide a day, so that midnight has a time of its own in each. Nothing below a second: two of them would read alike. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200];
const DAY_S = 86_400;
/** From the middle of a time to that of the next, CSS pixels. */
const ROOM = 80;
/** Half of the widest text, CSS pixels. */
const HALF_TEXT = 26;

/** For a plot that is `width` CSS pixels wide and has `beside` more to its right, where half a text may stand. */
export function timeTicks({ fromMs, toMs }: TimeSpan, width: number, beside: number): TimeTick[] {
  if (!(toMs > fromMs) || !(width > 0)) return [];
  const perMs = width / (toMs - fromMs);
  const stepMs = stepFor(ROOM / perMs);
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const count = Math.floor((toMs - first) / stepMs) + 1;
  return Array.from({ length: count > 0 ? count : 0 }, (_, at) => first + at * stepMs)
    .filter((atMs) => (atMs - fromMs) * perMs + HALF_TEXT <= width + beside)
    .map((atMs) => ({ atMs, text: tickText(atMs, stepMs) }));
}

function stepFor(leastMs: number): number {
  const seconds = STEPS_S.find((each) => each * 1_000 >= leastMs);
  return (seconds ?? Math.ceil(leastMs / 1_000 / DAY_S) * DAY_S) * 1_000;
}

function tickText(atMs: number, stepMs: number): string {
  if (atMs % (DAY_S * 1_000) === 0) return dayText(atMs).slice(5);
  return stepMs >= 60_000 ? timeText(atMs).slice(0, 5) : timeText(atMs);
}
