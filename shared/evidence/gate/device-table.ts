// The ledger as a table: one line a GPU, its parts adding up to used. Narrow terminals get fewer columns, never wrapped lines.
import type { GateDevice } from './gate-schema.ts';
import type { TextOptions } from '../text/paint.ts';
import { mibCell } from '../text/sizes.ts';
import { textTable, type Column } from '../text/text-table.ts';
import { wrap } from '../text/wrap.ts';

interface DeviceColumn extends Column {
  readonly cell: (device: GateDevice) => string;
  /** Left out first where the width is not enough: 1 before 2. undefined is never left out. */
  readonly spare?: 1 | 2 | 3 | 4;
}

const CLASSES = [
  ['engine', 'engines'],
  ['orphan', 'orphans'],
  ['trainer', 'trainers'],
  ['process', 'others'],
  ['gone', 'gone'],
  ['unattributed', 'no process'],
] as const;

type LedgerClass = (typeof CLASSES)[number][0];

/** Sizes in MiB. `~` marks a rest that was moving: it is shown and judges nothing. */
export function deviceTable(devices: readonly GateDevice[], { paint, width }: TextOptions): string[] {
  if (devices.length === 0) return [];
  const columns = fitting(devices, width);
  const cells = devices.map((device) => columns.map((column) => column.cell(device)));
  const [head = '', ...rows] = textTable(columns, cells);
  const hasNames = columns.some((column) => column.heading === 'name');
  return [
    paint.bold(head),
    ...rows,
    ...legend(devices, hasNames).flatMap((text) => wrap(text, width, '', '  ').map(paint.faint)),
  ];
}

function fitting(devices: readonly GateDevice[], width: number): DeviceColumn[] {
  const short = shortBuses(devices);
  const widest = (columns: readonly DeviceColumn[]): number => {
    const rows = devices.map((device) => columns.map((column) => column.cell(device)));
    return textTable(columns, rows).reduce((most, line) => (line.length > most ? line.length : most), 0);
  };
  let columns = allColumns((device) => device.bus);
  if (widest(columns) <= width) return columns;
  // First what says nothing: names stand below the table, and classes that nobody has are left out.
  columns = columns.filter(
    (column) => column.spare !== 1 && !(column.spare === 2 && devices.every((device) => column.cell(device) === '-')),
  );
  if (widest(columns) <= width) return columns;
  columns = columns.map((column) =>
    column.heading === HEADING ? { ...column, cell: (device) => short.get(device.bus) ?? device.bus } : column,
  );
  for (const spare of [3, 4] as const) {
    if (widest(columns) > width) columns = columns.filter((column) => column.spare !== spare);
  }
  return columns;
}

const HEADING = 'GPU (MiB)';

function allColumns(bus: (device: GateDevice) => string): DeviceColumn[] {
  const size = (heading: string, cell: DeviceColumn['cell'], spare?: DeviceColumn['spare']): DeviceColumn => ({
    heading,
    align: 'right',
    cell,
    ...(spare === undefined ? {} : { spare }),
  });
  return [
    { heading: HEADING, align: 'left', cell: bus },
    size('used', (device) => mibCell(device.usedBytes)),
    ...CLASSES.map(([wanted, heading]) =>
      size(heading, (device) => part(device, wanted), wanted === 'unattributed' || wanted === 'engine' ? undefined : 2),
    ),
    size('reserved', (device) => (device.usedIncludesReserved ? 'in used' : mibCell(device.reservedBytes)), 4),
    size('free', (device) => mibCell(device.freeBytes), 3),
    size('total', (device) => mibCell(device.totalBytes), 3),
    { heading: 'name', align: 'left', cell: (device) => device.name ?? 'unknown', spare: 1 },
  ];
}

function part(device: GateDevice, wanted: LedgerClass): string {
  const sizes = device.ledger.filter((entry) => entry.class === wanted).map((entry) => entry.bytes);
  if (sizes.length === 0) return '-';
  const size = sizes.includes(null) ? null : sizes.reduce<number>((sum, each) => sum + Number(each), 0);
  return `${wanted === 'unattributed' && device.moving === true ? '~' : ''}${mibCell(size)}`;
}

/** `3B:00.0` for `00000000:3B:00.0`, only while that is the same domain for all. */
function shortBuses(devices: readonly GateDevice[]): ReadonlyMap<string, string> {
  const domains = new Set(devices.map((device) => device.bus.slice(0, 8)));
  return new Map(domains.size === 1 ? devices.map(({ bus }) => [bus, bus.slice(9)]) : []);
}

function legend(devices: readonly GateDevice[], hasNames: boolean): string[] {
  const lines: string[] = [];
  if (!hasNames) lines.push(...nameLines(devices));
  const rests = devices.filter((device) =>
    device.ledger.some((entry) => entry.class === 'unattributed' && entry.bytes !== null && entry.bytes < 0),
  );
  if (rests.length > 0) {
    lines.push('A rest below 0: the driver lists memory that processes share under each of them.');
  }
  if (devices.some((device) => device.moving === true)) {
    lines.push('~ used changed until the closing reading, so this rest is of no single instant and judges nothing.');
  }
  if (devices.some((device) => device.usedIncludesReserved)) {
    lines.push("in used: this driver counts its reserve in used, so the rest under 'no process' holds it too.");
  }
  return lines;
}

/** `4 × NVIDIA H100 80GB HBM3` */
function nameLines(devices: readonly GateDevice[]): string[] {
  const names = devices.map((device) => device.name ?? 'unknown');
  const counted = [...new Set(names)].map((name) => `${names.filter((each) => each === name).length} × ${name}`);
  return [counted.join(', ')];
}
