// The seed's own test cases, through the command line: its answer in `seed`, and ours beside it.
import { expect, it } from 'vitest';
import type { GateEngine } from '../../shared/evidence/gate/gate-schema.ts';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import { gateJson } from './command.ts';

const MIB = 1024 * 1024;
const gpu = (bus: string, used = 'sum+9'): string =>
  `gpu ${bus}:00.0 "NVIDIA H100" total 81559 reserved 479 used ${used}\n`;

/** What the seed reads and does, and what we say, of the tree under a process. In MiB. */
async function both(text: string, root: string | number, prepare?: (node: FakeNode) => Promise<void>): Promise<object> {
  const node = await startNode(text, { processes: 'foreign' });
  await prepare?.(node);
  const pid = typeof root === 'number' ? root : node.pid(root);
  const report = await gateJson(['local', '--root-pid', String(pid)], { env: node.env });
  const engine = report.engines[0] as GateEngine;
  expect(report.engines).toHaveLength(1);
  expect(engine).toMatchObject({ kind: 'tree', rootPid: pid });
  return {
    seed: mib(engine.seed.residualBytes),
    action: engine.seed.action,
    ours: mib(engine.residualBytes),
    atLeast: mib(engine.atLeastBytes),
    verdict: report.verdict,
    reasons: report.reasons,
    worstBus: engine.worstBus,
  };
}

function mib(size: number | null): number | null {
  return size === null ? null : size / MIB;
}

it('sums in a GPU', async () => {
  const text = `${gpu('3B')}
process root "python engine.py"
  process a "python worker.py" on 3B:00.0 1000
  process b "python worker.py" on 3B:00.0 500`;
  expect(await both(text, 'root')).toEqual({
    seed: 1500,
    action: 'pass',
    ours: 1500,
    atLeast: 1500,
    verdict: 'pass',
    reasons: [],
    worstBus: '00000000:3B:00.0',
  });
});

it('takes the maximum across GPUs, so that TP 2 is no false failure', async () => {
  const text = `${gpu('3B')}${gpu('41')}
process root "python engine.py"
  process a "python worker.py" on 3B:00.0 2000
  process b "python worker.py" on 41:00.0 2500`;
  expect(await both(text, 'root')).toEqual({
    seed: 2500,
    action: 'pass',
    ours: 2500,
    atLeast: 2500,
    verdict: 'pass',
    reasons: [],
    worstBus: '00000000:41:00.0',
  });
});

it('leaves out processes of others on the same GPU', async () => {
  const text = `${gpu('3B')}
process root "python engine.py" on 3B:00.0 100
process other "python trainer.py" on 3B:00.0 40000`;
  expect(await both(text, 'root')).toMatchObject({ seed: 100, ours: 100, verdict: 'pass' });
});

it('fails above the limit, and passes on equality', async () => {
  const text = (size: number): string => `${gpu('3B')}process root "python engine.py" on 3B:00.0 ${size}`;
  expect(await both(text(3073), 'root')).toMatchObject({ seed: 3073, action: 'fail', ours: 3073, verdict: 'fail' });
  expect(await both(text(3072), 'root')).toMatchObject({ seed: 3072, action: 'pass', ours: 3072, verdict: 'pass' });
});

it('no match is not zero', async () => {
  const text = `${gpu('3B')}
process root "python engine.py"
process other "python trainer.py" on 3B:00.0 40000`;
  expect(await both(text, 'root')).toEqual({
    seed: null,
    action: 'skip',
    ours: null,
    atLeast: 0,
    verdict: 'inconclusive',
    reasons: ['no-tree-row'],
    worstBus: null,
  });
});

it('an empty answer is not zero either', async () => {
  const text = `${gpu('3B', '0')}process root "python engine.py"`;
  expect(await both(text, 'root')).toMatchObject({ seed: null, action: 'skip', ours: null, reasons: ['no-tree-row'] });
});

it('a root that does not exist is not zero', async () => {
  const text = `${gpu('3B')}process other "python engine.py" on 3B:00.0 40000`;
  expect(await both(text, 987_654)).toMatchObject({
    seed: null,
    action: 'skip',
    ours: null,
    reasons: ['no-tree-row', 'tree-incomplete'],
  });
});

it('matched with 0 MiB is measured: 0', async () => {
  const text = `${gpu('3B')}process root "python engine.py" on 3B:00.0 0`;
  expect(await both(text, 'root')).toMatchObject({ seed: 0, action: 'pass', ours: 0, verdict: 'pass', reasons: [] });
});

it('rows that are no numbers: the seed skips them and passes, we do not', async () => {
  const text = `${gpu('3B', '5000')}
process root "python engine.py"
  process a "python worker.py" on 3B:00.0 1000
  process b "python worker.py" on 3B:00.0 [N/A]`;
  expect(await both(text, 'root')).toMatchObject({
    seed: 1000,
    action: 'pass',
    ours: null,
    atLeast: 1000,
    verdict: 'inconclusive',
    reasons: ['partial-row'],
  });
});

it('nothing but rows that are no numbers', async () => {
  const text = `${gpu('3B', '5000')}process root "python engine.py" on 3B:00.0 [N/A]`;
  expect(await both(text, 'root')).toMatchObject({ seed: null, action: 'skip', ours: null, reasons: ['partial-row'] });
});

it('the spawn parent that MILES holds is not listed; its sglang::scheduler child is', async () => {
  const text = `${gpu('3B')}
process parent "python -c 'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5)' --multiprocessing-fork"
  process child "sglang::scheduler" on 3B:00.0 1740`;
  expect(await both(text, 'parent')).toMatchObject({ seed: 1740, action: 'pass', ours: 1740, verdict: 'pass' });
});

it.each(['(sd-pam)', 'a b) S 1 (c', ') R 0 (', 'sglang::schedul'])('comm may be %j', async (comm) => {
  const text = `${gpu('3B')}
process root "python engine.py" comm "${comm}"
  process child "python worker.py" comm "${comm}"
    process grandchild "python worker.py" comm "x" on 3B:00.0 4000`;
  expect(await both(text, 'root')).toMatchObject({ seed: 4000, action: 'fail', ours: 4000, verdict: 'fail' });
});

it('missing /proc: the seed reads the root alone, for us the rest is unknown', async () => {
  const text = `${gpu('3B')}
process root "python engine.py" on 3B:00.0 100
  process child "python worker.py" on 3B:00.0 40000`;
  const emptied = async (node: FakeNode): Promise<void> => {
    for (const pid of [1, 2, ...node.pids.values()]) await node.tree.vanish(pid);
  };
  expect(await both(text, 'root', emptied)).toMatchObject({
    seed: 100,
    action: 'pass',
    verdict: 'inconclusive',
    reasons: expect.arrayContaining(['proc-incomplete']) as unknown,
  });
});

it('the two-column fallback sums over GPUs, for the seed as for us; we do not call that a failure', async () => {
  const text = (each: number): string => `${gpu('3B')}${gpu('41')}
process root "python engine.py"
  process a "python worker.py" on 3B:00.0 ${each}
  process b "python worker.py" on 41:00.0 ${each}
smi refuse gpu_bus_id`;
  expect(await both(text(2000), 'root')).toEqual({
    seed: 4000,
    action: 'fail',
    ours: 4000,
    atLeast: 4000,
    verdict: 'inconclusive',
    reasons: ['no-bus-column'],
    worstBus: null,
  });
  expect(await both(text(1500), 'root')).toMatchObject({ seed: 3000, action: 'pass', ours: 3000, verdict: 'pass' });
});

it.each([
  ['smi missing', 'smi-missing'],
  ['smi fails no-driver', 'driver-missing'],
  ['smi fails mismatch', 'smi-failed'],
  ['smi fails no-library', 'smi-failed'],
])('%s: none, never 0', async (smi, reason) => {
  const text = `${gpu('3B')}process root "python engine.py" on 3B:00.0 100\n${smi}`;
  expect(await both(text, 'root')).toMatchObject({ seed: null, action: 'skip', ours: null, reasons: [reason] });
});
