// The ledger as a table: one line a GPU, its parts adding up to used.
import type { GateDevice } from './gate-schema.ts';
import type { Paint } from './paint.ts';
import { mibCell } from './sizes.ts';
import { textTable } from './text-table.ts';

const CLASSES = ['engine', 'orphan', 'trainer', 'process', 'gone', 'unattributed'] as const;

/** Sizes in MiB. `~` marks a rest that was moving: it is shown and judges nothing. */
export function deviceTable(devices: readonly GateDevice[], { paint }: { readonly paint: Paint }): string[] {
  if (devices.length === 0) return [];
  const columns = [
    { heading: 'GPU (MiB)', align: 'left' },
    ...['used', ...['engines', 'orphans', 'trainers', 'others', 'gone', 'no process'], 'reserved', 'free', 'total'].map(
      (heading) => ({ heading, align: 'right' as const }),
    ),
    { heading: 'name', align: 'left' },
  ] as const;
  const [head = '', ...rows] = textTable(columns, devices.map(row));
  return [paint.bold(head), ...rows];
}

function row(device: GateDevice): string[] {
  const parts = CLASSES.map((wanted) => {
    const entries = device.ledger.filter((entry) => entry.class === wanted);
    const sizes = entries.map((entry) => entry.bytes);
    if (entries.length === 0) return '-';
    const size = sizes.includes(null) ? null : sizes.reduce<number>((sum, each) => sum + Number(each), 0);
    return `${wanted === 'unattributed' && device.moving === true ? '~' : ''}${mibCell(size)}`;
  });
  const reserved = device.usedIncludesReserved ? 'in used' : mibCell(device.reservedBytes);
  return [
    device.bus,
    mibCell(device.usedBytes),
    ...parts,
    reserved,
    mibCell(device.freeBytes),
    mibCell(device.totalBytes),
    device.name ?? 'unknown',
  ];
}
