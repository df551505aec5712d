// Which limit the page judges by, and where it says that it comes from.
import { describe, expect, it } from 'vitest';
import { chosenPolicy, limitSetting, limitText } from '../../../renderer/store/policy.ts';
import { fromGiB } from '../../../shared/base/units.ts';
import type { AppInfo } from '../../../shared/rpc/contract.ts';

const info = (limitVariable: string | null): AppInfo => ({ version: '1', host: 'web', probeSha256: '', limitVariable });
const tree = (limit: string) => ({ [limitSetting('engine-tree')]: limit });

describe('the policy of the page', () => {
  it.each([
    ['nothing chosen', {}, info(null), 3, 'default'],
    ['before the host answered', {}, undefined, 3, 'default'],
    ['the variable of the host', {}, info('2.5'), 2.5, 'environment'],
    ['typed, before the variable', tree('flag 1.5'), info('2.5'), 1.5, 'flag'],
    ['the default on purpose, before the variable', tree('default 3'), info('2.5'), 3, 'default'],
    ["the run's own", tree('run 4'), info('2.5'), 4, 'run'],
    ['the card, by its own limit', { 'policy.kind': 'whole-gpu', ...tree('flag 1') }, info(null), 7, 'default'],
  ])('%s', (_what, settings, said, gib, origin) => {
    expect(chosenPolicy(settings, said)).toMatchObject({ policy: { limit: fromGiB(gib), origin }, refused: '' });
  });

  it('says which limit it does not use, and uses the default', () => {
    expect(chosenPolicy({}, info('nan'))).toEqual({
      policy: { kind: 'engine-tree', limit: fromGiB(3), origin: 'default' },
      refused: expect.stringContaining('"nan"'),
    });
    expect(chosenPolicy(tree('flag -1'), info(null)).refused).toBe(
      'The limit must be above 0 GiB, by one byte at least, got "-1".',
    );
  });

  it('reads back what it keeps', () => {
    const policy = { kind: 'engine-tree', limit: fromGiB(1.25), origin: 'flag' } as const;
    expect(chosenPolicy(tree(limitText(policy)), info('9')).policy).toEqual(policy);
  });
});
