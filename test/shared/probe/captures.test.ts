// Answers of real tools through the parser: every row with a pid is found, and no text makes it throw or look idle.
import { describe, expect, it } from 'vitest';
import { captureNames, capturedCalls, captureText, hasCaptures } from '../../kit/capture-text.ts';
import { call, snapshotOf } from './driver-frame.ts';

const TEXTS = /\.(?:txt|xml|json)$/;
const BUS = 'bus\t0000:3b:00.0';

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}

/** Tables with a header in a capture: what follows a line of field names, as far as it has as many cells. */
function tables(text: string): Table[] {
  const found: { columns: string[]; rows: string[] }[] = [];
  for (const line of text.split('\n')) {
    const cells = line.split(', ');
    const isHeader = cells.length > 1 && cells.every((cell) => /^[a-z][a-z_.]*(?: \[(?:MiB|%|W)\])?$/.test(cell));
    if (isHeader) found.push({ columns: cells.map((cell) => cell.replace(/ \[.*/, '')), rows: [] });
    else if (/^(?:#|\$|\[exit|$)/.test(line)) continue;
    else found.at(-1)?.rows.push(line);
  }
  return found;
}

/** One cell, counted from whichever end of the row is not behind a name that may hold commas. */
function cell(table: Table, row: string, column: string): string {
  const at = table.columns.indexOf(column);
  const cells = row.split(', ');
  const name = table.columns.findIndex((each) => each === 'name' || each === 'process_name' || each === 'gpu_name');
  return (name >= 0 && at > name ? cells.at(at - table.columns.length) : cells[at]) ?? '';
}

const number = (text: string): string => text.replace(/ MiB$/, '');

const names = [...captureNames('.', TEXTS), ...captureNames('smi-binary-x-mock', TEXTS)];
const withUsage = names.filter((name) =>
  tables(captureText(name)).some(
    ({ columns, rows }) => columns.includes('pid') && columns.includes('used_gpu_memory') && rows.length > 0,
  ),
);
const withDevices = names.filter((name) =>
  tables(captureText(name)).some(({ columns }) => columns.includes('pci.bus_id') && columns.includes('memory.used')),
);

// Also where the folder is not there, so that a clone without it has no test that does not run.
it('captures are found where their folder is', () => {
  expect([withUsage.length > 12, withDevices.length > 8]).toEqual([hasCaptures(), hasCaptures()]);
});

describe.runIf(hasCaptures())('captures', () => {
  it.each(withUsage)('%s: every row with a pid is found', (name) => {
    for (const table of tables(captureText(name))) {
      const { columns } = table;
      if (!columns.includes('pid') || !columns.includes('used_gpu_memory')) continue;
      const hasBus = columns.includes('gpu_bus_id');
      // A name with a line feed makes half rows, which our query cannot have: it asks for no names.
      const rows = table.rows.filter((row) => row.split(', ').length >= columns.length && /(?:MiB|\])$/.test(row));
      const asked = hasBus ? ['gpu_bus_id', 'pid', 'used_gpu_memory'] : ['pid', 'used_gpu_memory'];
      const text = rows
        .map((row) => `${asked.map((column) => number(cell(table, row, column))).join(', ')}\n`)
        .join('');
      const { usage, driverReasons } = snapshotOf([BUS], call(hasBus ? 'usage' : 'usage-no-bus', 0, text));
      const expected = rows.map((row) => cell(table, row, 'pid')).filter((pid) => /^\d+$/.test(pid));
      expect(usage?.rows.map(({ pid }) => String(pid))).toEqual(expected);
      const sizes = rows
        .filter((row) => /^\d+$/.test(cell(table, row, 'pid')))
        .map((row) => cell(table, row, 'used_gpu_memory'));
      expect(usage?.rows.map(({ used }) => used.known)).toEqual(sizes.map((size) => /^\d+( MiB)?$/.test(size)));
      expect(driverReasons.filter(({ where }) => where !== 'devices')).toEqual([]);
      const bracketed = rows.length - expected.length;
      expect((usage?.unreadableBuses.length ?? 0) + (usage?.lostRows ?? 0) > 0).toBe(bracketed > 0);
    }
  });

  it.each(withDevices)('%s: every device is found, with its memory', (name) => {
    for (const table of tables(captureText(name))) {
      if (!table.columns.includes('pci.bus_id') || !table.columns.includes('memory.used')) continue;
      const hasReserved = table.columns.includes('memory.reserved');
      const sizes = ['memory.total', ...(hasReserved ? ['memory.reserved'] : []), 'memory.used', 'memory.free'];
      const asked = ['pci.bus_id', 'uuid', 'name', ...sizes];
      const rows = table.rows.filter((row) => row.split(', ').length >= table.columns.length);
      const text = rows
        .map((row) => `${asked.map((column) => number(cell(table, row, column))).join(', ')}\n`)
        .join('');
      const { devices } = snapshotOf(
        call(hasReserved ? 'devices' : 'devices-no-reserved', 0, text),
        call('usage', 0, ''),
      );
      expect(devices?.devices.map(({ used }) => used.known)).toEqual(
        rows.map((row) => /^\d+( MiB)?$/.test(cell(table, row, 'memory.used'))),
      );
    }
  });

  it.each(captureNames('smi-binary-x-mock', /^failures\./))('%s: every failure gives a reason', (name) => {
    const failures = capturedCalls(captureText(name)).filter(({ code }) => code !== 0);
    expect(failures.length).toBeGreaterThan(5);
    for (const { code, out } of failures) {
      const { devices, usage, driverReasons, problems } = snapshotOf(
        call('devices-no-reserved', code, out),
        call('usage-no-bus', code, out),
      );
      expect([devices, usage]).toEqual([undefined, undefined]);
      expect(driverReasons).toHaveLength(2);
      expect(problems.filter((problem) => problem.code === 'smi-text')).toHaveLength(2);
    }
  });

  it.each(names)('%s: as an answer to any query it does not throw, nor make a node look read', (name) => {
    const text = captureText(name);
    for (const code of [0, 15]) {
      const { devices, usage, driverReasons } = snapshotOf(call('devices', code, text), call('usage', code, text));
      // None of these files is exactly what our queries print.
      expect(driverReasons.length).toBeGreaterThan(0);
      expect(code === 15 && (devices !== undefined || usage !== undefined)).toBe(false);
    }
  });
});
