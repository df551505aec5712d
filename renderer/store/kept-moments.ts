// Moments that the user kept to compare them: whole looks, so that they stay when the page lets go of older ones.
import { bytes, SMI_RESOLUTION, type Bytes } from '../../shared/base/units.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import { noiseFloor } from '../../shared/session/compare.ts';
import { noiseWithin } from '../../shared/session/idle-looks.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { nodeName } from '../view/look-facts.ts';
import type { AppState, OpenNode } from './app-state.ts';

export interface KeptMoment {
  /** Of one look at one node: kept twice it is the same. */
  readonly id: string;
  readonly node: NodeId;
  readonly name: string;
  readonly isDemo: boolean;
  /** The policy of the recording that it is from; undefined when it was seen live. */
  readonly recorded: RecordingHeader['policy'] | undefined;
  readonly moment: Moment;
  /** What it is, such as `cycle 3, settled`; empty for a look that was kept as it was. */
  readonly what: string;
  /** What the same rows differ by while nothing happens, and how many looks that was measured from. */
  readonly noise: Bytes;
  readonly noiseLooks: number;
}

export type Side = 'a' | 'b';

export interface Comparing {
  /** Oldest first. */
  readonly kept: readonly KeptMoment[];
  readonly a: string | undefined;
  readonly b: string | undefined;
  /** Rows that are within the noise are left out. */
  readonly hidesNoise: boolean;
}

export const NOTHING_KEPT: Comparing = { kept: [], a: undefined, b: undefined, hidesNoise: false };

/** Each holds the text of its frames, 20 to 200 KiB. Those that are A or B stay. */
const MOST_KEPT = 60;

/** Two moments are there, so there is something to compare. */
export function canCompare({ comparing }: AppState): boolean {
  return comparing.kept.length >= 2;
}

export interface ToKeep {
  readonly moment: Moment;
  readonly what: string;
  readonly side: Side | undefined;
  /** Looks around it in which nothing happened, with itself. */
  readonly idle: readonly Moment[];
}

export function withKept(state: AppState, open: OpenNode, all: readonly ToKeep[]): AppState {
  let { kept, a, b } = state.comparing;
  for (const { side, ...look } of all) {
    const { what } = look;
    const one = keptOf(open, look, state.recordings);
    const at = kept.findIndex(({ id }) => id === one.id);
    kept = at === -1 ? [...kept, one] : kept.with(at, what === '' ? { ...one, what: kept[at]?.what ?? '' } : one);
    if (side === 'a') a = one.id;
    if (side === 'b') b = one.id;
  }
  const spare = kept.length - MOST_KEPT;
  const gone = new Set(kept.filter(({ id }) => id !== a && id !== b).slice(0, Math.max(0, spare)));
  const left = kept.filter((each) => !gone.has(each)).toSorted((one, other) => one.moment.atMs - other.moment.atMs);
  return { ...state, comparing: { ...state.comparing, kept: left, a, b } };
}

export function withoutKept(state: AppState, id: string): AppState {
  const { kept, a, b } = state.comparing;
  return {
    ...state,
    comparing: {
      ...state.comparing,
      kept: kept.filter((each) => each.id !== id),
      a: a === id ? undefined : a,
      b: b === id ? undefined : b,
    },
  };
}

export function withSwapped(state: AppState): AppState {
  const { a, b } = sidesOf(state.comparing);
  return { ...state, comparing: { ...state.comparing, a: b?.id, b: a?.id } };
}

/** A and B as chosen; what was not chosen is the oldest and the newest that is left. */
export function sidesOf({ kept, a, b }: Comparing): {
  readonly a: KeptMoment | undefined;
  readonly b: KeptMoment | undefined;
} {
  const chosenA = kept.find(({ id }) => id === a);
  const chosenB = kept.find(({ id }) => id === b);
  return {
    a: chosenA ?? kept.find((each) => each !== chosenB),
    b: chosenB ?? kept.findLast((each) => each !== (chosenA ?? kept[0])),
  };
}

/** The larger of the two floors, and the looks that it was measured from. */
export function floorOf(a: KeptMoment, b: KeptMoment): { readonly noise: Bytes; readonly looks: number } {
  const larger = a.noise > b.noise ? a : b;
  const looks = a.noise === b.noise ? Math.max(a.noiseLooks, b.noiseLooks) : larger.noiseLooks;
  return { noise: bytes(larger.noise), looks };
}

function keptOf(
  open: OpenNode,
  { moment, what, idle }: Omit<ToKeep, 'side'>,
  recordings: AppState['recordings'],
): KeptMoment {
  const { entry, session, recording } = open;
  const file = recording === undefined ? undefined : recordings.get(recording);
  return {
    id: `${entry.node} ${entry.target} ${moment.atMs}`,
    node: entry.node,
    name: [nodeName(session, entry.target), file?.name ?? ''].filter((part) => part !== '').join(' in '),
    isDemo: entry.isDemo,
    recorded: file?.header.policy,
    moment,
    what,
    noise: idle.length < 2 ? SMI_RESOLUTION : noiseWithin(noiseFloor(idle, SMI_RESOLUTION)),
    noiseLooks: idle.length,
  };
}
