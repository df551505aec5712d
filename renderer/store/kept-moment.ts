// A moment that the user kept to compare it: a whole look, so that it stays when the page lets go of older ones.
import { bytes, type Bytes } from '../../shared/base/units.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import type { Moment } from '../../shared/session/moment.ts';

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
  /** The nodes whose cycles are compared; undefined: that of A, and none beside it. */
  readonly runs: { readonly a: NodeId | undefined; readonly b: NodeId | undefined };
  /** Whose cycles, as a selector; undefined for those of every engine. */
  readonly engine: string | undefined;
  /** The ranks of an engine stand in one row of its cycles. */
  readonly overRanks: boolean;
  /** Rows that are within the noise are left out. */
  readonly hidesNoise: boolean;
}

export const NOTHING_KEPT: Comparing = {
  kept: [],
  a: undefined,
  b: undefined,
  runs: { a: undefined, b: undefined },
  engine: undefined,
  overRanks: false,
  hidesNoise: false,
};

/** A and B as chosen; what was not chosen is the oldest and the newest that is left. */
export function sidesOf({ kept, a, b }: Pick<Comparing, 'kept' | 'a' | 'b'>): {
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
