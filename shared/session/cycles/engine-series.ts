// Every look at every engine of one node, in order, for as long as a recording goes: what cycles are found in.
import { known, total, type Known } from '../../base/known.ts';
import { plus, ZERO_BYTES, type Bytes } from '../../base/units.ts';
import type { Engine } from '../../engines/detect.ts';
import type { LevelPoint } from '../../ledger/cycles.ts';
import { NO_BUS, type BusKey } from '../../ledger/per-bus.ts';
import type { ProcessKey } from '../../model/ids.ts';
import type { MatchBasis } from '../compare-match.ts';
import { EngineLanes } from './engine-lanes.ts';
import { residentOf, residentPerBus } from '../engine-states.ts';
import type { Moment } from '../moment.ts';
import type { HistoryPoint, SaidState } from '../history/history-point.ts';
import { withoutLostRows, type HeldRows, type UnlistedOn } from './held-rows.ts';
import { engineKey } from '../session.ts';
import { ALL_MEASURED, withLook, type Unmeasured } from './unmeasured.ts';

/** `resident` is of the worst bus. */
export interface EngineLook extends LevelPoint {
  readonly said: SaidState | undefined;
  readonly whole: Known<Bytes>;
  /** Buses on which it held something; on others it held nothing, unless `resident` is unknown. */
  readonly perBus: ReadonlyMap<BusKey, Known<Bytes>>;
}

/** One life of an engine: the same root process. */
export interface RunSpan {
  readonly key: ProcessKey;
  readonly rootPid: number;
  /** How it was recognised as the engine of the run before; undefined for the first. */
  readonly basis: MatchBasis | undefined;
  /** Of its first and its last look. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Its looks. */
  readonly count: number;
  /** How many of those could not be measured, and why. */
  readonly unmeasured: Unmeasured;
}

export interface EngineRun extends RunSpan {
  readonly looks: readonly EngineLook[];
}

/** One engine by its role: what was restarted is the same engine. */
export interface EngineLives {
  readonly kind: Engine['kind'];
  /** Of the newest run. */
  readonly title: string;
  readonly ports: readonly number[];
  /** Every process of the newest run. */
  readonly members: Engine['members'];
  /** Oldest first, at least one. */
  readonly runs: readonly RunSpan[];
  /** In the order of bus ids. */
  readonly buses: readonly BusKey[];
}

export interface EngineSeries extends EngineLives {
  readonly runs: readonly EngineRun[];
}

interface Run extends EngineRun {
  readonly rows: HeldRows;
  lastMs: number;
  count: number;
  unmeasured: Unmeasured;
  readonly looks: EngineLook[];
  said: SaidState | undefined;
}

/** Takes the whole looks of one node, oldest first, and keeps small numbers of them and no frames. */
export class EngineSeriesCollector {
  readonly #lanes = new EngineLanes();
  /** Of each lane its lives, oldest first. */
  readonly #runs: Run[][] = [];

  /** `buses` are those of the look's point in a history. */
  look(moment: Moment, buses: HistoryPoint['buses']): void {
    const { session, sighting } = moment;
    const engines = session.latest?.detection.engines ?? [];
    this.add(engines, sighting.snapshot.node.bootId, (engine) => lookOf(engine, moment), unlistedIn(buses));
  }

  /** One look: the engines that were there, and what was seen of each. */
  add(
    engines: readonly Engine[],
    bootId: string | undefined,
    seenOf: (engine: Engine) => EngineLook,
    unlistedOn: UnlistedOn,
  ): void {
    for (const { engine, lane, isFresh, basis } of this.#lanes.place(engines, bootId)) {
      const runs = this.#runs[lane] ?? [];
      this.#runs[lane] = runs;
      const listed = seenOf(engine);
      const { atMs } = listed;
      const begun = { key: engineKey(engine), rootPid: engine.root.pid, basis, firstMs: atMs, lastMs: atMs, count: 0 };
      if (isFresh) runs.push({ ...begun, unmeasured: ALL_MEASURED, rows: new Map(), looks: [], said: undefined });
      const run = runs.at(-1);
      if (run === undefined) continue;
      const seen = withoutLostRows(listed, run.rows, unlistedOn);
      run.lastMs = atMs;
      run.count += 1;
      run.unmeasured = withLook(run.unmeasured, seen.resident);
      run.looks.push(statedLook(seen, run.said));
      run.said = seen.said;
    }
  }

  series(): EngineSeries[] {
    return this.#lanes.lanes.map(({ engine }, at) => {
      const runs = this.#runs[at] ?? [];
      const buses = new Set(runs.flatMap(({ looks }) => looks.flatMap(({ perBus }) => [...perBus.keys()])));
      const { kind, title, ports, members } = engine;
      return { kind, title, ports, members, runs, buses: [...buses].toSorted() };
    });
  }
}

/**
 * A look with the state that it has in cycles. The user says once that an engine is awake, or asleep, and it goes on to
 * sleep and to wake: said is said at the look at which it is new, and sizes tell the rest. What an engine reports counts
 * at each look. `before`: what was said at the look before of the same engine.
 */
export function statedLook(look: EngineLook, before: SaidState | undefined): EngineLook {
  const { said } = look;
  const isNew = said?.by === 'reported' || before?.by !== 'told' || before.value !== said?.value;
  return isNew && said !== undefined ? { ...look, state: said.value } : look;
}

/** By the buses of a point in a history. */
export function unlistedIn(buses: HistoryPoint['buses']): UnlistedOn {
  return (bus) => (bus === NO_BUS ? undefined : buses.get(bus)?.classes.get('unattributed'));
}

/** Only states that somebody says: an inferred one is a reading of these same sizes. */
function lookOf(engine: Engine, { atMs, session, states }: Moment): EngineLook {
  const state = states.get(engineKey(engine));
  const isSaid = state?.source === 'reported' || state?.source === 'told';
  const isEither = isSaid && (state.value === 'awake' || state.value === 'asleep');
  const said = isEither ? { value: state.value, by: state.source } : undefined;
  const perBus = new Map([...residentPerBus(engine, session)].map(([bus, tally]) => [bus, total(tally)] as const));
  const resident = residentOf(engine, session);
  return { atMs, resident, whole: wholeOf(resident, perBus), state: undefined, said, perBus };
}

/** Over all buses. Unknown where the worst of them is. */
export function wholeOf(worst: Known<Bytes>, perBus: EngineLook['perBus']): Known<Bytes> {
  if (!worst.known) return worst;
  let sum = ZERO_BYTES;
  for (const size of perBus.values()) {
    if (!size.known) return size;
    sum = plus(sum, size.value);
  }
  return known(sum);
}

/** The series of one bus, in the shape in which cycles are found. */
export function onBus(looks: readonly EngineLook[], bus: BusKey): LevelPoint[] {
  return looks.map((look) => lookOnBus(look, bus));
}

/** One look, on one bus. */
export function lookOnBus({ atMs, resident, whole, state, perBus }: EngineLook, bus: BusKey): LevelPoint {
  // Where the list is whole, no row is no memory.
  const size = perBus.get(bus) ?? (resident.known ? NOTHING_HELD : resident);
  return { atMs, state, whole, resident: resident.known ? size : resident };
}

const NOTHING_HELD: Known<Bytes> = known(ZERO_BYTES);
