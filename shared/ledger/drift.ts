// Whether what stays after a sleep grows from cycle to cycle: a robust slope, its interval, and a word.
import { bytes, fromMiB, type Bytes } from '../base/units.ts';

export interface Drift {
  /** Cycles with a known residual. */
  readonly cycles: number;
  /** Theil–Sen: the median of the slopes between all pairs, bytes a cycle, signed. undefined below two cycles. */
  readonly slope: number | undefined;
  /** Of the slope, at 99 % after Sen (1968); undefined where so few cycles have none. */
  readonly interval: readonly [low: number, high: number] | undefined;
  /** Last minus first, signed; undefined below two cycles. */
  readonly growth: Bytes | undefined;
  /** Slope, interval and judgement are of the cycles of each life of the engine, as it lets go of everything when it ends. */
  readonly isWithinLives: boolean;
  readonly judgement: 'growing' | 'steady' | 'shrinking' | 'too-few';
}

export interface Residual {
  /** The number of the cycle; cycles between may have no known residual. */
  readonly number: number;
  readonly bytes: Bytes;
  /** Another one after the engine was started again. Without it there is one. */
  readonly life?: number;
}

/** 99 %, two-sided. */
const Z = 2.576;
/** Below this an interval says nothing, so only steps that are each far above the noise are judged. */
export const FEWEST_CYCLES = 5;
/** nvidia-smi and idle jitter together; a growth below it is no growth, whatever its slope. */
const NOISE: Bytes = fromMiB(64);
/** Few cycles are enough when every step is far above the noise. */
const FEWEST_STEPS = 3;
const FAR_ABOVE = 2;

/**
 * About this one measure only: that a residual is steady does not make it acceptable, and the gates judge that. False
 * alarms are rare by construction (interval above 0 and a growth above the noise), see the test over steady runs.
 */
export function driftOf(residuals: readonly Residual[]): Drift {
  const all = driftOver([residuals], residuals);
  const lives = [...new Set(residuals.map(({ life }) => life))].map((life) =>
    residuals.filter((each) => each.life === life),
  );
  // Over all of them a leak that begins anew with each life is as good as none.
  const within = lives.length < 2 || all.judgement === 'growing' ? undefined : driftOver(lives, residuals);
  return within?.judgement === 'growing' ? { ...within, isWithinLives: true } : all;
}

function driftOver(lives: readonly (readonly Residual[])[], residuals: readonly Residual[]): Drift {
  const slopes = sortedSlopes(lives);
  const first = residuals[0];
  const last = residuals.at(-1);
  const growth =
    first === undefined || last === undefined || slopes.length === 0 ? undefined : last.bytes - first.bytes;
  const slope = middle(slopes);
  const interval = senInterval(slopes, lives);
  return {
    cycles: residuals.length,
    slope,
    interval,
    growth: growth === undefined ? undefined : bytes(growth),
    isWithinLives: false,
    judgement: judge(lives, slope, interval, growth),
  };
}

function judge(
  lives: readonly (readonly Residual[])[],
  slope: number | undefined,
  interval: Drift['interval'],
  growth: number | undefined,
): Drift['judgement'] {
  const steps = lives.flatMap((residuals) =>
    residuals.slice(1).map((each, at) => each.bytes - (residuals[at]?.bytes ?? each.bytes)),
  );
  if (slope === undefined || growth === undefined || steps.length < FEWEST_STEPS - 1) return 'too-few';
  if (steps.every((step) => step > FAR_ABOVE * NOISE)) return 'growing';
  if (steps.every((step) => step < 0 - FAR_ABOVE * NOISE)) return 'shrinking';
  if (interval === undefined) return 'too-few';
  const [low, high] = interval;
  // The slope over all cycles, not the two ends alone: either of them may be the odd one.
  const total = slope * Math.max(...lives.map(spanOf));
  if (low > 0 && total > NOISE) return 'growing';
  if (high < 0 && total < 0 - NOISE) return 'shrinking';
  return 'steady';
}

/** Cycles from the first to the last. */
function spanOf(residuals: readonly Residual[]): number {
  const [first] = residuals;
  const last = residuals.at(-1);
  return first === undefined || last === undefined ? Number.NaN : last.number - first.number;
}

/** Of all pairs within a life, ascending: of a day of cycles a million, which only a list of bare numbers sorts in time. */
function sortedSlopes(lives: readonly (readonly Residual[])[]): Float64Array {
  const slopes = new Float64Array(lives.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0));
  let count = 0;
  for (const residuals of lives) {
    for (const [at, from] of residuals.entries()) {
      for (let next = at + 1; next < residuals.length; next += 1) {
        const to = residuals[next] ?? from;
        if (to.number > from.number) slopes[count++] = (to.bytes - from.bytes) / (to.number - from.number);
      }
    }
  }
  return slopes.subarray(0, count).sort();
}

function middle(sorted: Float64Array): number | undefined {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** The slopes at the ranks that Kendall's variance gives, which is summed over lives. */
function senInterval(sorted: Float64Array, lives: readonly (readonly Residual[])[]): Drift['interval'] {
  const counts = lives.map(({ length }) => length);
  if (counts.reduce((sum, count) => sum + count, 0) < FEWEST_CYCLES) return undefined;
  const variance = counts.reduce((sum, count) => sum + (count * (count - 1) * (2 * count + 5)) / 18, 0);
  const half = Z * Math.sqrt(variance);
  // A rank beyond the ends is the end: an index, not a size.
  const low = sorted[Math.floor((sorted.length - half) / 2)] ?? sorted[0];
  const high = sorted[Math.ceil((sorted.length + half) / 2)] ?? sorted.at(-1);
  return low === undefined || high === undefined ? undefined : [low, high];
}
