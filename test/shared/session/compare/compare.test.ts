// Two moments beside each other: each node as text, each expected row by hand, in MiB.
import { describe, expect, it } from 'vitest';
import { fromMiB, SMI_RESOLUTION, toMiB } from '../../../../shared/base/units.ts';
import {
  compareMoments,
  noiseFloor,
  type ComparedRow,
  type Comparison,
} from '../../../../shared/session/compare/compare.ts';
import type { Moment } from '../../../../shared/session/moment.ts';
import type { Edit } from '../../../kit/frame-text.ts';
import { folded, look } from '../../../kit/observed.ts';

const GPUS = `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used sum+9
gpu 41:00.0 "H100" total 81559 reserved 479 used sum+11
`;

const engine = (port: number, one: number, two: number, extra = ''): string => `
process server${port} "python -m sglang.launch_server --model-path m --tp 2 --port ${port}" ${extra}
  process tp0-${port} "sglang::scheduler_TP0" on 3B:00.0 ${one}
  process tp1-${port} "sglang::scheduler_TP1" on 41:00.0 ${two}
`;

function momentOf(text: string, edit?: Edit): Moment {
  const { moment } = folded(...look(text, edit === undefined ? {} : { edit }));
  if (moment === undefined) throw new Error('there is no whole look');
  return moment;
}

const compared = (a: string, b: string, edit?: Edit): Comparison =>
  compareMoments(momentOf(a), momentOf(b, edit), fromMiB(8));

/** `engine 0 scheduler TP1 41: 9728 -> 1741 = -7987 freed`. */
function shown({ class: kind, engine: at, role, rank, bus, a, b, delta, change, isNoise }: ComparedRow): string {
  const size = (side: ComparedRow['a']): string =>
    side.resident === undefined ? '-' : side.resident.known ? String(toMiB(side.resident.value)) : '?';
  const who = `${kind}${at === undefined ? '' : ` ${at}`} ${role}${typeof rank?.tp === 'number' ? ` TP${rank.tp}` : ''}`;
  const by = delta.known ? String(toMiB(delta.value)) : delta.why.code;
  return `${who} ${bus.slice(9, 11)}: ${size(a)} -> ${size(b)} = ${by} ${change}${isNoise ? ' (noise)' : ''}`;
}

const rows = (comparison: Comparison): string[] => comparison.rows.map(shown);

it('says what a sleep freed and what stayed, the largest first', () => {
  expect(rows(compared(GPUS + engine(30000, 9728, 9700), GPUS + engine(30000, 1741, 1741)))).toEqual([
    'engine 0 scheduler TP0 3B: 9728 -> 1741 = -7987 freed',
    'engine 0 scheduler TP1 41: 9700 -> 1741 = -7959 freed',
    'unattributed no process 3B: 9 -> 9 = 0 same (noise)',
    'unattributed no process 41: 11 -> 11 = 0 same (noise)',
  ]);
});

it('names what grew, what is new and what is gone, and lets nothing vanish', () => {
  const before = `${GPUS}${engine(30000, 1741, 1741)}process old "python old.py" on 3B:00.0 500\n`;
  const after = `${GPUS}${engine(30000, 1741, 1800)}process fresh "python new.py" on 41:00.0 700\n`;
  expect(rows(compared(before, after)).slice(0, 3)).toEqual([
    'process python new.py 41: - -> 700 = 700 new',
    'process python old.py 3B: 500 -> - = -500 gone',
    'engine 0 scheduler TP1 41: 1741 -> 1800 = 59 grown',
  ]);
});

it('aligns engines by port, not by pid', () => {
  const a = GPUS + engine(30000, 1741, 1741) + engine(30100, 9000, 9000);
  const b = GPUS + engine(30100, 9000, 9000) + engine(30000, 1741, 1741);
  const { engines, rows: all } = compared(a, b);
  expect(engines.map(({ a: left, b: right, basis }) => [left?.root.pid, right?.root.pid, basis])).toEqual([
    [4001, 4022, 'same port'],
    [4022, 4001, 'same port'],
  ]);
  expect(all.every(({ change }) => change === 'same')).toBe(true);
});

it('pairs nobody where a sign is shared: the rows stay on their own sides', () => {
  const nameless = (one: number): string =>
    `process s${one} "sglang serve" \n  process t${one} "sglang::scheduler" on 3B:00.0 ${one}\n`;
  const { engines, rows: all } = compared(GPUS + nameless(100) + nameless(200), GPUS + nameless(300));
  expect(engines.map(({ basis }) => basis)).toEqual(['same process', undefined]);
  expect(all.map(shown).slice(0, 2)).toEqual([
    'engine 0 scheduler 3B: 100 -> 300 = 200 grown',
    'engine 1 scheduler 3B: 200 -> - = -200 gone',
  ]);
});

describe('unknown', () => {
  const whole = GPUS + engine(30000, 1741, 1741);

  it('spreads into the difference, first in the list, because it may be the largest', () => {
    const [first] = rows(
      compared(whole, whole.replace('on 3B:00.0 1741', 'on 3B:00.0 [N/A]').replace('used sum+9', 'used 1750')),
    );
    expect(first).toMatch(
      /^(?:engine 0 scheduler TP0|unattributed no process) 3B: (?:1741|9) -> \? = partial-row unknown$/,
    );
  });

  it('is what is not listed, where the list is not whole', () => {
    const lost = `${whole.replace(/ {2}process tp1.*\n/, '')}smi processes 41:00.0 [N/A]\n`;
    const found = compared(whole, lost).rows.find(({ bus, class: kind }) => kind === 'engine' && bus.includes('41:'));
    expect(found === undefined ? '' : shown(found)).toBe(
      'engine 0 scheduler TP1 41: 1741 -> - = device-unreadable unknown',
    );
  });
});

it('measures the noise floor from looks in which nothing happens', () => {
  const looks = [1741, 1744, 1739].map((size) => momentOf(GPUS + engine(30000, size, 1741)));
  expect(noiseFloor(looks, SMI_RESOLUTION)).toBe(fromMiB(5));
  expect(noiseFloor(looks.slice(0, 1), SMI_RESOLUTION)).toBe(SMI_RESOLUTION);
});

it('is its own mirror: swapped, every difference changes its sign', () => {
  const a = `${GPUS}${engine(30000, 9728, 9700)}process old "python old.py" on 3B:00.0 500\n`;
  const b = GPUS + engine(30000, 1741, 1800);
  const signs = (comparison: Comparison): unknown[] =>
    comparison.rows.map(({ bus, role, delta }) => [bus, role, delta.known ? delta.value : null]);
  const mirrored = compared(b, a).rows.map(({ bus, role, delta }) => [bus, role, delta.known ? 0 - delta.value : null]);
  expect(
    signs(compared(a, b))
      .map((row) => JSON.stringify(row))
      .toSorted(),
  ).toEqual(mirrored.map((row) => JSON.stringify(row)).toSorted());
});
