// Awake, asleep and woken of one run and of two: nodes as text, each expected range by hand, in MiB.
import { expect, it } from 'vitest';
import { fromMiB, toMiB } from '../../../../shared/base/units.ts';
import { comparedLook, type ComparedLook } from '../../../../shared/session/compare/compare-look.ts';
import {
  compareStates,
  STATES,
  type CycleLooks,
  type CyclesOfEngine,
  type StatesComparison,
} from '../../../../shared/session/compare/compare-states.ts';
import type { RepeatedDelta } from '../../../../shared/session/compare/repeat-range.ts';
import { engineKey } from '../../../../shared/session/session.ts';
import { folded, look } from '../../../kit/observed.ts';

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

/** Of an engine that is the only one. */
const alone = (cycles: readonly CycleLooks[]): CyclesOfEngine[] => [{ lives: new Set(), cycles }];

const NOISE = { noise: fromMiB(8), overRanks: false };

it('says of one run what each sleep freed and whether the wake came back, cycle by cycle', () => {
  const a = [
    cycle([9000, 9000], [1740, 0], [9000, 9000]),
    cycle([9004, 9000], [1790, 0], [9100, 9000]),
    cycle([9000, 9000], [1740, 0]),
  ];
  expect(rows(compareStates(alone(a), undefined, NOISE))).toEqual([
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
  expect(rows(compareStates(alone(main), alone(branch), NOISE))).toEqual([
    'scheduler TP0: 2/2 9000|9000|9000, 2/2 1740|1740|1744, 2/2 9000|9000|9000; 1/1 9000|9000|9000, 1/1 4740|4740|4740, 1/1 9000|9000|9000; 2/2 0|0|0, 2/2 2996|3000|3000, 2/2 0|0|0',
    'ray::MegatronTrainRayActor.train (noise): 2/2 0|0|0, 2/2 30000|30000|30000, 2/2 0|0|0; 1/1 0|0|0, 1/1 30000|30000|30000, 1/1 0|0|0; 2/2 0|0|0, 2/2 0|0|0, 2/2 0|0|0',
    'scheduler TP1 (noise): 2/2 9000|9000|9000, 2/2 1740|1740|1740, 2/2 9000|9000|9000; 1/1 9000|9000|9000, 1/1 1740|1740|1740, 1/1 9000|9000|9000; 2/2 0|0|0, 2/2 0|0|0, 2/2 0|0|0',
  ]);
});

it('over ranks: a rank that frees all holds 0, and one that a smaller run does not have is no repeat', () => {
  const two = [cycle([9000, 9000], [1740, 0], [9000, 9000])];
  const three = [cycle([6000, 6000, 6100], [1700, 1700, 1900], [6000, 6000, 6000])];
  expect(rows(compareStates(alone(two), alone(three), { ...NOISE, overRanks: true }))).toEqual([
    'scheduler: 2/2 9000|9000|9000, 2/2 0|0|1740, 2/2 9000|9000|9000; 3/3 6000|6000|6100, 3/3 1700|1700|1900, 3/3 6000|6000|6000; 6/6 -3000|-3000|-2900, 6/6 -40|1700|1900, 6/6 -3000|-3000|-3000',
  ]);
});

it('hides nothing as noise where a sleep never settled or a size is unknown', () => {
  const unsettled: CycleLooks = { awake: lookOf(node([9000])), asleep: undefined, woken: undefined };
  expect(rows(compareStates(alone([unsettled]), undefined, NOISE))).toEqual([
    'scheduler TP0: 1/1 9000|9000|9000, 0/1 ?, 0/1 ?; slept 0/1 ?; woke 0/1 ?',
  ]);
});

it('looks at each engine in its own cycles, and at everybody else in those of the first', () => {
  const pair = (one: number, two: number): ComparedLook =>
    lookOf(`node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum
gpu 41:00.0 "H100" total 81559 reserved 479 used sum
process one "python -m sglang.launch_server --model-path m --port 30000" pid 4001 start 1
  process a "sglang::scheduler" pid 4002 start 2 on 3B:00.0 ${one}
process two "python -m sglang.launch_server --model-path m --port 30001" pid 5001 start 3
  process b "sglang::scheduler" pid 5002 start 4 on 41:00.0 ${two}
process train "ray::MegatronTrainRayActor.train" on 3B:00.0 ${one === 1740 ? 30000 : 10}
`);
  const keyOf = (look: ComparedLook, at: number): CyclesOfEngine['lives'] => {
    const engine = look.engines[at];
    return new Set(engine === undefined ? [] : [engineKey(engine)]);
  };
  const [both, oneSleeps, twoSleeps] = [pair(9000, 8000), pair(1740, 8000), pair(9000, 900)];
  const a = [
    { lives: keyOf(both, 0), cycles: [{ awake: both, asleep: oneSleeps, woken: both }] },
    {
      lives: keyOf(both, 1),
      cycles: [
        { awake: both, asleep: twoSleeps, woken: both },
        { awake: both, asleep: undefined, woken: undefined },
      ],
    },
  ];
  const comparison = compareStates(a, undefined, NOISE);
  expect(rows(comparison)).toEqual([
    'ray::MegatronTrainRayActor.train: 1/1 10|10|10, 1/1 30000|30000|30000, 1/1 10|10|10; slept 1/1 29990|29990|29990; woke 1/1 0|0|0',
    'scheduler: 1/1 9000|9000|9000, 1/1 1740|1740|1740, 1/1 9000|9000|9000; slept 1/1 -7260|-7260|-7260; woke 1/1 0|0|0',
    'scheduler: 2/2 8000|8000|8000, 1/2 900|900|900, 1/2 8000|8000|8000; slept 1/2 -7100|-7100|-7100; woke 1/2 0|0|0',
  ]);
  expect(comparison.engines.map(({ placeA, livesA }) => [placeA, livesA.map((life) => life?.root.pid)])).toEqual([
    [0, [4001, 4001, 4001]],
    [1, [5001, 5001, 5001, 5001, undefined, undefined]],
  ]);
});
