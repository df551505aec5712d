// Process trees: order, missing parents, pids that were reused while the table was read, and parents in a circle.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pid } from '../../../shared/model/ids.ts';
import { buildProcessTree, type ProcessTree } from '../../../shared/model/process-tree.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';
import { processesFrom } from '../engines/process-text.ts';

const pids = (processes: readonly HostProcess[]): Pid[] => processes.map((process) => process.pid);

const built = (text: string): ProcessTree => buildProcessTree(processesFrom(text));

test('descendants come after their top, by pid; ancestors come nearest first', () => {
  const tree = built(`
1 init
  30 a
    20 c | start=400
      50 d | start=500
  10 b`);
  expect(pids(tree.withDescendants(1))).toEqual([1, 10, 20, 30, 50]);
  expect(pids(tree.withDescendants(30))).toEqual([30, 20, 50]);
  expect(pids(tree.childrenOf(1))).toEqual([10, 30]);
  expect(pids(tree.ancestorsOf(50))).toEqual([20, 30, 1]);
  expect(tree.parentOf(1)).toBeUndefined();
  expect(tree.problems).toEqual([]);
});

test('a pid that is not in the table has no tree, and a parent that is not there is nobody', () => {
  const tree = built('20 child | ppid=19');
  expect(tree.withDescendants(19)).toEqual([]);
  expect(tree.parentOf(20)).toBeUndefined();
  expect(tree.problems).toEqual([]);
});

test('a child cannot be older than its parent; the same tick is fine', () => {
  const tree = built(`
10 reused | start=900
  11 older | start=899
  12 same | start=900`);
  expect(pids(tree.childrenOf(10))).toEqual([12]);
  expect(tree.problems.map(({ code, where }) => [code, where])).toEqual([['pid-reused', 'pid 11']]);
});

test('circles are cut at their lowest pid and reported, in the order of the pids', () => {
  const tree = built(`
33 c | ppid=31, start=5
31 a | ppid=32, start=5
32 b | ppid=33, start=5
34 below | ppid=33, start=5
22 y | ppid=21, start=5
21 x | ppid=22, start=5
9 itself | ppid=9`);
  expect(tree.problems.map(({ code, where }) => [code, where])).toEqual([
    ['tree-cycle', 'pid 9'],
    ['tree-cycle', 'pid 21'],
    ['tree-cycle', 'pid 31'],
  ]);
  expect(pids(tree.withDescendants(31))).toEqual([31, 32, 33, 34]);
  expect(pids(tree.ancestorsOf(34))).toEqual([33, 31]);
});

test('whatever the table says, every walk ends, and nobody is below itself', () => {
  const row = fc.record({ pid: fc.integer({ min: 1, max: 12 }), ppid: fc.integer({ min: 0, max: 13 }) });
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: ({ pid }) => pid }), (rows) => {
      const tree = built(rows.map(({ pid, ppid }) => `${pid} p | ppid=${ppid}, start=5`).join('\n'));
      for (const { pid } of rows) {
        const below = pids(tree.withDescendants(pid)).slice(1);
        expect(below).not.toContain(pid);
        expect(below).toEqual([...new Set(below)].toSorted((left, right) => left - right));
        for (const each of below) expect(pids(tree.ancestorsOf(each))).toContain(pid);
      }
    }),
  );
});
