// The answer to --query-gpu: one row a GPU, found by its bus.
import { unknown } from '../base/known.ts';
import type { Problem } from '../base/problem.ts';
import { parseBusId, type BusId } from '../model/ids.ts';
import type { Device } from '../model/snapshot.ts';
import { printable } from '../base/printable.ts';
import { cellKind, cells, memoryCell } from './smi-cell.ts';

export interface DeviceRows {
  readonly devices: readonly Device[];
  /** Buses whose row holds a refusal, or that came twice (driver 340 cuts the domain): not to be trusted. */
  readonly unreadable: readonly BusId[];
  /** Rows without a bus, as a lost GPU has. */
  readonly lostRows: number;
  /** Lines that are no rows at all. */
  readonly garbage: number;
  readonly problems: readonly Problem[];
}

/**
 * Columns: pci.bus_id, uuid, name, memory.total[, memory.reserved], memory.used, memory.free. A name may hold commas,
 * so the row is read from both ends. Without memory.reserved (driver before 510) `used` includes the reserve.
 */
export function parseDeviceRows(lines: readonly string[], call: string, hasReserved: boolean): DeviceRows {
  const devices = new Map<BusId, Device>();
  const unreadable = new Set<BusId>();
  const problems: Problem[] = [];
  let lostRows = 0;
  let garbage = 0;
  const memoryColumns = hasReserved ? 4 : 3;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const row = cells(line);
    const bus = parseBusId(row[0] ?? '');
    if (row.length < 3 + memoryColumns) {
      garbage += 1;
      problems.push({ code: 'smi-row', where: call, text: printable(line) });
      continue;
    }
    if (bus === undefined) {
      if (cellKind(row[0] ?? '') === 'refused') lostRows += 1;
      else garbage += 1;
      problems.push({ code: 'smi-row', where: call, text: printable(line) });
      continue;
    }
    const memory = row.slice(-memoryColumns);
    const kinds = memory.map(cellKind);
    if (kinds.includes('refused') || kinds.includes('garbage')) {
      unreadable.add(bus);
      problems.push({
        code: 'device-unreadable',
        where: bus,
        text: printable(line),
      });
    }
    if (devices.has(bus)) {
      unreadable.add(bus);
      problems.push({
        code: 'device-unreadable',
        where: bus,
        text: 'two GPUs are listed with this bus id',
      });
    }
    // Of two GPUs with one bus id nobody can say which one a number belongs to.
    const isTwice = devices.has(bus);
    const value = (at: number): Device['used'] =>
      isTwice ? unknown('device-unreadable', bus) : memoryCell(memory[at] ?? '', 'device-unreadable', bus);
    devices.set(bus, {
      bus,
      uuid: plainText(row[1]),
      name: plainText(row.slice(2, -memoryColumns).join(', ')),
      total: value(0),
      reserved: hasReserved ? value(1) : unknown('device-unreadable', `${bus} memory.reserved`),
      used: value(memoryColumns - 2),
      free: value(memoryColumns - 1),
      usedIncludesReserved: !hasReserved,
    });
  }
  return {
    devices: [...devices.values()],
    unreadable: [...unreadable],
    lostRows,
    garbage,
    problems,
  };
}

function plainText(cell: string | undefined): string | undefined {
  return cell === undefined || cell === '' || cell.startsWith('[') ? undefined : printable(cell);
}
