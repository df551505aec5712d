// How a node is being looked at: the rate that is achieved, what one look costs, how far the two clocks are apart.
import { frameFromText } from '../../probe/frame-text.ts';
import type { Frame } from '../../probe/wire.ts';
import type { FrameSeen } from '../../model/observation.ts';
import type { History } from './history.ts';
import { lookCount, lookMs } from './history-looks.ts';
import type { Moment } from '../moment.ts';

/** Over the newest looks; fewer where there are fewer. */
const RATE_LOOKS = 10;
/** A pause of so many usual intervals is a gap (a lost connection, a hidden page), and no slow look. */
const GAP_INTERVALS = 5;

export interface LookRate {
  /** Mean time from one look to the next, milliseconds on the observer's clock. */
  readonly intervalMs: number;
  /** Intervals that it is the mean of. */
  readonly intervals: number;
}

/** undefined before the second look, and right after a gap. */
export function lookRate(history: History): LookRate | undefined {
  const times = newestTimes(history);
  const intervals = times.slice(1).map((atMs, at) => atMs - (times[at] ?? atMs));
  const usual = intervals.toSorted((one, other) => one - other)[Math.floor(intervals.length / 2)];
  if (usual === undefined) return undefined;
  const gap = intervals.findLastIndex((ms) => ms > usual * GAP_INTERVALS);
  const since = intervals.slice(gap + 1);
  if (since.length === 0) return undefined;
  return { intervalMs: since.reduce((sum, ms) => sum + ms) / since.length, intervals: since.length };
}

function newestTimes(history: History): number[] {
  const count = lookCount(history);
  const times: number[] = [];
  for (let back = RATE_LOOKS + 1; back >= 1; back -= 1) {
    const atMs = lookMs(history, count - back);
    if (atMs !== undefined) times.push(atMs);
  }
  return times;
}

export interface FrameCost {
  /** From asking to the last byte, on the observer's clock: the node's work and the way there and back. */
  readonly roundTripMs: number;
  /** From the begin marker to the end marker, on the node's clock (10 ms steps); undefined when it would not say. */
  readonly nodeMs: number | undefined;
}

export interface LookCost {
  readonly sample: FrameCost;
  /** undefined when there was no device to read again. */
  readonly closing: FrameCost | undefined;
  /** The part of the sample's `nodeMs` that calls of nvidia-smi took; undefined when one of them would not say. */
  readonly driverMs: number | undefined;
  /** From asking for the sample to the last byte of its closing reading. */
  readonly wholeMs: number;
}

export function lookCost({ atMs, sample, closing, sighting }: Moment): LookCost {
  const { time, calls } = sighting.snapshot;
  let driverMs: number | undefined = 0;
  for (const { beginMs, endMs } of calls) {
    const ms = between(beginMs, endMs);
    driverMs = driverMs === undefined || ms === undefined ? undefined : driverMs + ms;
  }
  return {
    sample: { roundTripMs: sample.atMs - sample.askedMs, nodeMs: between(time.beginMs, time.endMs) },
    closing: closing === undefined ? undefined : costOf(closing, frameFromText(closing.text)),
    driverMs,
    wholeMs: atMs - sample.askedMs,
  };
}

function costOf({ askedMs, atMs }: FrameSeen, frame: Frame | undefined): FrameCost {
  return { roundTripMs: atMs - askedMs, nodeMs: between(frame?.beginMs, frame?.endMs) };
}

function between(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : toMs - fromMs;
}

export interface ClockSkew {
  /** The node's wall clock minus the observer's, milliseconds: the middle of what is possible. */
  readonly skewMs: number;
  /** The true one is within so much of it: half of the way there and back, and half of the second that `date` counts in. */
  readonly uncertaintyMs: number;
  /** `same`: they may well be equal. */
  readonly verdict: 'same' | 'node-ahead' | 'node-behind';
}

/** `date` on the node prints whole seconds, cut; its monotonic clock counts in hundredths. */
const WALL_STEP_MS = 1_000;
const UPTIME_STEP_MS = 10;

/** undefined when the node did not say its time. */
export function clockSkew({ sample, sighting }: Moment): ClockSkew | undefined {
  const { wallTime, beginMs, endMs } = sighting.snapshot.time;
  const wallMs = wallTime === undefined ? Number.NaN : Date.parse(wallTime);
  if (!Number.isFinite(wallMs)) return undefined;
  // The node read its clock after it was asked, and at least its own duration before the answer was there.
  const nodeMs = between(beginMs, endMs);
  const spentMs = nodeMs === undefined ? undefined : nodeMs - UPTIME_STEP_MS;
  const isPossible = spentMs !== undefined && spentMs > 0 && spentMs <= sample.atMs - sample.askedMs;
  const latestMs = isPossible ? sample.atMs - spentMs : sample.atMs;
  const lowest = wallMs - latestMs;
  const highest = wallMs + WALL_STEP_MS - sample.askedMs;
  const verdict = lowest > 0 ? 'node-ahead' : highest < 0 ? 'node-behind' : 'same';
  return { skewMs: (lowest + highest) / 2, uncertaintyMs: (highest - lowest) / 2, verdict };
}
