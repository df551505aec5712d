// What the nvidia-smi of a demo node prints, by the generation of its driver: CSV without header and units.
import type { BusId } from '../model/ids.ts';
import { atStep, type SmiCell } from './scenario-cell.ts';
import { driverDevices, driverRows, type DriverDevice } from './scenario-driver.ts';
import type { SmiCall } from './scenario-smi.ts';
import type { Scenario } from './scenario.ts';

export interface SmiAnswer {
  readonly exitCode: number;
  readonly lines: readonly string[];
  /** Pids of the rows, as the probe reads them. */
  readonly pids: readonly number[];
}

export interface SmiQuery {
  readonly call: SmiCall;
  readonly fields: readonly string[];
  /** Which of its steps each value shows. */
  readonly step: number;
}

const LOST = '[GPU is lost]';
/** "not a valid field to query" */
const FIELD_REFUSED = 2;
/** memory.used leaves the driver's reserve out from here on, which is also when memory.reserved came. */
const FIRST_WITH_RESERVED = 510;
/** Before, a bus has four digits of domain. */
const FIRST_WITH_LONG_BUS = 384;
/** Before, `[N/A]` of a value that the driver does not have is `[Not Supported]`. */
const FIRST_WITH_NOT_AVAILABLE = 418;

/** Throws for what only the stand-in of the tests plays: failures whose texts and exit codes are its own. */
export function checkPlayable({ smi }: Scenario): void {
  if (smi.fails !== undefined || smi.garbage !== undefined || smi.handles.size > 0 || smi.hangs.size > 0) {
    throw new Error(
      'the demo node cannot play this nvidia-smi: it knows missing, row, processes, slow, refuse, repeat',
    );
  }
}

export function answerQuery(scenario: Scenario, pids: ReadonlyMap<string, number>, query: SmiQuery): SmiAnswer {
  const major = Number.parseInt(scenario.driver ?? '', 10);
  const refused = query.fields.find((field) => isRefused(scenario, major, field));
  if (refused !== undefined) {
    const text = `Field "${refused}" is not a valid field to query.`;
    return { exitCode: FIELD_REFUSED, lines: [text, ''], pids: [] };
  }
  const devices = driverDevices(scenario);
  if (query.call === 'devices') {
    const lines = devices.map((device) => {
      const cells = deviceCells(device, major, query.step);
      return joinCells(query.fields.map((field) => (scenario.smi.lostRows.has(device.bus) ? LOST : cells[field])));
    });
    return { exitCode: 0, lines, pids: [] };
  }
  return usageAnswer(scenario, pids, query, major);
}

function usageAnswer(
  scenario: Scenario,
  pids: ReadonlyMap<string, number>,
  { fields, step }: SmiQuery,
  major: number,
): SmiAnswer {
  const { smi } = scenario;
  const rows = driverRows(scenario, pids);
  const listed: number[] = [];
  const lines = scenario.gpus.flatMap(({ bus }) => {
    const row = (pid: string, used: string): string => {
      const cells: Readonly<Record<string, string>> = { gpu_bus_id: busText(bus, major), pid, used_memory: used };
      return joinCells(fields.map((field) => cells[field]));
    };
    if (smi.lostRows.has(bus)) return [joinCells(fields.map(() => LOST))];
    const list = smi.refusedLists.get(bus);
    const own = list === undefined ? rows.filter((each) => each.bus === bus) : [];
    listed.push(...own.map((each) => each.pid));
    const texts = own.map((each) => row(String(each.pid), cellText(atStep(each.used, step), major)));
    if (list !== undefined) texts.push(row(list, list));
    return smi.repeat ? texts.flatMap((text) => [text, text]) : texts;
  });
  return { exitCode: 0, lines, pids: listed };
}

function isRefused({ smi }: Scenario, major: number, field: string): boolean {
  return (field === 'memory.reserved' && major < FIRST_WITH_RESERVED) || smi.refusedFields.includes(field);
}

function deviceCells(device: DriverDevice, major: number, step: number): Readonly<Record<string, string>> {
  const used = atStep(device.used, step);
  const { reserved } = device;
  const shown = major < FIRST_WITH_RESERVED ? withReserve(used, reserved) : used;
  return {
    'pci.bus_id': busText(device.bus, major),
    uuid: device.uuid,
    name: device.name,
    'memory.total': cellText(device.total, major),
    'memory.reserved': cellText(reserved, major),
    'memory.used': cellText(shown, major),
    'memory.free': cellText(atStep(device.free, step), major),
  };
}

function withReserve(used: SmiCell, reserved: SmiCell): SmiCell {
  if (!('mib' in used)) return used;
  return 'mib' in reserved ? { mib: used.mib + reserved.mib } : reserved;
}

function cellText(cell: SmiCell, major: number): string {
  if ('mib' in cell) return String(cell.mib);
  return cell.cell === '[N/A]' && major < FIRST_WITH_NOT_AVAILABLE ? '[Not Supported]' : cell.cell;
}

function busText(bus: BusId, major: number): string {
  return major < FIRST_WITH_LONG_BUS ? bus.slice('0000'.length) : bus;
}

function joinCells(cells: readonly (string | undefined)[]): string {
  return cells
    .map((cell) => {
      if (cell === undefined) throw new Error('the probe asked for a field that the demo node does not have');
      return cell;
    })
    .join(', ');
}
