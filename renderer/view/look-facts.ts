// The facts of the header: how often the node is looked at, what that costs there, and whether the clocks agree.
import { pointsOf } from '../../shared/session/history.ts';
import type { Moment } from '../../shared/session/moment.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';
import { durationText } from './checklist.ts';

export interface LookFact {
  readonly label: string;
  readonly text: string;
  /** The whole sentence, for a tooltip and a screen reader. */
  readonly says: string;
  readonly isBad: boolean;
}

const UNKNOWN = 'unknown';
/** Looks that the achieved rate is taken from. */
const RATE_LOOKS = 6;
/** The node's clock is said in whole seconds. */
const CLOCK_STEP_MS = 1_000;
const CLOCK_BAD_MS = 5_000;

export function nodeName({ moment }: Pick<NodeSession, 'moment'>, target: string): string {
  return moment?.sighting.snapshot.node.hostname ?? target;
}

export function driverFact({ sighting }: Moment): LookFact {
  const version = sighting.snapshot.node.driverVersion;
  return {
    label: 'driver',
    text: version ?? UNKNOWN,
    says: version === undefined ? 'The node does not say which NVIDIA driver it has.' : `NVIDIA driver ${version}.`,
    isBad: version === undefined,
  };
}

/** The mean of the newest looks against the interval that was asked for. */
export function rateFact({ history }: Pick<NodeSession, 'history'>, askedMs: number): LookFact {
  const times = pointsOf(history)
    .slice(-RATE_LOOKS)
    .map(({ atMs }) => atMs);
  const [first] = times;
  const last = times.at(-1);
  const asked = secondsText(askedMs);
  if (first === undefined || last === undefined || times.length < 2) {
    return { label: 'achieved', text: 'one look', says: `A look every ${asked} is asked for.`, isBad: false };
  }
  const achievedMs = (last - first) / (times.length - 1);
  const achieved = secondsText(achievedMs);
  const isBad = achievedMs > askedMs * 1.25 + 50;
  return {
    label: 'achieved',
    text: isBad ? `${achieved}, asked ${asked}` : achieved,
    says: `A look every ${asked} is asked for, and one every ${achieved} is achieved.${
      isBad ? ' The node, the driver or the line is slower than the interval.' : ''
    }`,
    isBad,
  };
}

/** On the node's own clock: the whole sample, and the driver's part of it, which holds the driver's lock. */
export function costFact({ sighting }: Moment): LookFact {
  const { time, calls } = sighting.snapshot;
  const whole = between(time.beginMs, time.endMs);
  const parts = calls.map(({ beginMs, endMs }) => between(beginMs, endMs));
  const driver = parts.some((part) => part === undefined)
    ? undefined
    : parts.reduce<number>((sum, part) => sum + (part ?? Number.NaN), 0);
  const text = whole === undefined ? UNKNOWN : durationText(whole);
  const inDriver = driver === undefined ? 'an unknown part of it' : durationText(driver);
  return {
    label: 'probe',
    text,
    says:
      whole === undefined
        ? 'The node does not say how long a look takes there.'
        : `A look takes ${text} on the node, ${inDriver} in nvidia-smi.`,
    isBad: whole === undefined,
  };
}

/** The node's wall clock against the observer's, halfway between asking and hearing. */
export function clockFact({ sample, sighting }: Moment): LookFact {
  const { wallTime } = sighting.snapshot.time;
  const node = wallTime === undefined ? Number.NaN : Date.parse(wallTime);
  if (Number.isNaN(node)) {
    return { label: 'clock', text: UNKNOWN, says: 'The node does not say what time it is.', isBad: false };
  }
  const skew = node + CLOCK_STEP_MS / 2 - (sample.askedMs + sample.atMs) / 2;
  if (Math.abs(skew) <= CLOCK_STEP_MS) {
    return { label: 'clock', text: 'agrees', says: "The node's clock agrees with ours to a second.", isBad: false };
  }
  const size = secondsText(Math.abs(skew));
  const way = skew > 0 ? 'ahead' : 'behind';
  return {
    label: 'clock',
    text: `${skew > 0 ? '+' : '−'}${size}`,
    says: `The node's clock is ${size} ${way} of ours. Times here are ours; order is by the node's own monotonic clock.`,
    isBad: Math.abs(skew) > CLOCK_BAD_MS,
  };
}

/** `0.5 s`, `2 s`, `14 s`, `3 min`, `2 h`, `5 d`. */
export function secondsText(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

function between(begin: number | undefined, end: number | undefined): number | undefined {
  return begin === undefined || end === undefined ? undefined : end - begin;
}
