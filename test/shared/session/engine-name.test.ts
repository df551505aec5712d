// What engines are called: by port, by pid without one, by both where two in containers of their own share a port.
import { expect, it } from 'vitest';
import { engineNames, nameAndPids } from '../../../shared/session/engine-name.ts';

const engine = (kind: string, rootPid: number | null, ...ports: number[]) => ({
  kind,
  rootPid,
  ports,
  members: [{ pid: 4008 }],
});

it('names engines side by side so that no two are called the same', () => {
  expect(
    engineNames([
      engine('sglang', 4001, 30000),
      engine('sglang', 5001, 30000, 30001),
      engine('vllm', 6001, 30000),
      engine('vllm', 7001),
      engine('sglang', null),
      engine('tree', 8001),
    ]),
  ).toEqual([
    'sglang :30000 pid 4001',
    'sglang :30000 pid 5001',
    'vllm :30000',
    'vllm pid 7001',
    'sglang orphan, pid 4008',
    'process tree of pid 8001',
  ]);
});

it.each([
  ['sglang :30000', [4001], 'sglang :30000, pid 4001'],
  ['vllm pid 7001', [7001], 'vllm pid 7001'],
  ['vllm pid 7001', [6001, 7001], 'vllm pid 7001, pid 6001, 7001'],
  ['sglang :30000', [1, 2, 3, 4, 5], 'sglang :30000, pid 1, 2, 3, 4, …'],
  ['sglang orphan, pid 4008', [], 'sglang orphan, pid 4008'],
])('%s with %j', (name, pids, expected) => expect(nameAndPids(name, pids)).toBe(expected));
