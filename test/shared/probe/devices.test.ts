// What --query-gpu prints, of every driver from 340 on, as devices in bytes.
import { expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { call, snapshotOf } from './driver-frame.ts';

const USAGE = call('usage', 0, '');
const buses = (...names: string[]): string[] => names.map((name) => `bus\t${name}`);
const devices = (text: string, name = 'devices'): Snapshot => snapshotOf(call(name, 0, text), USAGE);
const codes = (snapshot: Snapshot): string[] => snapshot.problems.map(({ code, where }) => `${code} ${where}`);

it('reads a row of today', () => {
  const {
    devices: reading,
    driverReasons,
    problems,
  } = devices('00000000:3B:00.0, GPU-1, NVIDIA H100 80GB HBM3, 81559, 479, 1740, 79340\n');
  expect(reading).toEqual({
    beginMs: 10_000,
    endMs: 10_100,
    devices: [
      {
        bus: '00000000:3B:00.0',
        uuid: 'GPU-1',
        name: 'NVIDIA H100 80GB HBM3',
        total: known(fromMiB(81_559)),
        reserved: known(fromMiB(479)),
        used: known(fromMiB(1740)),
        free: known(fromMiB(79_340)),
        usedIncludesReserved: false,
      },
    ],
    unreadableBuses: [],
    lostRows: 0,
  });
  expect([driverReasons, problems]).toEqual([[], []]);
});

it('reads a row of a driver before 510, whose used includes the reserve', () => {
  const refused = call('devices', 2, 'Field "memory.reserved" is not a valid field to query.\n\n');
  const reduced = call('devices-no-reserved', 0, '0000:3B:00.0, GPU-1, Tesla K80, 11441, 300, 11141\n');
  const { devices: reading, driverReasons } = snapshotOf(refused, reduced, USAGE);
  expect(reading?.devices).toMatchObject([
    {
      bus: '00000000:3B:00.0',
      used: known(fromMiB(300)),
      reserved: unknown('device-unreadable', '00000000:3B:00.0 memory.reserved'),
      usedIncludesReserved: true,
    },
  ]);
  expect(driverReasons).toEqual([]);
});

it('reads a name with commas from both ends', () => {
  const { devices: reading } = devices('00000000:3B:00.0, GPU-1, Graphics, Device, 16, 1, 2, 13\n');
  expect(reading?.devices[0]).toMatchObject({ name: 'Graphics, Device', used: known(fromMiB(2)) });
});

it('tells buses with the same low digits in two domains apart', () => {
  const { devices: reading } = devices(
    '00000000:3B:00.0, GPU-1, A, 100, 1, 5, 94\n00010000:3B:00.0, GPU-2, A, 100, 1, 7, 92\n',
  );
  expect(reading?.devices.map(({ bus, used }) => [bus, used])).toEqual([
    ['00000000:3B:00.0', known(fromMiB(5))],
    ['00010000:3B:00.0', known(fromMiB(7))],
  ]);
  expect(reading?.unreadableBuses).toEqual([]);
});

it('does not trust a bus that is listed twice, as driver 340 cuts the domain', () => {
  const twice = devices('0000:01:00.0, GPU-1, A, 100, 1, 5, 94\n0000:01:00.0, GPU-2, A, 100, 1, 7, 92\n');
  expect(twice.devices?.unreadableBuses).toEqual(['00000000:01:00.0']);
  expect(codes(twice)).toEqual(['device-unreadable 00000000:01:00.0']);
  expect(twice.devices?.devices.map(({ used }) => used)).toEqual([unknown('device-unreadable', '00000000:01:00.0')]);
});

it('takes a bus that the node has and the answer has not for unreadable, not for idle', () => {
  const skipped = snapshotOf(
    buses('0000:3b:00.0', '0001:3b:00.0'),
    call('devices', 0, '00000000:3B:00.0, GPU-1, A, 100, 1, 5, 94\n'),
    USAGE,
  );
  expect(skipped.devices?.unreadableBuses).toEqual(['00000001:3B:00.0']);
  expect(skipped.usage?.unreadableBuses).toEqual(['00000001:3B:00.0']);
  expect(skipped.driverReasons).toEqual([]);
});

const CELLS = ['[N/A]', '[Not Supported]', '[Insufficient Permissions]', '[Unknown Error]', '[GPU is lost]'];
const REFUSALS = new Set(['[Insufficient Permissions]', '[Unknown Error]', '[GPU is lost]']);
const COLUMNS = ['uuid', 'name', 'total', 'reserved', 'used', 'free'] as const;

it.each(COLUMNS.flatMap((column) => CELLS.map((cell) => [column, cell] as const)))(
  '%s that is %s is unknown',
  (column, cell) => {
    const row = {
      bus: '00000000:3B:00.0',
      uuid: 'GPU-1',
      name: 'A',
      total: '100',
      reserved: '1',
      used: '5',
      free: '94',
    };
    const { devices: reading } = devices(`${Object.values({ ...row, [column]: cell }).join(', ')}\n`);
    const [device] = reading?.devices ?? [];
    const isText = column === 'uuid' || column === 'name';
    const whole = {
      bus: row.bus,
      uuid: 'GPU-1',
      name: 'A',
      total: known(fromMiB(100)),
      reserved: known(fromMiB(1)),
      used: known(fromMiB(5)),
      free: known(fromMiB(94)),
      usedIncludesReserved: false,
    };
    expect(device).toEqual({ ...whole, [column]: isText ? undefined : unknown('device-unreadable', row.bus) });
    // Not offered here is no failure; refused is.
    expect(reading?.unreadableBuses).toEqual(REFUSALS.has(cell) && !isText ? [row.bus] : []);
  },
);

it('counts a row of a lost GPU, of which not even the bus is known', () => {
  const lost = devices(
    `${Array.from({ length: 7 }, () => '[GPU is lost]').join(', ')}\n00000000:3B:00.0, GPU-1, A, 100, 1, 5, 94\n`,
  );
  expect(lost.devices).toMatchObject({ lostRows: 1, devices: [{ bus: '00000000:3B:00.0' }] });
});

it.each([
  'Segmentation fault\n',
  '3B:00.0\n',
  'x, GPU-1, A, 100, 1, 5, 94\n',
  '[too much text]\n',
  '00000000:3B:00.0, GPU-1, A, 100, 1\n',
  '\u0000\u00ff\u001b[31m, , , , , , \n',
])('takes %j with exit code 0 for a failure', (text) => {
  const { devices: reading, driverReasons } = devices(`00000000:41:00.0, GPU-1, A, 100, 1, 5, 94\n${text}`);
  expect(reading).toBeUndefined();
  expect(driverReasons).toEqual([{ code: 'smi-failed', where: 'devices' }]);
});

it.each(['-5', '5.5', '1e3', '0x10', '', '١٢', '99999999999999999999', '5 GiB', 'nan'])(
  'does not read %j as a size',
  (cell) => {
    const { devices: reading } = devices(`00000000:3B:00.0, GPU-1, A, 100, 1, ${cell}, 94\n`);
    expect(reading?.devices[0]?.used).toEqual(unknown('device-unreadable', '00000000:3B:00.0'));
    expect(reading?.unreadableBuses).toEqual(['00000000:3B:00.0']);
  },
);
