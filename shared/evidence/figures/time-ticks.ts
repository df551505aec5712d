// Round times for an axis, counted from the first look: seconds, minutes or hours, whatever stays short.

export interface TimeTick {
  readonly ms: number;
  readonly text: string;
}

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
const MOST = 10;

/** From 0 on, at most eleven of them. */
export function timeTicks(spanMs: number): TimeTick[] {
  const span = spanMs / 1000;
  const step = STEPS_S.find((each) => span / each <= MOST) ?? Math.ceil(span / MOST / 86_400) * 86_400;
  const count = Math.floor(span / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => ({ ms: at * step * 1000, text: timeText(at * step, step) }));
}

function timeText(seconds: number, step: number): string {
  if (step >= 3600) return `${seconds / 3600} h`;
  if (step >= 60) return `${seconds / 60} min`;
  return `${Number(seconds.toFixed(1))} s`;
}
