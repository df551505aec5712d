// The same comparison over cycles and over ranks: nodes as text, each expected range by hand, in MiB.
import { expect, it } from 'vitest';
import { fromMiB, toMiB } from '../../../../shared/base/units.ts';
import type { Repeat, Repeats } from '../../../../shared/session/compare/align-repeats.ts';
import { comparedLook, type ComparedLook } from '../../../../shared/session/compare/compare-look.ts';
import {
  compareRepeats,
  type RepeatedComparison,
  type RepeatedRow,
} from '../../../../shared/session/compare/compare-repeats.ts';
import type { RepeatRange } from '../../../../shared/session/compare/repeat-range.ts';
import { folded, look } from '../../../kit/observed.ts';

const used = (size: number | string): string => (typeof size === 'number' ? 'sum' : '2000');

const engine = (one: number | string, two: number | string, extra = ''): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used ${used(one)}
gpu 41:00.0 "H100" total 81559 reserved 479 used ${used(two)}
process server "python -m sglang.launch_server --model-path m --tp 2 --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 ${one}
  process tp1 "sglang::scheduler_TP1" on 41:00.0 ${two}
${extra}`;

function lookOf(text: string): ComparedLook {
  const { moment } = folded(...look(text));
  if (moment === undefined) throw new Error('there is no whole look');
  return comparedLook(moment);
}

const rangeText = (range: RepeatRange | undefined): string =>
  range === undefined ? '?' : `${toMiB(range.min)}|${toMiB(range.median)}|${toMiB(range.max)}`;

/** `engine scheduler TP1 41: 3/3 9|9|9 -> 2/3 1|2|3 = 2/3 -8|-7|-6 freed`; measured of all, then smallest, middle, largest. */
function shown({ class: kind, role, rank, buses, a, b, delta, change, isNoise }: RepeatedRow): string {
  const side = ({ measured, listed, of, range }: RepeatedRow['a']): string =>
    `${measured}/${of}${listed === measured ? '' : ` (in ${listed})`} ${rangeText(range)}`;
  const who = `${kind} ${role}${typeof rank?.tp === 'number' ? ` TP${rank.tp}` : ''}`;
  const where = buses.map((bus) => bus.slice(9, 11)).join(' ');
  const by = `${delta.measured}/${delta.of} ${rangeText(delta.range)}`;
  return `${who} ${where}: ${side(a)} -> ${side(b)} = ${by} ${change}${isNoise ? ' (noise)' : ''}`;
}

interface Options {
  readonly isPaired?: boolean;
  readonly overRanks?: boolean;
}

/** Moments that are of no engine's cycles. */
function ofNobody(repeats: readonly Repeat[]): Repeats {
  return [{ lives: new Set(), repeats }];
}

function compared(a: readonly string[], b: readonly (string | undefined)[], options: Options = {}): RepeatedComparison {
  const after = b.map((text) => (text === undefined ? undefined : lookOf(text)));
  return compareRepeats(ofNobody(a.map(lookOf)), ofNobody(after), {
    noise: fromMiB(8),
    isPaired: options.isPaired ?? true,
    overRanks: options.overRanks ?? false,
  });
}

/** Without what nobody holds. */
const rows = ({ rows: all }: RepeatedComparison): string[] =>
  all.filter(({ class: kind }) => kind !== 'unattributed').map(shown);

it('says the middle, the smallest and the largest of every cycle, and of the differences within each', () => {
  const awake = [engine(9700, 9000), engine(9704, 9000), engine(9700, 9000)];
  const asleep = [engine(1740, 1741), engine(1744, 1779), engine(1750, 1817)];
  expect(rows(compared(awake, asleep))).toEqual([
    'engine scheduler TP0 3B: 3/3 9700|9700|9704 -> 3/3 1740|1744|1750 = 3/3 -7960|-7960|-7950 freed',
    'engine scheduler TP1 41: 3/3 9000|9000|9000 -> 3/3 1741|1779|1817 = 3/3 -7259|-7221|-7183 freed',
  ]);
});

it('takes the lower of the two middle ones, a size that was measured', () => {
  const [first] = rows(compared([engine(9000, 0), engine(9000, 0)], [engine(1740, 0), engine(1800, 0)]));
  expect(first).toBe('engine scheduler TP0 3B: 2/2 9000|9000|9000 -> 2/2 1740|1740|1800 = 2/2 -7260|-7260|-7200 freed');
});

it('counts what was not measured: an unknown size, a list that is not whole, a cycle that never settled', () => {
  const awake = [engine(9000, 9000), engine(9000, 9000), engine(9000, 9000), engine(9000, 9000)];
  const lost = `${engine(1740, 1741).replace(/ {2}process tp1.*\n/, '')}smi processes 41:00.0 [N/A]\n`;
  const comparison = compared(awake, [engine('[N/A]', 1741), lost, undefined, engine(1760, 1745)]);
  expect(rows(comparison)).toEqual([
    'engine scheduler TP0 3B: 4/4 9000|9000|9000 -> 2/4 (in 3) 1740|1740|1760 = 2/4 -7260|-7260|-7240 freed',
    'engine scheduler TP1 41: 4/4 9000|9000|9000 -> 2/4 1741|1741|1745 = 2/4 -7259|-7259|-7255 freed',
  ]);
  const reasons = comparison.rows.flatMap(({ class: kind, b }) => (kind === 'engine' ? [b.reasons] : []));
  expect(reasons.map((all) => all.map(({ code }) => code))).toEqual([['partial-row'], ['device-unreadable']]);
});

it('says that a row is unknown when none of its repeats was measured, and puts it first', () => {
  const [first] = rows(compared([engine(9000, 9000)], [engine(1740, '[N/A]')]));
  expect(first).toBe('engine scheduler TP1 41: 1/1 9000|9000|9000 -> 0/1 (in 1) ? = 0/1 ? unknown');
});

it('keeps a row that is there in some repeats: in the others it held nothing', () => {
  const other = 'process p "python other.py" on 3B:00.0 500\n';
  const awake = [engine(1740, 1740), engine(1740, 1740), engine(1740, 1740)];
  expect(rows(compared(awake, [engine(1740, 1740), engine(1740, 1740, other), engine(1740, 1740)]))[0]).toBe(
    'process python other.py 3B: 3/3 (in 0) 0|0|0 -> 3/3 (in 1) 0|0|500 = 3/3 0|0|500 new',
  );
});

it('calls what grew in one cycle alone varying, and no noise', () => {
  const a = [engine(1740, 1740), engine(1740, 1740), engine(1740, 1740)];
  const all = rows(compared(a, [engine(1740, 1744), engine(3000, 1740), engine(1741, 1736)]));
  expect(all).toEqual([
    'engine scheduler TP0 3B: 3/3 1740|1740|1740 -> 3/3 1740|1741|3000 = 3/3 0|1|1260 varies',
    'engine scheduler TP1 41: 3/3 1740|1740|1740 -> 3/3 1736|1740|1744 = 3/3 -4|0|4 same (noise)',
  ]);
});

it('compares two runs by every one with every one, so that grown means each of B above each of A', () => {
  const main = [engine(1740, 1700), engine(1760, 1900)];
  const branch = [engine(1800, 1800), engine(1820, 1800), engine(1840, 1950)];
  expect(rows(compared(main, branch, { isPaired: false }))).toEqual([
    'engine scheduler TP1 41: 2/2 1700|1700|1900 -> 3/3 1800|1800|1950 = 6/6 -100|100|250 varies',
    'engine scheduler TP0 3B: 2/2 1740|1740|1760 -> 3/3 1800|1820|1840 = 6/6 40|80|100 grown',
  ]);
});

it('follows an engine that was started again between two cycles by its role', () => {
  const moved = `process other "sleep 1"\nprocess more "sleep 2"\n`;
  const again = engine(9000, 9000).replace('process server', `${moved}process server`);
  const comparison = compared([engine(9000, 9000), again], [engine(1740, 1740), again.replaceAll('9000', '1740')]);
  expect(comparison.engines.map(({ basis }) => basis)).toEqual(['same process']);
  expect(rows(comparison)).toEqual([
    'engine scheduler TP0 3B: 2/2 9000|9000|9000 -> 2/2 1740|1740|1740 = 2/2 -7260|-7260|-7260 freed',
    'engine scheduler TP1 41: 2/2 9000|9000|9000 -> 2/2 1740|1740|1740 = 2/2 -7260|-7260|-7260 freed',
  ]);
  expect(comparison.rows[0]?.a.pids.length).toBe(2);
});

it('puts the ranks of an engine into one row, and what they hold on other GPUs into a second one', () => {
  const contexts = (one: number, two: number): string =>
    engine(one, two).replace(/(tp1.*)$/m, '$1\n  process ctx "sglang::scheduler_TP1" on 3B:00.0 518');
  const comparison = compared([contexts(9000, 9100)], [contexts(1740, 1900)], { overRanks: true });
  expect(rows(comparison)).toEqual([
    'engine scheduler 3B 41: 2/2 9000|9000|9100 -> 2/2 1740|1740|1900 = 2/2 -7260|-7260|-7200 freed',
    'engine scheduler, not on its own GPU 3B: 1/1 518|518|518 -> 1/1 518|518|518 = 1/1 0|0|0 same (noise)',
  ]);
});
