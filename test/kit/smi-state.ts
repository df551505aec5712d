// Turns a scenario into the state file that the stand-in nvidia-smi prints from.
import { driverDevices, driverRows } from '../../shared/source/scenario-driver.ts';
import type { SmiCell, Steps } from '../../shared/source/scenario-cell.ts';
import type { Scenario } from '../../shared/source/scenario.ts';
import {
  busText,
  cellText,
  deviceFields,
  generationOf,
  handleFailure,
  initFailure,
  reportsReserved,
  usageFields,
  type Generation,
} from './smi-generation.ts';

export interface StateOwner {
  /** The process of the tests: a call that hangs ends when this one is gone. */
  readonly ownerPid: number;
  /** Raised with every state, so that values that move on begin again. */
  readonly generation: number;
}

/** A driverless node still may have the tool; its generation then decides nothing but the text of its failure. */
const TOOL_WITHOUT_DRIVER = '550.54.15';

/** The state file: one thing a line, cells separated by tabs, bytes outside printable ASCII as \xHH. */
export function smiState(scenario: Scenario, pids: ReadonlyMap<string, number>, owner: StateOwner): string {
  const generation = generationOf(scenario.driver ?? TOOL_WITHOUT_DRIVER);
  const { smi } = scenario;
  const lines: (readonly (string | number)[])[] = [
    ['owner', owner.ownerPid],
    ['generation', owner.generation],
    ['fields-devices', ...allowed(deviceFields(generation), smi.refusedFields)],
    ['fields-usage', ...allowed(usageFields(), smi.refusedFields)],
  ];
  for (const [call, ms] of smi.delaysMs) lines.push([`delay-${call}`, ms]);
  for (const [call, how] of smi.hangs) lines.push([`hang-${call}`, how]);
  if (smi.repeat) lines.push(['repeat']);
  const fails = scenario.driver === undefined ? 'no-driver' : smi.fails;
  if (fails !== undefined) {
    const { code, text } = initFailure(generation, fails);
    lines.push(['answer', code, text]);
  } else if (smi.garbage !== undefined) lines.push(['answer', 0, smi.garbage]);
  lines.push(...deviceLines(scenario, generation), ...rowLines(scenario, generation, pids));
  return lines.map((cells) => `${cells.map((cell) => escapeCell(String(cell))).join('\t')}\n`).join('');
}

function deviceLines(scenario: Scenario, generation: Generation): (string | number)[][] {
  const { smi } = scenario;
  const devices = driverDevices(scenario);
  return devices.map((device) => {
    const { bus, reserved } = device;
    const failure = smi.handles.get(bus);
    const handle = failure === undefined ? undefined : handleFailure(generation, failure, bus);
    const answer = handle === undefined || handle === 'skip' ? undefined : handle;
    const used = device.used.map((cell) => (reportsReserved(generation) ? cell : withReserve(cell, reserved)));
    const cells: Record<string, string | number> = {
      index: device.index,
      'pci.bus_id': busText(generation, bus),
      uuid: device.uuid,
      name: device.name,
      serial: device.serial,
      'memory.total': cellsText(generation, [device.total]),
      'memory.reserved': cellsText(generation, [reserved]),
      'memory.used': cellsText(generation, used),
      'memory.free': cellsText(generation, device.free),
      driver_version: generation.version,
      count: devices.length,
      persistence_mode: 'Enabled',
      compute_mode: 'Default',
      'mig.mode.current': 'Disabled',
      'utilization.gpu': 0,
      'utilization.memory': 0,
      'protected_memory.used': 0,
      handle: handle === 'skip' ? 'skip' : (answer?.code ?? ''),
      text: answer?.text ?? '',
      lost: smi.lostRows.has(bus) ? 1 : '',
      refused: smi.refusedLists.get(bus) ?? '',
    };
    return ['gpu', ...Object.entries(cells).flat()];
  });
}

function rowLines(
  scenario: Scenario,
  generation: Generation,
  pids: ReadonlyMap<string, number>,
): (string | number)[][] {
  const index = new Map(scenario.gpus.map((gpu, at) => [gpu.bus, at]));
  return driverRows(scenario, pids).map((row) => {
    // The tool cuts a name at its first NUL, and has none for a process whose command line is empty or gone.
    const name = row.name?.split('\0', 1)[0];
    const shown = name === undefined || name === '' ? '[Not Found]' : name;
    const used = cellsText(generation, row.used);
    return ['row', 'index', index.get(row.bus) ?? '', 'pid', row.pid, 'name', shown, 'used', used];
  });
}

function withReserve(used: SmiCell, reserved: SmiCell): SmiCell {
  if (!('mib' in used)) return used;
  return 'mib' in reserved ? { mib: used.mib + reserved.mib } : reserved;
}

function cellsText(generation: Generation, steps: Steps<SmiCell>): string {
  return steps.map((cell) => ('mib' in cell ? String(cell.mib) : cellText(generation, cell.cell))).join(';');
}

function allowed(fields: Map<string, string>, refused: readonly string[]): string[] {
  return [...fields].filter(([asked, field]) => !refused.includes(asked) && !refused.includes(field)).flat();
}

function escapeCell(text: string): string {
  return text.replace(/[^ -[\]-~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
