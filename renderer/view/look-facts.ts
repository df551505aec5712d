// The facts of the header: how often the node is looked at, what that costs there, and whether the clocks agree.
import { clockSkew, lookCost, lookRate } from '../../shared/session/history/look-times.ts';
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
  const rate = lookRate(history);
  const asked = secondsText(askedMs);
  if (rate === undefined) {
    return { label: 'achieved', text: 'one look', says: `A look every ${asked} is asked for.`, isBad: false };
  }
  const achieved = secondsText(rate.intervalMs);
  const isBad = rate.intervalMs > askedMs * 1.25 + 50;
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
export function costFact(moment: Moment): LookFact {
  const { sample, driverMs } = lookCost(moment);
  const text = sample.nodeMs === undefined ? UNKNOWN : durationText(sample.nodeMs);
  const inDriver = driverMs === undefined ? 'an unknown part of it' : durationText(driverMs);
  return {
    label: 'probe',
    text,
    says:
      sample.nodeMs === undefined
        ? 'The node does not say how long a look takes there.'
        : `A look takes ${text} on the node, ${inDriver} in nvidia-smi.`,
    isBad: sample.nodeMs === undefined,
  };
}

/** The node's wall clock against the observer's, as far as asking and hearing can tell. */
export function clockFact(moment: Moment): LookFact {
  const skew = clockSkew(moment);
  if (skew === undefined) {
    return { label: 'clock', text: UNKNOWN, says: 'The node does not say what time it is.', isBad: false };
  }
  const { skewMs, uncertaintyMs, verdict } = skew;
  if (verdict === 'same' || Math.abs(skewMs) <= CLOCK_STEP_MS) {
    return { label: 'clock', text: 'agrees', says: "The node's clock agrees with ours to a second.", isBad: false };
  }
  const within = `(± ${secondsText(uncertaintyMs)})`;
  const size = secondsText(Math.abs(skewMs));
  const isAhead = verdict === 'node-ahead';
  return {
    label: 'clock',
    text: `${isAhead ? '+' : '−'}${size}`,
    says: `The node's clock is ${size} ${isAhead ? 'ahead' : 'behind'} of ours ${within}. Times here are ours; order is by the node's own monotonic clock.`,
    isBad: Math.abs(skewMs) > CLOCK_BAD_MS,
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
