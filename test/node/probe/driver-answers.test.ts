// Every way in which nvidia-smi answers or fails, from the stand-in through the probe to the snapshot.
import { expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { ask, oneSample, openProbe, TWO_PAIRS } from './probe-host.ts';

const gpu = (bus: string): string => `gpu ${bus} "H100" total 81559 reserved 479 used sum+9\n`;
const THREE = `${gpu('3B:00.0')}${gpu('41:00.0')}${gpu('5E:00.0')}
process a "sglang serve" on 3B:00.0 100
process b "vllm serve" on 41:00.0 200
`;
const A = '00000000:3B:00.0';
const B = '00000000:41:00.0';
const C = '00000000:5E:00.0';

const play = (trouble: string, driver = '550.54.15'): Promise<FakeNode> =>
  startNode(`node n driver ${driver}\n${THREE}${trouble}`, { processes: 'foreign' });
const sample = async (trouble: string, driver?: string): Promise<Snapshot> =>
  (await oneSample(await play(trouble, driver))).snapshot;
const reasons = (snapshot: Snapshot): string[] => snapshot.driverReasons.map(({ code }) => code);
const calls = (snapshot: Snapshot): string[] => snapshot.calls.map(({ name, exitCode }) => `${name} ${exitCode}`);
const rows = ({ usage }: Snapshot): string[] | undefined =>
  usage?.rows.map(({ bus, used }) => `${bus ?? '-'} ${used.known ? used.value / fromMiB(1) : used.why.code}`);

it.each(TWO_PAIRS)('asks for devices, then for usage, and never for names, with %s and %s', async (shell, awk) => {
  const node = await play('');
  const { snapshot } = await oneSample(node, { shell, awk });
  expect(node.smiCalls().map((call) => call.arguments)).toEqual([
    [
      '--query-gpu=pci.bus_id,uuid,name,memory.total,memory.reserved,memory.used,memory.free',
      '--format=csv,noheader,nounits',
    ],
    ['--query-compute-apps=gpu_bus_id,pid,used_memory', '--format=csv,noheader,nounits'],
  ]);
  expect(rows(snapshot)).toEqual([`${A} 100`, `${B} 200`]);
  expect(snapshot.buses).toEqual([A, B, C]);
  expect(snapshot.node.driverVersion).toBe('550.54.15');
});

it('does not start nvidia-smi as root where no driver is loaded: it would make device nodes', async () => {
  const node = await startNode('node n driver none', { processes: 'foreign' });
  const { snapshot } = await oneSample(node);
  expect(reasons(snapshot)).toEqual(['driver-missing']);
  expect(node.smiCalls()).toEqual([]);
});

it('says that there is no nvidia-smi, and still reads the process table', async () => {
  const snapshot = await sample('smi missing');
  expect(reasons(snapshot)).toEqual(['smi-missing']);
  expect(snapshot.scan.complete).toBe(true);
  expect([...snapshot.processes.values()].map(({ title }) => title)).toContain('vllm serve');
});

it.each<readonly [why: string, driver: string, code: number, text: string, reason: string]>([
  ['no-library', '550.54.15', 12, "couldn't find libnvidia-ml.so", 'smi-failed'],
  ['no-driver', '550.54.15', 9, "couldn't communicate with the NVIDIA driver", 'driver-missing'],
  ['mismatch', '390.157', 231, 'Driver/library version mismatch', 'smi-failed'],
  ['mismatch', '470.82.01', 255, 'Driver/library version mismatch', 'smi-failed'],
  ['mismatch', '550.54.15', 18, 'NVML library version: 550.54', 'smi-failed'],
  ['permissions', '550.54.15', 4, 'Insufficient Permissions', 'smi-failed'],
  ['unknown-error', '550.54.15', 255, 'Unknown Error', 'smi-failed'],
  ['lost', '550.54.15', 15, 'GPU is lost', 'smi-failed'],
  ['irq', '550.54.15', 11, 'Interrupt Request Issue', 'smi-failed'],
  ['blocked', '550.54.15', 17, 'GPU access blocked by the operating system', 'smi-failed'],
  ['no-devices', '550.54.15', 6, 'No devices were found', 'smi-failed'],
])('%s of driver %s: exit code %i', async (why, driver, code, text, reason) => {
  const snapshot = await sample(`smi fails ${why}`, driver);
  expect(new Set(reasons(snapshot))).toEqual(new Set([reason]));
  expect([snapshot.devices, snapshot.usage]).toEqual([undefined, undefined]);
  const [said] = snapshot.problems.filter((problem) => problem.code === 'smi-text');
  expect(said?.text).toContain(`exit code ${code}: `);
  expect(said?.text).toContain(text);
});

it('goes on with two columns where the driver refuses the bus, and does not ask for it again', async () => {
  const node = await play('smi refuse gpu_bus_id');
  const session = await openProbe(node);
  const first = (await ask(session)).snapshot;
  expect(calls(first)).toEqual(['devices 0', 'usage 2', 'usage-no-bus 0']);
  expect(first.usage?.hasBus).toBe(false);
  expect(rows(first)).toEqual(['- 100', '- 200']);
  expect(calls((await ask(session)).snapshot)).toEqual(['devices 0', 'usage-no-bus 0']);
});

it.each(TWO_PAIRS)('leaves memory.reserved out where the driver refuses it, with %s and %s', async (shell, awk) => {
  const node = await play('', '470.82.01');
  const session = await openProbe(node, { shell, awk });
  const first = (await ask(session)).snapshot;
  expect(calls(first)).toEqual(['devices 2', 'devices-no-reserved 0', 'usage 0']);
  // 100 for the process, 9, and the reserve, which this driver counts in.
  expect(first.devices?.devices[0]).toMatchObject({ used: known(fromMiB(588)), usedIncludesReserved: true });
  expect(calls((await session.devices()).snapshot)).toEqual(['devices-no-reserved 0']);
});

it.each(['lost', 'unknown-error', 'blocked'])('asks each GPU alone when the handle of one is %s', async (why) => {
  const snapshot = await sample(`smi handle 41:00.0 ${why}`);
  expect(snapshot.devices?.devices.map(({ bus }) => bus)).toEqual([A, C]);
  expect(snapshot.devices?.unreadableBuses).toEqual([B]);
  expect(rows(snapshot)).toEqual([`${A} 100`]);
  expect(snapshot.usage?.unreadableBuses).toEqual([B]);
  expect(reasons(snapshot)).toEqual([]);
  expect(snapshot.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['smi-text', 'device-unreadable']));
});

it('takes a GPU that is left out in silence for unreadable', async () => {
  const snapshot = await sample('smi handle 41:00.0 permissions');
  expect(calls(snapshot)).toEqual(['devices 0', 'usage 0']);
  expect(snapshot.devices?.unreadableBuses).toEqual([B]);
  expect(snapshot.usage?.unreadableBuses).toEqual([B]);
});

it('counts rows of a lost GPU', async () => {
  const snapshot = await sample('smi row 41:00.0 lost');
  expect([snapshot.devices?.lostRows, snapshot.usage?.lostRows]).toEqual([1, 1]);
  expect(snapshot.devices?.unreadableBuses).toEqual([B]);
});

it.each(['[N/A]', '[Insufficient Permissions]', '[Unknown Error]', '[GPU is lost]'])(
  'takes a refused process list (%s) for unknown',
  async (cell) => {
    const snapshot = await sample(`smi processes 41:00.0 ${cell}`);
    expect(snapshot.usage?.unreadableBuses).toEqual([B]);
    expect(rows(snapshot)).toEqual([`${A} 100`]);
  },
);

it('keeps a row without a number', async () => {
  const node = await startNode(`${gpu('3B:00.0').replace('sum+9', '500')}process a "sglang serve" on 3B:00.0 [N/A]`, {
    processes: 'foreign',
  });
  const { snapshot } = await oneSample(node);
  expect(snapshot.usage?.rows).toEqual([
    { bus: A, pid: node.pid('a'), used: unknown('partial-row', `pid ${node.pid('a')} on ${A}`) },
  ]);
});

it('adds nothing up and drops nothing when rows come twice', async () => {
  const snapshot = await sample('smi repeat');
  expect(rows(snapshot)).toEqual([`${A} 100`, `${A} 100`, `${B} 200`, `${B} 200`]);
  expect(snapshot.problems.filter(({ code }) => code === 'duplicate-row')).toHaveLength(2);
});

it.each(['NVIDIA-SMI rocks\\n', 'a, b, c, d, e, f, g\\n', '\\xff\\x1b[2J', 'no line feed at its end'])(
  'takes %j with exit code 0 for a failure, not for an idle node',
  async (text) => {
    for (const [shell, awk] of TWO_PAIRS) {
      const { snapshot } = await oneSample(await play(`smi garbage "${text}"`), { shell, awk });
      expect(snapshot.devices).toBeUndefined();
      expect(reasons(snapshot)).toEqual(['smi-failed', 'smi-failed']);
    }
  },
);

it.each(TWO_PAIRS)('bounds what a call prints that prints without end, with %s and %s', async (shell, awk) => {
  for (const text of ['many lines\\n'.repeat(40_000), 'x'.repeat(900_000)]) {
    const { frame, snapshot } = await oneSample(await play(`smi garbage "${text}"`), { shell, awk });
    expect(frame.text.length).toBeLessThan(1_000_000);
    expect(reasons(snapshot)).toEqual(['smi-failed', 'smi-failed']);
    expect(snapshot.scan.complete).toBe(true);
  }
});

it('reads devices that move on between the two readings of one gate', async () => {
  const node = await startNode('gpu 3B:00.0 "H100" total 81559 reserved 479 used 100 then 300', {
    processes: 'foreign',
  });
  const session = await openProbe(node);
  const used = [(await ask(session)).snapshot, (await session.devices()).snapshot].map(
    ({ devices }) => devices?.devices[0]?.used,
  );
  expect(used).toEqual([known(fromMiB(100)), known(fromMiB(300))]);
});

it('gives each call its own time, and the frame the time of the whole', async () => {
  const node = await play('smi slow devices 60');
  const { snapshot } = await oneSample(node);
  const { beginMs: begin = NaN, endMs: end = NaN } = snapshot.time;
  const [devices, usage] = snapshot.calls;
  const times = [begin, devices?.beginMs, devices?.endMs, usage?.beginMs, usage?.endMs, end];
  expect(times).toEqual(times.toSorted((left = NaN, right = NaN) => left - right));
  expect((devices?.endMs ?? NaN) - (devices?.beginMs ?? NaN)).toBeGreaterThanOrEqual(50);
  expect(snapshot.time.wallTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});
