// What the page does with kept moments: adds them, lets them go, swaps A and B.
import { SMI_RESOLUTION } from '../../shared/base/units.ts';
import { noiseFloor } from '../../shared/session/compare/compare.ts';
import { noiseWithin } from '../../shared/session/history/idle-looks.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { nodeName } from '../view/look-facts.ts';
import type { AppState, OpenNode } from './app-state.ts';
import { sidesOf, type KeptMoment, type Side } from './kept-moment.ts';

/** Each holds the text of its frames, 20 to 200 KiB. Those that are A or B stay. */
const MOST_KEPT = 60;

/** Two moments are there, or a run whose cycles were asked for, so there is something to compare. */
export function canCompare({ comparing, nodes }: AppState): boolean {
  const { a } = comparing.runs;
  return comparing.kept.length >= 2 || (a !== undefined && nodes.has(a));
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
