// The limit: which texts are a number of GiB, where it comes from, and that a bad one is refused by name.
import { expect, it } from 'vitest';
import { fromGiB } from '../../../shared/base/units.ts';
import { choosePolicy, readLimit } from '../../../shared/gates/limit.ts';

it.each([
  ['3', 3_221_225_472],
  ['3.0', 3_221_225_472],
  [' 3 ', 3_221_225_472],
  ['+3', 3_221_225_472],
  ['1e3', 1_073_741_824_000],
  ['.5', 536_870_912],
  ['5.', 5_368_709_120],
  ['1e-9', 1],
  ['0.000000001', 1],
])('%j is %i bytes', (text, limit) => {
  expect(readLimit('--max-residual-gib', text)).toEqual({ ok: true, limit });
});

const NO_NUMBER = 'a number of GiB';
const TOO_SMALL = 'above 0';

it.each([
  ['nan', NO_NUMBER],
  ['NaN', NO_NUMBER],
  ['inf', NO_NUMBER],
  ['-inf', NO_NUMBER],
  ['Infinity', NO_NUMBER],
  ['1e999', 'below'],
  ['1e12', 'below'],
  ['abc', NO_NUMBER],
  ['', NO_NUMBER],
  ['   ', NO_NUMBER],
  ['0x10', NO_NUMBER],
  ['3,0', NO_NUMBER],
  ['3 GiB', NO_NUMBER],
  ['3;4', NO_NUMBER],
  ['1_000', NO_NUMBER],
  ['０', NO_NUMBER],
  ['0', TOO_SMALL],
  ['0.0', TOO_SMALL],
  ['-0', TOO_SMALL],
  ['-1', TOO_SMALL],
  ['1e-12', TOO_SMALL],
])('%j is refused', (text, why) => {
  const read = readLimit('--max-residual-gib', text);
  expect(read).toMatchObject({ ok: false });
  expect(read.ok ? '' : read.text).toContain(`got ${JSON.stringify(text)}`);
  expect(read.ok ? '' : read.text).toContain(why);
  expect(read.ok ? '' : read.text).toContain('--max-residual-gib must be');
});

it('comes from the flag, then from the environment, then from the policy', () => {
  const policy = (kind: 'engine-tree' | 'whole-gpu', flag?: string, variable?: string): unknown => {
    const chosen = choosePolicy(kind, flag, variable);
    return chosen.ok ? chosen.policy : chosen.text;
  };
  expect(policy('engine-tree', '1', '2')).toEqual({ kind: 'engine-tree', limit: fromGiB(1), origin: 'flag' });
  expect(policy('engine-tree', undefined, '2')).toEqual({
    kind: 'engine-tree',
    limit: fromGiB(2),
    origin: 'environment',
  });
  expect(policy('engine-tree')).toEqual({ kind: 'engine-tree', limit: fromGiB(3), origin: 'default' });
  expect(policy('whole-gpu')).toEqual({ kind: 'whole-gpu', limit: fromGiB(7), origin: 'default' });
});

it('never passes over a bad value to a good one behind it', () => {
  expect(choosePolicy('engine-tree', 'nan', '2')).toMatchObject({ ok: false });
  expect(choosePolicy('engine-tree', undefined, '')).toEqual({
    ok: false,
    text: `MILES_MAX_RESIDUAL_GPU_MEM_GB in this machine's environment must be a number of GiB, got "".`,
  });
});
