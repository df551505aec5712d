// The gate over a real sshd on real process trees: engine titles as setproctitle leaves them, a process that really ended.
import { expect, it } from 'vitest';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import { ASLEEP_CLEAN, MILES_SPAWN_STUB, ORPHAN_BESIDE_SLEEPING } from '../kit/scenarios.ts';
import { startSshd } from '../kit/sshd.ts';
import type { GateReport } from '../../shared/evidence/gate/gate-schema.ts';
import { gateJson } from './command.ts';

const MIB = 1024 * 1024;

/** Other tests play engines on this machine too, so each gate names what it means. */
async function onMachine(text: string): Promise<{
  readonly node: FakeNode;
  readonly gate: (labels: readonly string[], ...args: string[]) => Promise<GateReport>;
}> {
  const node = await startNode(text);
  const sshd = await startSshd({ env: node.env });
  return {
    node,
    gate: async (labels, ...args) =>
      await gateJson([
        sshd.alias,
        '--ssh-config',
        sshd.sshConfigFile,
        ...labels.flatMap((label) => ['--engine', `pid:${node.pid(label)}`]),
        ...args,
      ]),
  };
}

it('finds the spawn stub of MILES, with its start time and ranks', async () => {
  const { node, gate } = await onMachine(MILES_SPAWN_STUB);
  const report = await gate(['tp0']);
  expect(report).toMatchObject({ verdict: 'pass', exitCode: 0, node: { driver: '550.54.15' } });
  expect(report.engines).toMatchObject([{ kind: 'sglang', rootPid: node.pid('stub'), residualBytes: 1740 * MIB }]);
  const tp1 = report.engines[0]?.processes.find((process) => process.pid === node.pid('tp1'));
  expect(tp1).toMatchObject({
    startTicks: node.process('tp1').startTicks,
    ppid: node.pid('stub'),
    role: 'scheduler',
    rank: { dp: null, tp: 1, pp: null, ep: null },
    alive: 'alive',
  });
  expect(tp1?.rssBytes).toBeGreaterThan(0);
  expect(report.devices[0]?.ledger.map((entry) => entry.class)).toEqual(['engine', 'trainer', 'unattributed']);
});

it('judges an orphan, whose server really died, beside the engine that sleeps', async () => {
  const { node, gate } = await onMachine(ORPHAN_BESIDE_SLEEPING);
  const report = await gate(['server', 'left']);
  expect(report).toMatchObject({ verdict: 'fail', exitCode: 1 });
  const [engine, orphan] = report.engines;
  expect(engine).toMatchObject({ rootPid: node.pid('server'), verdict: 'pass' });
  expect(orphan).toMatchObject({ rootPid: null, verdict: 'fail', residualBytes: 30720 * MIB });
  // Orphans of other tests may be in the same group; memory they have none.
  const holds = orphan?.processes.filter((process) => process.perBus.length > 0).map((process) => process.pid);
  expect(holds).toEqual([node.pid('left')]);
});

it('a scheduler that is killed and still listed: gone, by two samples', async () => {
  const { node, gate } = await onMachine(
    ASLEEP_CLEAN.concat('  process tp1 "sglang::scheduler_TP1" on 3B:00.0 30720\n'),
  );
  expect((await gate(['server'])).verdict).toBe('fail');
  await node.kill('tp1');
  const report = await gate(['server']);
  expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 2, reasons: ['gone-rows'] });
  expect(report.devices[0]?.ledger).toMatchObject([
    { class: 'engine', bytes: 1536 * MIB },
    { class: 'gone', pids: [node.pid('tp1')], bytes: 30720 * MIB },
    { class: 'unattributed', bytes: 9 * MIB },
  ]);
  // Two samples with two calls each, and the closing reading.
  expect(node.smiCalls()).toHaveLength(3 + 5);
});

it('reads the limit from the environment of real processes', async () => {
  const text = ASLEEP_CLEAN.replace('--port 30000"', '--port 30000" env "MILES_MAX_RESIDUAL_GPU_MEM_GB=1.25"');
  const { gate } = await onMachine(text);
  expect(await gate(['server'], '--limit-from-run')).toMatchObject({
    verdict: 'fail',
    policy: { kind: 'engine-tree', limitBytes: 1280 * MIB, origin: 'run' },
  });
});
