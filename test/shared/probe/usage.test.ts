// What --query-compute-apps prints: who holds memory, and what of that cannot be known.
import { expect, it } from 'vitest';
import { known, unknown } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { call, snapshotOf } from './driver-frame.ts';

const DEVICES = call('devices', 0, '00000000:3B:00.0, GPU-1, A, 100, 1, 5, 94\n');
const usage = (text: string, name = 'usage'): Snapshot => snapshotOf(DEVICES, call(name, 0, text));

it('reads rows by bus and pid', () => {
  const { usage: reading, driverReasons } = usage('00000000:3B:00.0, 4711, 1740\n00010000:3B:00.0, 4711, 3\n');
  expect(reading).toMatchObject({
    hasBus: true,
    rows: [
      { bus: '00000000:3B:00.0', pid: 4711, used: known(fromMiB(1740)) },
      { bus: '00010000:3B:00.0', pid: 4711, used: known(fromMiB(3)) },
    ],
    unreadableBuses: [],
    lostRows: 0,
  });
  expect(driverReasons).toEqual([]);
});

it('reads the two columns of a driver that refuses the bus', () => {
  const refused = call('usage', 2, 'Field "gpu_bus_id" is not a valid field to query.\n\n');
  const { usage: reading, driverReasons } = snapshotOf(DEVICES, refused, call('usage-no-bus', 0, '4711, 1740\n'));
  expect(reading).toMatchObject({ hasBus: false, rows: [{ bus: undefined, pid: 4711, used: known(fromMiB(1740)) }] });
  expect(driverReasons).toEqual([]);
});

it('reads an empty answer as nobody', () => {
  expect(usage('').usage).toMatchObject({ rows: [], unreadableBuses: [], lostRows: 0 });
});

it('keeps rows that come twice, as GPU instances have them, and says so', () => {
  const { usage: reading, problems } = usage('00000000:3B:00.0, 7, 5\n00000000:3B:00.0, 7, 6\n');
  expect(reading?.rows.map(({ used }) => used)).toEqual([known(fromMiB(5)), known(fromMiB(6))]);
  expect(problems.map(({ code, where }) => [code, where])).toEqual([['duplicate-row', 'pid 7']]);
});

it.each(['[N/A]', '[Not Supported]', '[Insufficient Permissions]', '[Unknown Error]', '[GPU is lost]', 'N/A'])(
  'keeps a row whose memory is %s, without a number',
  (cell) => {
    expect(usage(`00000000:3B:00.0, 7, ${cell}\n`).usage?.rows).toEqual([
      { bus: '00000000:3B:00.0', pid: 7, used: unknown('partial-row', 'pid 7 on 00000000:3B:00.0') },
    ]);
  },
);

it.each(['[N/A]', '[Not Supported]', '[Insufficient Permissions]', '[Unknown Error]', '[GPU is lost]'])(
  'takes a bus whose pid is %s for unreadable, not for idle',
  (cell) => {
    const { usage: reading, driverReasons } = usage(`00000000:3B:00.0, ${cell}, ${cell}\n00000000:41:00.0, 7, 5\n`);
    expect(reading).toMatchObject({ unreadableBuses: ['00000000:3B:00.0'], rows: [{ pid: 7 }] });
    expect(driverReasons).toEqual([]);
  },
);

it('counts a row of a lost GPU, of which not even the bus is known', () => {
  expect(usage('[GPU is lost], [GPU is lost], [GPU is lost]\n').usage).toMatchObject({ lostRows: 1, rows: [] });
});

it.each([
  'Segmentation fault\n',
  '00000000:3B:00.0, -7, 5\n',
  '00000000:3B:00.0, 99999999, 5\n',
  'bus, 7, 5\n',
  ', , \n',
])('does not lose %j: it may stand for any process', (text) => {
  const { usage: reading, driverReasons } = usage(`00000000:41:00.0, 7, 5\n${text}`);
  expect(reading?.rows).toHaveLength(1);
  expect(driverReasons).toMatchObject([{ code: 'smi-failed' }]);
});
