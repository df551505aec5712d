// Awake, asleep and woken over all cycles as a table: of one run what a sleep changes, of two what differs in each state.
import { STATES } from '../../session/compare/compare-states.ts';
import { whoText } from './compare-lines.ts';
import { medianText, missingText, othersText, unmeasuredText } from './compare-repeats-text.ts';
import { stateSides } from './compare-states-text.ts';
import type { CompareStates, StatesReportRow, StatesRun } from './compare-states-schema.ts';
import {
  deltaCell,
  engineNotes,
  provenanceOf,
  RANGE_NOTE,
  RANKS_NOTE,
  sizeCell,
  tableNoise,
  tableRows,
  whoCells,
} from './compare-table.ts';
import type { EvidenceTable, Provenance, TableCell, TableColumn } from '../table/table.ts';

/** Of a comparison that was made. `all`: rows within the noise as well. */
export function compareStatesTable(report: CompareStates, all: boolean): EvidenceTable {
  const { a, b, engines, rows, noise, overRanks } = report;
  if (a === null) throw new Error('a table is of a comparison that was made');
  const from: Sources = { a: sourceOf(a), b: b === null ? undefined : sourceOf(b) };
  const shown = tableRows(rows, all);
  const how =
    b === null
      ? 'Slept is asleep minus awake and woke is woken minus awake, cycle by cycle.'
      : 'B − A is the median of B minus that of A, and what any of B and any of A can differ by.';
  return {
    name: 'compare-states',
    title:
      b === null ? 'Awake, asleep and woken over all cycles' : 'Awake, asleep and woken over all cycles, A beside B',
    columns: [
      { id: 'who', title: 'Who', kind: 'text' },
      { id: 'bus', title: 'GPU', kind: 'text' },
      ...(b === null ? columnsOfRun() : columnsOfRuns()),
    ],
    rows: shown.map((row) => [...whoCells(row, engines), ...numberCells(row, from)]),
    notes: [
      ...runNotes(b === null ? '' : 'A', a),
      ...(b === null ? [] : runNotes('B', b)),
      ...engines.flatMap((each) => engineNotes(each, { a: a.cycles, b: b?.cycles })),
      ...shown.flatMap((row) => unmeasuredText(whoText(row, engines), row.buses, stateSides(row))),
      `${RANGE_NOTE} ${medianText}${overRanks ? ` ${RANKS_NOTE}` : ''} ${how}`,
      tableNoise(noise, rows, all),
    ],
    isDemo: a.isDemo || b?.isDemo === true,
  };
}

interface Sources {
  readonly a: Provenance | undefined;
  readonly b: Provenance | undefined;
}

function sourceOf(run: StatesRun): Provenance | undefined {
  return provenanceOf(
    run,
    run.cycles.flatMap(({ states }) => STATES.flatMap((state) => states[state])),
  );
}

function columnsOfRun(): TableColumn[] {
  return [
    ...STATES.map((state): TableColumn => ({ id: `${state}_bytes`, title: capital(state), kind: 'bytes' })),
    { id: 'slept_bytes', title: 'Slept', kind: 'change' },
    { id: 'woke_bytes', title: 'Woke', kind: 'change' },
  ];
}

function columnsOfRuns(): TableColumn[] {
  return STATES.flatMap((state): TableColumn[] => [
    { id: `a_${state}_bytes`, title: `A ${state}`, kind: 'bytes' },
    { id: `b_${state}_bytes`, title: `B ${state}`, kind: 'bytes' },
    { id: `${state}_change_bytes`, title: `B − A ${state}`, kind: 'change' },
  ]);
}

function numberCells({ a, b, slept, woke, delta }: StatesReportRow, from: Sources): TableCell[] {
  if (b === null || delta === null) {
    return [...STATES.map((state) => sizeCell(a[state], from.a)), deltaCell(slept, from.a), deltaCell(woke, from.a)];
  }
  return STATES.flatMap((state) => [
    sizeCell(a[state], from.a),
    sizeCell(b[state], from.b),
    deltaCell(delta[state], from.b),
  ]);
}

function runNotes(name: string, { text, cycles, others }: StatesRun): string[] {
  const counts = [...new Set(cycles.map(({ states }) => states.awake.length))].join(', ');
  const all = cycles.map((each) => ({ name: each.name, repeats: STATES.flatMap((state) => each.states[state]) }));
  const head = name === '' ? capital(text) : `${name}: ${text}`;
  return [`${head} (n = ${counts}).`, ...missingText(all), ...othersText(cycles, others)];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
