// The list of targets: its groups, what typing leaves of it, and what was typed as a target of its own.
import { describe, expect, it } from 'vitest';
import { targetGroups, typedTarget } from '../../../renderer/view/target-groups.ts';
import { entry } from '../../e2e/scenes.ts';

const ENTRIES = [
  entry('ssh-config', 'h100-07', 'me@h100-07.example:22'),
  entry('demo', 'demo', 'an engine asleep'),
  entry('recent', 'h100-07', 'me@h100-07.example:22'),
  entry('local', 'local', 'this machine'),
  entry('ssh-config', 'a100-1', 'bastion → root@10.0.0.1:22'),
];
const shown = (typed: string): (readonly [string, string])[] =>
  targetGroups(ENTRIES, typed).flatMap(({ title, entries }) => entries.map(({ target }) => [title, target] as const));

describe('groups', () => {
  it('come in a fixed order, and a recent target comes once', () => {
    expect(shown('')).toEqual([
      ['Recent', 'h100-07'],
      ['From ssh configuration', 'a100-1'],
      ['This machine', 'local'],
      ['Demo', 'demo'],
    ]);
  });

  it('keep what has every word somewhere, whatever its case', () => {
    expect(shown('BASTION a100')).toEqual([['From ssh configuration', 'a100-1']]);
    expect(shown('nobody')).toEqual([]);
  });
});

describe('what was typed', () => {
  it.each([
    ['me@new:22', 'me@new:22'],
    ['ssh me@new', 'me@new'],
    ['h100', 'h100'],
  ])('%s is a target', (typed, target) => {
    expect(typedTarget(ENTRIES, typed)).toBe(target);
  });

  it.each(['', '  ', 'two words', 'h100-07', 'demo'])('"%s" is none, or is listed', (typed) => {
    expect(typedTarget(ENTRIES, typed)).toBeUndefined();
  });
});
