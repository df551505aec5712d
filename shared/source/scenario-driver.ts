// What the driver of a scenario reports: one row a GPU, one row a process and bus. Cells, not yet text.
import type { BusId } from '../model/ids.ts';
import { atStep, type SmiCell, type Steps } from './scenario-cell.ts';
import { pidOf } from './scenario-placement.ts';
import type { Scenario, ScenarioGpu } from './scenario.ts';
import type { ByteText } from './scenario-text.ts';

export interface DriverDevice {
  readonly index: number;
  readonly bus: BusId;
  readonly uuid: string;
  readonly name: string;
  readonly serial: string;
  readonly total: SmiCell;
  readonly reserved: SmiCell;
  /** Without the reserve. */
  readonly used: Steps<SmiCell>;
  readonly free: Steps<SmiCell>;
}

export interface DriverRow {
  readonly bus: BusId;
  readonly pid: number;
  /** What the driver reads from /proc/PID/cmdline: its first string. undefined for a pid that is gone. */
  readonly name: ByteText | undefined;
  readonly used: Steps<SmiCell>;
}

const NOT_AVAILABLE: SmiCell = { cell: '[N/A]' };

/** The GPUs in the order of their indices, each value with all its steps. */
export function driverDevices(scenario: Scenario): DriverDevice[] {
  return scenario.gpus.map((gpu, index) => {
    const { bus, uuid, name, serial, total, reserved } = gpu;
    const held = holdsOf(scenario, bus);
    const length = Math.max(gpu.used.length, ...held.map((steps) => steps.length));
    const steps = Array.from({ length }, (_none, step) => step);
    const used = steps.map((step) => usedAt(gpu, held, step));
    const free = gpu.free ?? used.map((cell) => rest(total, reserved, cell));
    return { index, bus, uuid, name, serial, total, reserved, used, free };
  });
}

/** The rows of --query-compute-apps: by GPU, then in the order of the scenario. */
export function driverRows(scenario: Scenario, pids: ReadonlyMap<string, number>): DriverRow[] {
  const rows: DriverRow[] = [];
  for (const { bus } of scenario.gpus) {
    for (const { label, holds, argv, state } of scenario.processes) {
      // A zombie has no command line left.
      const name = state === 'Z' ? undefined : argv[0];
      for (const hold of holds) {
        if (hold.bus === bus) rows.push({ bus, pid: pidOf(pids, label), name, used: hold.used });
      }
    }
    for (const { who, hold } of scenario.gone) {
      const pid = typeof who === 'number' ? who : pidOf(pids, who);
      if (hold.bus === bus) rows.push({ bus, pid, name: undefined, used: hold.used });
    }
  }
  return rows;
}

function holdsOf(scenario: Scenario, bus: BusId): Steps<SmiCell>[] {
  const holds = [...scenario.processes.flatMap((each) => each.holds), ...scenario.gone.map((each) => each.hold)];
  return holds.filter((hold) => hold.bus === bus).map((hold) => hold.used);
}

function usedAt(gpu: ScenarioGpu, held: readonly Steps<SmiCell>[], step: number): SmiCell {
  const used = atStep(gpu.used, step);
  if (!('sumPlusMib' in used)) return used;
  let mib = used.sumPlusMib;
  for (const steps of held) {
    const cell = atStep(steps, step);
    // The parser refuses `sum` beside such a row; this keeps the type honest.
    if (!('mib' in cell)) return NOT_AVAILABLE;
    mib += cell.mib;
  }
  return { mib };
}

function rest(total: SmiCell, reserved: SmiCell, used: SmiCell): SmiCell {
  if (!('mib' in total)) return total;
  if (!('mib' in reserved)) return reserved;
  if (!('mib' in used)) return used;
  return { mib: total.mib - reserved.mib - used.mib };
}
