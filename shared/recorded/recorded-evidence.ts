// The tables of a recording, with everything that says where they come from: one place, so that the command line, a bundle
// and the page give the same bytes.
import { armsTable } from '../evidence/arms-table.ts';
import type { WantedLook } from '../evidence/cycle-states.ts';
import { compareStatesTable } from '../evidence/compare/compare-states-table.ts';
import { compareTable } from '../evidence/compare/compare-table.ts';
import { cyclesTable } from '../evidence/cycles-table.ts';
import {
  isCompared,
  isOverGpus,
  type Evidence,
  type EvidenceChoices,
  type EvidenceLook,
} from '../evidence/evidence.ts';
import type { GateReport } from '../evidence/gate/gate-schema.ts';
import { momentReport } from '../evidence/gate/moment-report.ts';
import { overGpus } from '../evidence/table/over-gpus.ts';
import { environmentTable, gateTable, ledgerTable, processTable } from '../evidence/report-tables.ts';
import { statesTable, type StateLook } from '../evidence/states-table.ts';
import type { EvidenceTable, TableCell } from '../evidence/table/table.ts';
import { engineCycles } from '../session/cycles/cycle-table.ts';
import { lookCount } from '../session/history/history-looks.ts';
import { comparedOf, repeatsReport, statesReport } from './compared-report.ts';
import { plainSelectors } from './plain-selectors.ts';
import { RecordedError } from './recorded-error.ts';
import { sidePolicy, type KeptLook, type RecordedSide } from './recorded-side.ts';

export interface EvidenceRequest extends Pick<EvidenceChoices, 'table' | 'preset' | 'unit' | 'digits' | 'engines'> {
  /** Of the program that makes the table. */
  readonly appVersion: string;
}

/**
 * `against` is B of a table of arms, which has none without it, or of a comparison of two recordings. A comparison is of
 * what its sides were read for. Throws a RecordedError.
 */
export function recordedEvidence(
  side: RecordedSide,
  against: RecordedSide | undefined,
  request: EvidenceRequest,
): Evidence {
  const { table, preset, unit, digits, engines = [], appVersion } = request;
  const { header, node, redaction } = side;
  const sides = [side, ...(isOfTwo(table) && against !== undefined ? [against] : [])];
  const isUnsaved = sides.some(({ source }) => source === undefined);
  const made = tableOf(side, against, request);
  const chosen = {
    ...momentsOf(side, sides[1], table),
    ...(isCompared(table) && engines.length > 0 ? { engines: plainSelectors(engines, side, against) } : {}),
  };
  return {
    appVersion,
    recordings: isUnsaved ? [] : sides.flatMap(({ source }) => source ?? []),
    ...(isUnsaved ? { unsaved: { startedMs: header.startedMs } } : {}),
    choices: { table, preset, unit, ...(digits === undefined ? {} : { digits }), ...chosen, node, redaction },
    looks: sides.flatMap((each, place) => looksOf(each, table, place)),
    allLooks: sides.reduce((count, { record }) => count + lookCount(record.session.history), 0),
    policy: header.policy,
    table: { ...made, isDemo: sides.some((each) => each.header.isDemo) },
  };
}

/** Which looks of both sides it is of, as they are asked for again. */
function momentsOf(
  side: RecordedSide,
  against: RecordedSide | undefined,
  table: EvidenceChoices['table'],
): Pick<EvidenceChoices, 'at' | 'beside'> {
  if (table === 'compare') {
    const own = comparedOf(side).found;
    const [other] = against === undefined ? own.slice(1) : comparedOf(against).found;
    return { at: own[0]?.spec ?? '', ...(other === undefined ? {} : { beside: other.spec }) };
  }
  if (isOfCycle(table)) return { at: side.cycle === undefined ? '' : `#${side.cycle}` };
  return { at: table === 'cycles' || isCompared(table) ? '' : isoTime(side) };
}

/** Whether it may be of a second recording. */
export function isOfTwo(table: EvidenceChoices['table']): boolean {
  return table === 'arms' || isCompared(table);
}

/** One look, judged by the recording's own policy. */
export function sideReport({ header, target }: RecordedSide, { moment, frame }: KeptLook): GateReport {
  const { probeSha256, isDemo } = header;
  return momentReport(moment, { target, rawSha256: frame, probeSha256, isDemo, policy: sidePolicy(header) });
}

/** The look that was asked for. Throws a RecordedError. */
export function foundLook({ found, looks }: RecordedSide): KeptLook {
  const look = looks.get(found.atMs);
  if (look === undefined) throw new RecordedError('no-moment', 'it changed while it was read; try again.');
  return look;
}

/** Of several looks of a cycle, and not of one. */
export function isOfCycle(table: EvidenceChoices['table']): boolean {
  return table === 'states' || table === 'arms';
}

function tableOf(
  side: RecordedSide,
  against: RecordedSide | undefined,
  { table, preset }: EvidenceRequest,
): EvidenceTable {
  switch (table) {
    case 'states':
      return statesTable(stateLooks(side), isOverGpus({ table, preset }));
    case 'arms':
      return armsTable(stateLooks(side), against === undefined ? [] : stateLooks(against, 'recording B: '));
    case 'cycles': {
      const form = preset === 'raw' ? 'buses' : preset === 'step-ledger' ? 'ledger' : 'worst';
      const facts = { node: hostnameOf(side), isDemo: side.header.isDemo };
      return cyclesTable(side.record.engines.map(engineCycles), facts, form);
    }
    case 'compare':
    case 'compare-states':
      return comparedTable(side, against, table, preset);
    case 'gate':
    case 'ledger':
    case 'processes':
    case 'environment':
      return lookTable(side, table, preset);
  }
}

function comparedTable(
  side: RecordedSide,
  against: RecordedSide | undefined,
  table: 'compare' | 'compare-states',
  preset: EvidenceChoices['preset'],
): EvidenceTable {
  if (typeof against?.compared === 'string') throw new RecordedError('no-moment', `recording B: ${against.compared}`);
  const facts = { policy: sidePolicy(side.header), overRanks: isOverGpus({ table, preset }) };
  const a = { file: '', side };
  const b = against === undefined ? undefined : { file: '', side: against };
  if (table === 'compare-states') return compareStatesTable(statesReport(a, b, facts), preset === 'raw');
  const other = b === undefined ? { ...a, place: 1 } : { ...b, place: 0 };
  return compareTable(repeatsReport({ ...a, place: 0 }, other, facts), preset === 'raw');
}

function lookTable(
  side: RecordedSide,
  table: 'gate' | 'ledger' | 'processes' | 'environment',
  preset: EvidenceChoices['preset'],
): EvidenceTable {
  const look = foundLook(side);
  const report = sideReport(side, look);
  const isRange = preset === 'min-max' || preset === 'paper';
  const made = {
    gate: () => gateTable(report),
    ledger: () => (isRange ? overGpus(ledgerTable(report), []) : ledgerTable(report)),
    processes: () => (isRange ? overGpus(processTable(report), ['engine', 'role']) : processTable(report)),
    environment: () => environmentTable(report, side.header.appVersion),
  }[table]();
  return atLook(made, look.moment.atMs);
}

/** A node's own clock has whole seconds; a look is found by the recorder's. */
function atLook(table: EvidenceTable, atMs: number): EvidenceTable {
  const placed = (cell: TableCell): TableCell =>
    cell.kind === 'none' || cell.from === undefined ? cell : { ...cell, from: { ...cell.from, atMs } };
  return { ...table, rows: table.rows.map((row) => row.map(placed)) };
}

function stateLooks(side: RecordedSide, which = ''): StateLook[] {
  const { states, cycle } = side;
  if (states.length === 0) {
    const why = cycle === undefined ? 'no engine was seen' : `no engine has a cycle ${cycle}`;
    throw new RecordedError('no-moment', `${which}${why}.`);
  }
  return states.map(({ atMs, why, ...wanted }: WantedLook): StateLook => {
    const look = atMs === undefined ? undefined : side.looks.get(atMs);
    const report = look === undefined ? why || 'this look is not in the recording' : sideReport(side, look);
    return { ...wanted, report };
  });
}

/** Those that the table was read from, oldest first. */
function looksOf(side: RecordedSide, table: EvidenceChoices['table'], recording: number): EvidenceLook[] {
  // Its cycles are found in all of them.
  if (table === 'cycles') return [];
  if (isCompared(table)) {
    const compared = [...comparedOf(side).looks].map(([atMs, { frame }]) => ({ recording, atMs, frame }));
    return compared.toSorted((one, next) => one.atMs - next.atMs);
  }
  const times = isOfCycle(table) ? side.states.flatMap(({ atMs }) => atMs ?? []) : [side.found.atMs];
  return [...side.looks].flatMap(([atMs, { frame }]) => (times.includes(atMs) ? [{ recording, atMs, frame }] : []));
}

function isoTime({ found }: RecordedSide): string {
  return new Date(Math.ceil(found.atMs)).toISOString();
}

function hostnameOf({ record, node }: RecordedSide): string {
  return record.session.moment?.sighting.snapshot.node.hostname ?? node;
}
