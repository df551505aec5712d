// What a node can do wrong: each case gives a verdict that is no pass, a reason, a sentence, and no more than that.
import { expect, it } from 'vitest';
import { startNode, type FakeNode } from '../kit/fake-node.ts';
import { ASLEEP_CLEAN, DP_CONTROLLER, MILES_SPAWN_STUB } from '../kit/scenarios.ts';
import { command, gateJson, probeJson } from './command.ts';

const gate = async (node: FakeNode, ...args: string[]) => await gateJson(['local', ...args], { env: node.env });
const foreign = async (text: string, options = {}): Promise<FakeNode> =>
  await startNode(text, { processes: 'foreign', ...options });

it.each([
  ['no nvidia-smi', `${ASLEEP_CLEAN}smi missing`, ['smi-missing']],
  ['no driver', ASLEEP_CLEAN.replace('driver 550.54.15', 'driver none'), ['driver-missing']],
  ['a driver/library mismatch', `${ASLEEP_CLEAN}smi fails mismatch`, ['smi-failed']],
  ['insufficient permissions', `${ASLEEP_CLEAN}smi fails permissions`, ['smi-failed']],
  ['a blocked device', `${ASLEEP_CLEAN}smi fails blocked`, ['smi-failed']],
  ['garbage with exit code 0', `${ASLEEP_CLEAN}smi garbage "not a, row"`, ['smi-failed']],
  ['rows of [GPU is lost]', `${MILES_SPAWN_STUB}smi row 41:00.0 lost`, ['device-unreadable']],
  ['a handle that is lost', `${MILES_SPAWN_STUB}smi handle 41:00.0 lost`, ['device-unreadable']],
  ['a handle with an unknown error', `${MILES_SPAWN_STUB}smi handle 41:00.0 unknown-error`, ['device-unreadable']],
  ['a GPU that is passed over in silence', `${MILES_SPAWN_STUB}smi handle 41:00.0 permissions`, ['device-unreadable']],
  [
    'a process list [Insufficient Permissions]',
    `${MILES_SPAWN_STUB}smi processes 41:00.0 [Insufficient Permissions]`,
    ['device-unreadable'],
  ],
  ['a process list [Unknown Error]', `${MILES_SPAWN_STUB}smi processes 41:00.0 [Unknown Error]`, ['device-unreadable']],
  ['[N/A] for a row', ASLEEP_CLEAN.replace(' 1536', ' [N/A]').replace('sum+9', '1545'), ['partial-row']],
  [
    '[Not Supported] for a row, driver 390',
    ASLEEP_CLEAN.replace(' 1536', ' [N/A]').replace('sum+9', '1545').replace('550.54.15', '390.157'),
    ['partial-row'],
  ],
  ['the two-column fallback', `${DP_CONTROLLER}smi refuse gpu_bus_id`, ['no-bus-column']],
] as const)('%s', async (_name, text, reasons) => {
  const report = await gate(await foreign(text), '--max-residual-gib', '2');
  expect([report.verdict, report.exitCode, report.reasons]).toEqual(['inconclusive', 2, reasons]);
});

it('a hung nvidia-smi is cancelled, said, and gone afterwards', async () => {
  const node = await foreign(`${ASLEEP_CLEAN}smi hung usage`);
  // Each call has this long, also those that answer.
  const report = await gate(node, '--smi-timeout', '2');
  expect([report.exitCode, report.reasons]).toEqual([2, ['smi-timeout']]);
  expect(report.devices[0]?.usedBytes).not.toBeNull();
  await expect.poll(() => node.runningSmiCalls()).toEqual([]);
});

it('a PID namespace: even 60 GiB are no verdict there, and the note says where to go', async () => {
  const report = await gate(await foreign(ASLEEP_CLEAN.replace('1536', '61440'), { namespace: 'inner' }));
  expect([report.exitCode, report.reasons]).toEqual([2, ['pid-namespace']]);
  expect(report.problems).toMatchObject([{ code: 'pid-namespace' }]);
});

it('duplicate rows add up, and are said', async () => {
  const report = await gate(await foreign(`${ASLEEP_CLEAN.replace('sum+9', '3081')}smi repeat`));
  expect(report.engines[0]?.residualBytes).toBe(3072 * 1024 * 1024);
  expect(report.problems.map((problem) => problem.code)).toEqual(['duplicate-row']);
  expect(report.verdict).toBe('pass');
});

it('two buses with the same low digits in different domains are two buses', async () => {
  const text = ASLEEP_CLEAN.replaceAll('3B:00.0', '10000:07:00.0').concat(
    'gpu 0000:07:00.0 "NVIDIA H100" total 81559 reserved 479 used sum+1\nprocess other "python job.py" on 0000:07:00.0 70000',
  );
  const report = await gate(await foreign(text));
  expect(report.engines).toMatchObject([{ worstBus: '00010000:07:00.0', residualBytes: 1536 * 1024 * 1024 }]);
  expect(report.devices.map((device) => device.bus).toSorted()).toEqual(['00000000:07:00.0', '00010000:07:00.0']);
});

it('2,000 other processes change nothing', async () => {
  const report = await gate(await foreign(ASLEEP_CLEAN, { extra: 2000 }));
  expect([report.verdict, report.problems, report.engines[0]?.processes.length]).toEqual(['pass', [], 3]);
});

it('GB10: no memory of the card, rows that work', async () => {
  const text = ASLEEP_CLEAN.replace('total 81559 reserved 479 used sum+9', 'total [N/A] reserved [N/A] used [N/A]');
  const report = await gate(await foreign(text));
  expect(report).toMatchObject({ verdict: 'pass', devices: [{ usedBytes: null, totalBytes: null, moving: null }] });
});

it('driver 470: used holds the reserve, and the ledger still adds up to it', async () => {
  const report = await gate(await foreign(ASLEEP_CLEAN.replace('550.54.15', '470.57.02')));
  expect(report.devices).toMatchObject([
    { usedIncludesReserved: true, reservedBytes: null, usedBytes: (1545 + 479) * 1024 * 1024 },
  ]);
});

const ESC = '\u001B';
const HOSTILE =
  '"sglang::scheduler_TP0 \\e[2J\\e]0;owned\\x07\\nPASS  sglang pid 1\\xe2\\x80\\xae\\xc2\\x9b31m\\x08\\x7f\\r\\xff"';

it('a hostile title reaches neither the terminal nor the rows, in text', async () => {
  const node = await foreign(ASLEEP_CLEAN.replace('"sglang::scheduler_TP0"', HOSTILE));
  for (const verb of ['gate', 'probe', 'watch']) {
    const args = [verb, 'local', ...(verb === 'watch' ? ['--once'] : [])];
    const { out, err } = await command(args, { env: node.env, width: 300 });
    expect(out + err).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/);
    expect(out).toContain('sglang::scheduler_TP0 \\x1B[2J');
    expect(out.split('\n').filter((line) => line.startsWith('PASS  sglang pid 1'))).toEqual([]);
  }
});

it('and the same in JSON, where each is escaped as well', async () => {
  const node = await foreign(ASLEEP_CLEAN.replace('"sglang::scheduler_TP0"', HOSTILE));
  const report = await gate(node);
  const title = report.engines[0]?.processes.find((process) => process.role === 'scheduler')?.title;
  expect(title).toContain('\\x1B[2J\\x1B]0;owned\\x07');
  expect(JSON.stringify(report)).not.toContain(ESC);
  expect(JSON.stringify((await probeJson(['local'], { env: node.env })).processes)).not.toContain(ESC);
});

it('secrets of a command line do not reach any output', async () => {
  const secret = 'sk-abcdefghijklmnopqrstuvwxyz123456';
  const node = await foreign(ASLEEP_CLEAN.replace('--port 30000', `--port 30000 --api-key ${secret}`));
  for (const args of [
    ['gate', 'local', '--json'],
    ['gate', 'local'],
    ['probe', 'local', '--json'],
    ['probe', 'local'],
  ]) {
    const { out, err } = await command(args, { env: node.env, width: 400 });
    expect(out + err).not.toContain(secret);
  }
});
