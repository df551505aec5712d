// Nodes are called by their host, and told apart where two are of one host.
import { expect, it } from 'vitest';
import { nodePlaces } from '../../../renderer/view/node-places.ts';

it('calls a node by its host, and two recordings of one host by their files as well', () => {
  expect(
    nodePlaces([
      { name: 'gpu-01', file: 'main.residuum.jsonl' },
      { name: 'gpu-01', file: 'branch.residuum.jsonl.gz' },
      { name: 'gpu-02', file: 'main.residuum.jsonl' },
    ]),
  ).toEqual(['main, gpu-01', 'branch, gpu-01', 'gpu-02']);
});

it('leaves the one that is watched as it is, beside a recording of the same host', () => {
  expect(
    nodePlaces([
      { name: 'gpu-01', file: '' },
      { name: 'gpu-01', file: 'before the fix' },
    ]),
  ).toEqual(['gpu-01', 'before the fix, gpu-01']);
});
