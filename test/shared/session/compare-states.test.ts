// Awake, asleep and woken of one run and of two: nodes as text, each expected range by hand, in MiB.
import { expect, it } from 'vitest';
import { fromMiB, toMiB } from '../../../shared/base/units.ts';
import { comparedLook, type ComparedLook } from '../../../shared/session/compare-look.ts';
import {
  compareStates,
  STATES,
  type CycleLooks,
  type StatesComparison,
} from '../../../shared/session/compare-states.ts';
import type { RepeatedDelta } from '../../../shared/session/repeat-range.ts';
import { folded, look } from '../../kit/observed.ts';

const BUSES = ['3B', '41', '5E'];

/** An engine with a rank on each GPU; what a rank holds is listed where it is not 0. */
const node = (sizes: readonly number[], extra = ''): string => `node gpu-01 driver 550.54.15
${sizes.map((_, at) => `gpu ${BUSES[at]}:00.0 "H100" total 81559 reserved 479 used sum`).join('\n')}
process server "python -m sglang.launch_server --model-path m --tp ${sizes.length} --port 30000"
${sizes.map((size, at) => `  process tp${at} "sglang::scheduler_TP${at}"${size === 0 ? '' : ` on ${BUSES[at]}:00.0 ${size}`}`).join('\n')}
${extra}`;

function lookOf(text: string): ComparedLook {
  const { moment } = folded(...look(text));
  if (moment === undefined) throw new Error('there is no whole look');
  return comparedLook(moment);
}

const cycle = (
  awake: readonly number[],
  asleep: readonly number[],
  woken?: readonly number[],
  extra = '',
): CycleLooks => ({
  awake: lookOf(node(awake)),
  asleep: lookOf(node(asleep, extra)),
  woken: woken === undefined ? undefined : lookOf(node(woken)),
});

const said = ({ measured, of, range }: Pick<RepeatedDelta, 'measured' | 'of' | 'range'>): string =>
  `${measured}/${of} ${range === undefined ? '?' : [range.min, range.median, range.max].map(toMiB).join('|')}`;

function rows({ rows: all }: StatesComparison): string[] {
  return all
    .filter(({ class: kind }) => kind !== 'unattributed')
    .map(({ role, rank, a, b, slept, woke, delta, isNoise }) => {
      const name = `${role}${typeof rank?.tp === 'number' ? ` TP${rank.tp}` : ''}${isNoise ? ' (noise)' : ''}`;
      const run = (side: typeof a): string => STATES.map((state) => said(side[state])).join(', ');
      if (b === undefined || delta === undefined) return `${name}: ${run(a)}; slept ${said(slept)}; woke ${said(woke)}`;
      return `${name}: ${run(a)}; ${run(b)}; ${STATES.map((state) => said(delta[state])).join(', ')}`;
    });
}

const NOISE = { noise: fromMiB(8), overRanks: false };

it('says of one run what each sleep freed and whether the wake came back, cycle by cycle', () => {
  const a = [
    cycle([9000, 9000], [1740, 0], [9000, 9000]),
    cycle([9004, 9000], [1790, 0], [9100, 9000]),
    cycle([9000, 9000], [1740, 0]),
  ];
  expect(rows(compareStates(a, undefined, NOISE))).toEqual([
    'scheduler TP1: 3/3 9000|9000|9000, 3/3 0|0|0, 2/3 9000|9000|9000; slept 3/3 -9000|-9000|-9000; woke 2/3 0|0|0',
    'scheduler TP0: 3/3 9000|9000|9004, 3/3 1740|1740|1790, 2/3 9000|9000|9100; slept 3/3 -7260|-7260|-7214; woke 2/3 0|0|96',
  ]);
});

it('says of two runs what differs in each state, the largest first, whatever grew in the sleep of both', () => {
  const trainer = 'process train "ray::MegatronTrainRayActor.train" on 3B:00.0 30000\n';
  const main = [
    cycle([9000, 9000], [1740, 1740], [9000, 9000], trainer),
    cycle([9000, 9000], [1744, 1740], [9000, 9000], trainer),
  ];
  const branch = [cycle([9000, 9000], [4740, 1740], [9000, 9000], trainer)];
  expect(rows(compareStates(main, branch, NOISE))).toEqual([
    'scheduler TP0: 2/2 9000|9000|9000, 2/2 1740|1740|1744, 2/2 9000|9000|9000; 1/1 9000|9000|9000, 1/1 4740|4740|4740, 1/1 9000|9000|9000; 2/2 0|0|0, 2/2 2996|3000|3000, 2/2 0|0|0',
    'ray::MegatronTrainRayActor.train (noise): 2/2 0|0|0, 2/2 30000|30000|30000, 2/2 0|0|0; 1/1 0|0|0, 1/1 30000|30000|30000, 1/1 0|0|0; 2/2 0|0|0, 2/2 0|0|0, 2/2 0|0|0',
    'scheduler TP1 (noise): 2/2 9000|9000|9000, 2/2 1740|1740|1740, 2/2 9000|9000|9000; 1/1 9000|9000|9000, 1/1 1740|1740|1740, 1/1 9000|9000|9000; 2/2 0|0|0, 2/2 0|0|0, 2/2 0|0|0',
  ]);
});

it('over ranks: a rank that frees all holds 0, and one that a smaller run does not have is no repeat', () => {
  const two = [cycle([9000, 9000], [1740, 0], [9000, 9000])];
  const three = [cycle([6000, 6000, 6100], [1700, 1700, 1900], [6000, 6000, 6000])];
  expect(rows(compareStates(two, three, { ...NOISE, overRanks: true }))).toEqual([
    'scheduler: 2/2 9000|9000|9000, 2/2 0|0|1740, 2/2 9000|9000|9000; 3/3 6000|6000|6100, 3/3 1700|1700|1900, 3/3 6000|6000|6000; 6/6 -3000|-3000|-2900, 6/6 -40|1700|1900, 6/6 -3000|-3000|-3000',
  ]);
});

it('hides nothing as noise where a sleep never settled or a size is unknown', () => {
  const unsettled: CycleLooks = { awake: lookOf(node([9000])), asleep: undefined, woken: undefined };
  expect(rows(compareStates([unsettled], undefined, NOISE))).toEqual([
    'scheduler TP0: 1/1 9000|9000|9000, 0/1 ?, 0/1 ?; slept 0/1 ?; woke 0/1 ?',
  ]);
});
