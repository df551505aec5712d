// What the page says of all cycles: how many were measured, in how many a row was listed, and what the bars stand for.
import { expect, it } from 'vitest';
import { compareBars } from '../../../../renderer/view/compare/compare-bars.ts';
import { statesView, type StatesCell, type StatesView } from '../../../../renderer/view/compare/states-view.ts';
import { fromMiB } from '../../../../shared/base/units.ts';
import { comparedLook, type ComparedLook } from '../../../../shared/session/compare/compare-look.ts';
import type { CycleLooks } from '../../../../shared/session/compare/compare-states.ts';
import type { HistoryStates } from '../../../../shared/session/compare/history-states.ts';
import { folded, look } from '../../../kit/observed.ts';

const node = (size: number, extra = '', used = 'sum'): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used ${used}
process server "python -m sglang.launch_server --model-path m --port 30000"
  process tp0 "sglang::scheduler" on 3B:00.0 ${size}
${extra}`;

function lookOf(text: string): ComparedLook {
  const { moment } = folded(...look(text));
  if (moment === undefined) throw new Error('there is no whole look');
  return comparedLook(moment);
}

const cycle = (asleep: string | undefined): CycleLooks => ({
  awake: lookOf(node(9_000)),
  asleep: asleep === undefined ? undefined : lookOf(asleep),
  woken: undefined,
});

const states = (...cycles: readonly CycleLooks[]): HistoryStates => ({
  text: 'cycles 1 to 3 of sglang :30000',
  engines: [{ name: 'sglang :30000', lives: new Set(), cycles }],
  others: [],
  noise: fromMiB(4),
  noiseLooks: 9,
});

const cellText = ({ text, range, why }: StatesCell): string =>
  [text, range === '' ? '' : `(${range})`, why === '' ? '' : `[${why}]`].filter((part) => part !== '').join(' ');
const said = ({ rows }: StatesView): string[] =>
  rows
    .filter(({ owner }) => owner !== 'nobody visible')
    .map(({ role, owner, gpu, cells }) => `${role}, ${owner}, ${gpu}: ${cells.map(cellText).join(' | ')}`);

const HIDDEN = 'process job "python \u001B[31mjob.py" on 3B:00.0 [N/A]\n';

it('counts what was not measured, and names why', () => {
  const view = statesView({
    a: states(cycle(node(1_740)), cycle(node(1_800, HIDDEN, '3000')), cycle(undefined)),
    b: undefined,
    overRanks: false,
  });
  expect(view.a).toBe('cycles 1 to 3 of sglang :30000; 1 cycle was not seen asleep, 3 cycles were not seen woken');
  expect(said(view)).toEqual([
    'scheduler, sglang :30000, 3B:00.0: 9,000 | 1,740 (1,740 to 1,800) [2 of 3 measured: there is no look] | unknown [0 of 3 measured: there is no look] | −7,260 (−7,260 to −7,200) [2 of 3 pairs measured] | unknown [0 of 3 pairs measured]',
    expect.stringMatching(
      /^python \\x1B\[31mjob\.py, process, 3B:00\.0: – \[it held nothing\] \| 0 \[1 of 3 measured: the driver lists a process .*\] \| unknown /,
    ),
  ]);
  expect(view.noise).toBe('Noise floor: 4 MiB, measured from idle looks, 9 around one cycle.');
});

it('draws the sleep of one run, and what is asleep in two, with the words of the direction', () => {
  const main = states(cycle(node(1_740)));
  const branch = states(cycle(node(4_740)));
  const one = statesView({ a: main, b: undefined, overRanks: false });
  expect(one.picture).toEqual({ title: 'What a sleep changes', less: 'freed', more: 'grown' });
  expect(compareBars(one.rows).bars.map(({ label }) => label)).toEqual(['freed 7,260 MiB']);
  const two = statesView({ a: main, b: branch, overRanks: false });
  expect(two.groups).toEqual(['awake', 'asleep', 'woken']);
  expect(compareBars(two.rows).bars.map(({ name, label }) => [name, label])).toEqual([
    ['scheduler, 3B:00.0', 'more 3,000 MiB'],
  ]);
});
