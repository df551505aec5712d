// Times of day as the page shows them: all of them UTC, as the recording, its tables and the command line say them.

/** `12:00:04`, UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** `2026-01-31`, UTC. */
export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `12:00:04`; `02-01 12:00:04` where what is shown goes over midnight, so that the time alone could be of either day. */
export function timeWithin(ms: number, { fromMs, toMs }: TimeSpan): string {
  return dayText(fromMs) === dayText(toMs) ? timeText(ms) : `${dayText(ms).slice(5)} ${timeText(ms)}`;
}
