// Which calls of a frame count: refused fields, one GPU at a time, failures, cancels, a call that is stuck.
import { expect, it } from 'vitest';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { NO_FACTS, parseFrame } from '../../../shared/probe/parse.ts';
import { call, frameOf, snapshotOf, stopped } from './driver-frame.ts';

const A = '00000000:3B:00.0';
const B = '00000000:41:00.0';
const C = '00000000:5E:00.0';
const row = (bus: string): string => `${bus}, GPU-1, A, 100, 1, 5, 94\n`;
const BUSES = [A, B, C].map((bus) => `bus\t${bus.toLowerCase().slice(4)}`);
const DEVICES = call('devices', 0, row(A) + row(B) + row(C));
const USAGE = call('usage', 0, `${A}, 7, 5\n`);
const LOST =
  'Unable to determine the device handle for GPU0000:41:00.0: GPU is lost.  Reboot the system to recover this GPU\n\n\n';

const reasons = (snapshot: Snapshot): string[] => snapshot.driverReasons.map(({ code, where }) => `${code} ${where}`);

it.each<readonly [what: string, exitCode: number, text: string, reason: string]>([
  ['no program', 127, 'sh: 1: nvidia-smi: not found\n', 'smi-missing'],
  [
    'no driver',
    9,
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n\n",
    'driver-missing',
  ],
  ['no library', 12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.\n", 'smi-failed'],
  [
    'a mismatch',
    18,
    'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54\n',
    'smi-failed',
  ],
  ['a mismatch of 470', 255, 'Failed to initialize NVML: Driver/library version mismatch\n', 'smi-failed'],
  ['no permission', 4, 'Failed to initialize NVML: Insufficient Permissions\n', 'smi-failed'],
  ['no GPU', 6, 'No devices were found\n', 'smi-failed'],
  ['a crash', 139, '', 'smi-failed'],
  ['a text with a terminal escape', 255, 'Failed\u001B[31m\n', 'smi-failed'],
])('says what %s is', (_what, exitCode, text, reason) => {
  const snapshot = snapshotOf(call('devices', exitCode, text), call('usage', exitCode, text));
  expect([snapshot.devices, snapshot.usage]).toEqual([undefined, undefined]);
  expect(new Set(snapshot.driverReasons.map(({ code }) => code))).toEqual(new Set([reason]));
  const said = snapshot.problems.filter(({ code }) => code === 'smi-text');
  expect(said).toHaveLength(2);
  expect(said[0]?.text).toContain(`exit code ${exitCode}`);
  expect(said[0]?.text).toMatch(/^[ -~]*$/);
});

it('uses the GPUs that answer alone when one bad handle ended the whole answer', () => {
  const snapshot = snapshotOf(
    BUSES,
    call('devices', 15, LOST),
    call('devices@0', 0, row(A)),
    call('devices@1', 15, LOST),
    call('devices@2', 0, row(C)),
    call('usage', 15, LOST),
    call('usage@0', 0, `${A}, 7, 5\n`),
    call('usage@1', 15, LOST),
    call('usage@2', 0, ''),
  );
  expect(snapshot.devices).toMatchObject({ devices: [{ bus: A }, { bus: C }], unreadableBuses: [B] });
  expect(snapshot.usage).toMatchObject({ rows: [{ bus: A, pid: 7 }], unreadableBuses: [B] });
  expect(reasons(snapshot)).toEqual([]);
});

it.each([
  ['devices were read whole', [DEVICES]],
  [
    'devices were read one by one',
    [call('devices', 15, LOST), ...[A, B, C].map((bus, at) => call(`devices@${at}`, 0, row(bus)))],
  ],
])('does not take a bus for idle when only its process list failed, and %s', (_what, before) => {
  const snapshot = snapshotOf(
    BUSES,
    ...before,
    call('usage', 255, 'Unknown Error\n'),
    call('usage@0', 0, `${A}, 7, 5\n`),
    call('usage@1', 255, 'Unknown Error\n'),
    call('usage@2', 0, ''),
  );
  expect(snapshot.usage?.unreadableBuses).toEqual([B]);
  expect(reasons(snapshot)).toEqual([]);
});

it('makes the whole node unknown when nobody can tell which bus failed', () => {
  // Two rows for three buses: which index is the GPU that was left out?
  const snapshot = snapshotOf(
    BUSES,
    call('devices', 0, row(A) + row(C)),
    call('usage', 15, LOST),
    call('usage@0', 0, ''),
    call('usage@1', 15, LOST),
    call('usage@2', 6, 'No devices were found\n'),
  );
  expect(snapshot.usage?.unreadableBuses).toEqual([B]);
  expect(reasons(snapshot)).toEqual(['smi-failed usage@1', 'smi-failed usage@2']);
});

it('does not take GPUs that were not asked any more for idle', () => {
  const snapshot = snapshotOf(BUSES, DEVICES, call('usage', 15, LOST), call('usage@0', 0, ''));
  expect(snapshot.usage?.unreadableBuses).toEqual([B, C]);
});

it.each<readonly [what: string, parts: readonly (readonly string[])[], expected: readonly string[]]>([
  ['the devices', [stopped('devices')], ['smi-timeout devices']],
  ['the usage', [DEVICES, stopped('usage', `${A}, 7, 5\n`)], ['smi-timeout usage']],
  [
    'the devices, after a refused field',
    [call('devices', 2, ''), stopped('devices-no-reserved')],
    ['smi-timeout devices'],
  ],
  ['the usage, before its second try', [DEVICES, call('usage', 2, '')], ['smi-timeout usage']],
  [
    'one GPU of several',
    [call('devices', 15, LOST), call('devices@0', 0, row(A)), stopped('devices@1')],
    ['smi-timeout devices'],
  ],
  ['nothing, as the cancel came between two calls', [DEVICES], ['smi-failed usage']],
])('uses nothing of a reading in which was cancelled: %s', (_what, parts, expected) => {
  const snapshot = snapshotOf(BUSES, ...parts);
  expect(snapshot.usage).toBeUndefined();
  expect(reasons(snapshot)).toEqual(expected);
});

it('keeps the devices when only the usage was cancelled', () => {
  const snapshot = snapshotOf(BUSES, DEVICES, stopped('usage'));
  expect(snapshot.devices?.devices).toHaveLength(3);
});

it('expects no usage of a frame that was asked for devices', () => {
  const { snapshot } = parseFrame(frameOf([...BUSES, ...DEVICES], 'devices'), NO_FACTS);
  expect(snapshot.devices?.devices).toHaveLength(3);
  expect(reasons(snapshot)).toEqual([]);
});

it('names calls that are stuck, each by its pid and where it waits', () => {
  const snapshot = snapshotOf(['hung\t501\t900\tD\tnv_lock_api', 'hung\t502\t950\tD\t-', 'skip\tsmi-timeout']);
  expect(reasons(snapshot)).toEqual(['smi-timeout pid 501, pid 502']);
  expect(snapshot.problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
    'smi-hung pid 501',
    'smi-hung pid 502',
  ]);
  expect(snapshot.problems[0]?.text).toContain('nv_lock_api');
});

it.each(['smi-missing', 'driver-missing'])('says %s when the driver was not asked', (code) => {
  expect(reasons(snapshotOf([`skip\t${code}`]))).toEqual([`${code} `]);
});

it('does not believe a reason that does not exist', () => {
  expect(reasons(snapshotOf(['skip\t__proto__'], DEVICES, USAGE))).toEqual([]);
});

it('hints at persistence mode when a call takes over 3 s', () => {
  const slow = DEVICES.map((line) => line.replace(/^(done.*\t)1010$/, '$11301'));
  const problems = snapshotOf(BUSES, slow, USAGE).problems.filter(({ code }) => code === 'smi-slow');
  expect(problems).toMatchObject([{ where: 'devices' }]);
  expect(problems[0]?.text).toContain('nvidia-smi took 3.01 s; persistence mode');
});
