// A table of a recording with everything that says where it comes from: reads the file, folds it, picks the looks.
import { bytes } from '../shared/base/units.ts';
import { armsTable } from '../shared/evidence/arms-table.ts';
import { wantedLooks, type WantedLook } from '../shared/evidence/cycle-states.ts';
import { cyclesTable } from '../shared/evidence/cycles-table.ts';
import { isOverGpus, type Evidence, type EvidenceChoices, type EvidenceLook } from '../shared/evidence/evidence.ts';
import type { GateReport } from '../shared/evidence/gate-schema.ts';
import { momentReport } from '../shared/evidence/moment-report.ts';
import { overGpus } from '../shared/evidence/over-gpus.ts';
import { environmentTable, gateTable, ledgerTable, processTable } from '../shared/evidence/report-tables.ts';
import { statesTable, type StateLook } from '../shared/evidence/states-table.ts';
import type { EvidenceTable, TableCell } from '../shared/evidence/table.ts';
import { engineCycles } from '../shared/session/cycle-table.ts';
import type { Moment } from '../shared/session/moment.ts';
import { readRecorded, type ReadRecorded, type RecordedNodeLooks } from './recorded-looks.ts';
import { textSha256 } from './provenance.ts';
import { RecordingError } from './recording-error.ts';

export interface TableRequest extends Omit<EvidenceChoices, 'at' | 'node'> {
  /** A moment as a user says it; empty for the last look, or the last cycle. */
  readonly at: string;
  readonly node: string | undefined;
  /** The other recording of a table of arms. */
  readonly against: string | undefined;
  /** Of the program that makes the table. */
  readonly appVersion: string;
}

/** Throws a RecordingError that says which file, why, and what to do. */
export async function recordedTable(file: string, request: TableRequest): Promise<Evidence> {
  const { table, preset, at } = request;
  const isOfCycles = table === 'states' || table === 'arms';
  const cycle = isOfCycles ? cycleNumber(at) : undefined;
  const files = [file, ...(table === 'arms' ? [request.against ?? file] : [])];
  const sides: ReadRecorded[] = [];
  for (const each of files) {
    const pick = isOfCycles
      ? ({ record }: RecordedNodeLooks) => wantedLooks(record.engines, cycle).flatMap(({ atMs }) => atMs ?? [])
      : undefined;
    sides.push(
      await readRecorded(each, {
        who: request.node,
        asked: table === 'cycles' ? '' : at,
        pick,
        redaction: request.redaction,
      }),
    );
  }
  const [first, second] = sides;
  if (first === undefined) throw new Error('a recording was asked for');
  const made = tableOf(first, second, request, cycle);
  const { header } = first;
  return {
    appVersion: request.appVersion,
    recordings: sides.map(({ source }) => source),
    choices: {
      table,
      preset,
      unit: request.unit,
      at: isOfCycles ? (cycle === undefined ? '' : `#${cycle}`) : table === 'cycles' ? '' : isoTime(first),
      node: first.node,
      redaction: request.redaction,
    },
    looks: table === 'cycles' ? [] : sides.flatMap((side, recording) => looksOf(side, recording)),
    allLooks: sides.reduce((count, { record }) => count + record.points.length, 0),
    policy: header.policy,
    table: { ...made, isDemo: sides.some((side) => side.header.isDemo) },
  };
}

function tableOf(
  first: ReadRecorded,
  second: ReadRecorded | undefined,
  { table, preset }: TableRequest,
  cycle: number | undefined,
): EvidenceTable {
  switch (table) {
    case 'states':
      return statesTable(stateLooks(first, cycle), isOverGpus({ table, preset }));
    case 'arms':
      return armsTable(stateLooks(first, cycle), second === undefined ? [] : stateLooks(second, cycle));
    case 'cycles': {
      const form = preset === 'raw' ? 'buses' : preset === 'step-ledger' ? 'ledger' : 'worst';
      const facts = { node: hostnameOf(first), isDemo: first.header.isDemo };
      return cyclesTable(first.record.engines.map(engineCycles), facts, form);
    }
    case 'gate':
    case 'ledger':
    case 'processes':
    case 'environment':
      return lookTable(first, table, preset);
  }
}

function lookTable(
  side: ReadRecorded,
  table: 'gate' | 'ledger' | 'processes' | 'environment',
  preset: string,
): EvidenceTable {
  const moment = side.found === undefined ? undefined : side.looks.get(side.found.atMs);
  if (moment === undefined)
    throw new RecordingError('no-moment', `${side.file}: it changed while it was read; try again.`);
  const report = reportOf(side, moment);
  const isRange = preset === 'min-max' || preset === 'paper';
  const made = {
    gate: () => gateTable(report),
    ledger: () => (isRange ? overGpus(ledgerTable(report), []) : ledgerTable(report)),
    processes: () => (isRange ? overGpus(processTable(report), ['engine', 'role']) : processTable(report)),
    environment: () => environmentTable(report, side.header.appVersion),
  }[table]();
  return atLook(made, moment.atMs);
}

/** A node's own clock has whole seconds; a look is found by the recorder's. */
function atLook(table: EvidenceTable, atMs: number): EvidenceTable {
  const placed = (cell: TableCell): TableCell =>
    cell.kind === 'none' || cell.from === undefined ? cell : { ...cell, from: { ...cell.from, atMs } };
  return { ...table, rows: table.rows.map((row) => row.map(placed)) };
}

function reportOf({ header, target, rawOf }: ReadRecorded, moment: Moment): GateReport {
  const { kind, limitBytes, origin } = header.policy;
  return momentReport(moment, {
    target,
    rawSha256: textSha256(rawOf(moment.sample)),
    probeSha256: header.probeSha256,
    isDemo: header.isDemo,
    policy: { kind, limit: bytes(limitBytes), origin },
  });
}

function stateLooks(side: ReadRecorded, cycle: number | undefined): StateLook[] {
  const wanted = wantedLooks(side.record.engines, cycle);
  if (wanted.length === 0) {
    const why = cycle === undefined ? 'no engine was seen' : `no engine has a cycle ${cycle}`;
    throw new RecordingError('no-moment', `${side.file}: ${why}.`);
  }
  return wanted.map(({ atMs, why, ...look }: WantedLook): StateLook => {
    const moment = atMs === undefined ? undefined : side.looks.get(atMs);
    return {
      ...look,
      report: moment === undefined ? why || 'this look is not in the recording' : reportOf(side, moment),
    };
  });
}

/** Throws a RecordingError: a table of states shows several looks at once. */
function cycleNumber(at: string): number | undefined {
  if (at === '') return undefined;
  const number = /^#(\d{1,9})$/.exec(at)?.[1];
  if (number === undefined) {
    throw new RecordingError(
      'no-moment',
      `This table shows the states of a cycle: say --at '#3' for the third one, got ${JSON.stringify(at)}.`,
    );
  }
  return Number(number);
}

function looksOf({ looks, rawOf }: ReadRecorded, recording: number): EvidenceLook[] {
  return [...looks.values()].map(({ atMs, sample }) => ({ recording, atMs, frame: textSha256(rawOf(sample)) }));
}

function isoTime({ found }: ReadRecorded): string {
  return found === undefined ? '' : new Date(Math.ceil(found.atMs)).toISOString();
}

function hostnameOf({ record, node }: ReadRecorded): string {
  return record.session.moment?.sighting.snapshot.node.hostname ?? node;
}
