// Awake, asleep and woken over all cycles of one run, or of two, as the object that `compare --states --json` prints.
import { printable } from '../../base/printable.ts';
import type { Engine } from '../../engines/detect.ts';
import { STATES, type OfStates, type StatesComparison, type StatesRow } from '../../session/compare/compare-states.ts';
import {
  deltaReport,
  engineReports,
  sideReport,
  type ComparedSideOfRepeats,
  type RepeatsFacts,
} from './compare-repeats-report.ts';
import type { CompareStates, StatesReportRow, StatesRun } from './compare-states-schema.ts';
import { COMPARE_STATES_SCHEMA } from '../schema-names.ts';

export interface ComparedRun {
  readonly about: StatesRun;
  /** As `about.cycles`, of each one a cycle: asleep, as a gate would have judged it. */
  readonly asleep: ComparedSideOfRepeats['judged'];
}

export function compareStatesReport(
  a: ComparedRun,
  b: ComparedRun | undefined,
  { engines, rows }: StatesComparison,
  { policy, noise, overRanks }: Omit<RepeatsFacts, 'isPaired'>,
): CompareStates {
  const { kind, limit: limitBytes, origin } = policy;
  const asleep = engines.map((match) => ({
    ...match,
    livesA: whileAsleep(match.livesA),
    livesB: whileAsleep(match.livesB),
  }));
  return {
    schema: COMPARE_STATES_SCHEMA,
    a: a.about,
    b: b?.about ?? null,
    policy: { kind, limitBytes, origin },
    noise,
    overRanks,
    engines: engineReports(asleep, a.asleep, b?.asleep),
    rows: rows.map(rowReport),
  };
}

/** Looks stand in the order of the states, cycle after cycle. */
function whileAsleep(lives: readonly (Engine | undefined)[]): (Engine | undefined)[] {
  return lives.filter((_, at) => at % STATES.length === STATES.indexOf('asleep'));
}

function rowReport(row: StatesRow): StatesReportRow {
  const { class: kind, engine = null, role, rank, buses, a, b, slept, woke, delta, isNoise } = row;
  return {
    class: kind,
    engine,
    role: printable(role),
    rank: rank === null ? null : { ...rank },
    buses: [...buses],
    a: ofEach(a, sideReport),
    b: b === undefined ? null : ofEach(b, sideReport),
    slept: deltaReport(slept),
    woke: deltaReport(woke),
    delta: delta === undefined ? null : ofEach(delta, deltaReport),
    isNoise,
  };
}

function ofEach<From, To>(values: OfStates<From>, make: (value: From) => To): { awake: To; asleep: To; woken: To } {
  return { awake: make(values.awake), asleep: make(values.asleep), woken: make(values.woken) };
}
