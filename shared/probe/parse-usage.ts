// The answer to --query-compute-apps: who holds memory, by bus and pid.
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/printable.ts';
import { parseBusId, type BusId } from '../model/ids.ts';
import type { UsageRow } from '../model/snapshot.ts';
import { cellKind, cells, memoryCell } from './smi-cell.ts';

export interface UsageRows {
  readonly rows: readonly UsageRow[];
  readonly unreadableBuses: readonly BusId[];
  /** Rows of which not even the bus could be read, as a lost GPU prints them. */
  readonly lostRows: number;
  /** Lines that are no rows at all: each may stand for any process on any bus. */
  readonly garbage: number;
  readonly problems: readonly Problem[];
}

/** Larger than any pid of Linux (2^22), so a longer number is no pid. */
const LARGEST_PID = 4_194_304;

/**
 * Columns: gpu_bus_id, pid, used_memory; or pid, used_memory where the driver refuses the bus. A row whose pid is in
 * brackets means that the whole process list of that bus is unknown. A row with a bus and a pid and no number for its
 * memory keeps its place with an unknown size. Nothing is dropped without being counted.
 */
export function parseUsageRows(lines: readonly string[], call: string, hasBus: boolean): UsageRows {
  const rows: UsageRow[] = [];
  const unreadableBuses = new Set<BusId>();
  const problems: Problem[] = [];
  let lostRows = 0;
  let garbage = 0;
  const seen = new Set<string>();
  for (const line of lines) {
    if (line.trim() === '') continue;
    const row = cells(line);
    const bus = hasBus ? parseBusId(row[0] ?? '') : undefined;
    const pidCell = row[hasBus ? 1 : 0] ?? '';
    const memory = row[hasBus ? 2 : 1] ?? '';
    const pid = /^\d{1,7}$/.test(pidCell) ? Number(pidCell) : undefined;
    if (pid === undefined || pid > LARGEST_PID || (hasBus && bus === undefined)) {
      const refused = cellKind(pidCell) === 'refused' || cellKind(pidCell) === 'not-reported';
      if (refused && bus !== undefined) unreadableBuses.add(bus);
      else if (refused) lostRows += 1;
      else garbage += 1;
      problems.push({ code: 'smi-row', where: call, text: printable(line) });
      continue;
    }
    const key = `${bus ?? ''} ${pid}`;
    if (seen.has(key)) {
      // One row for each GPU instance under MIG: they add up.
      problems.push({
        code: 'duplicate-row',
        where: `pid ${pid}`,
        text: `listed more than once on ${bus ?? 'this node'}`,
      });
    }
    seen.add(key);
    rows.push({
      bus,
      pid,
      used: memoryCell(memory, 'partial-row', `pid ${pid}${bus === undefined ? '' : ` on ${bus}`}`),
    });
  }
  return {
    rows,
    unreadableBuses: [...unreadableBuses],
    lostRows,
    garbage,
    problems,
  };
}
