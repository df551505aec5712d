// Every look at every engine of one node, in order, for as long as a recording goes: what cycles are found in.
import { total } from '../../base/known.ts';
import type { Engine } from '../../engines/detect.ts';
import type { BusKey } from '../../ledger/per-bus.ts';
import type { ProcessKey } from '../../model/ids.ts';
import type { MatchBasis } from '../compare-match.ts';
import { EngineLanes } from './engine-lanes.ts';
import { statedLook, wholeOf, type EngineLook } from './engine-look.ts';
import { residentOf, residentPerBus } from '../engine-states.ts';
import type { Moment } from '../moment.ts';
import type { HistoryPoint, SaidState } from '../history/history-point.ts';
import { leftIn, withoutLostRows, type HeldRows, type LeftOn, type ListedRow } from './held-rows.ts';
import { busOfHolder, holderSizes } from '../history/process-sizes.ts';
import { RunFinders } from './run-finders.ts';
import { engineKey } from '../session.ts';
import { ALL_MEASURED, withLook, type Unmeasured } from './unmeasured.ts';

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
  readonly finders: RunFinders;
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
  said: SaidState | undefined;
}

/** One look at one engine, and the rows that it was read from. */
export interface SeenOnce {
  readonly look: EngineLook;
  readonly rows: readonly ListedRow[];
}

/** Takes the whole looks of one node, oldest first, and keeps the cycles that are found in them and none of the looks. */
export class EngineSeriesCollector {
  readonly #lanes = new EngineLanes();
  /** Of each lane its lives, oldest first. */
  readonly #runs: Run[][] = [];

  /** `buses` are those of the look's point in a history. */
  look(moment: Moment, buses: HistoryPoint['buses']): void {
    const { session, sighting } = moment;
    const engines = session.latest?.detection.engines ?? [];
    const seenOf = (engine: Engine): SeenOnce => ({ look: lookOf(engine, moment), rows: rowsOf(engine, moment) });
    this.add(engines, sighting.snapshot.node.bootId, seenOf, leftIn(buses));
  }

  /** One look: the engines that were there, and what was seen of each. */
  add(
    engines: readonly Engine[],
    bootId: string | undefined,
    seenOf: (engine: Engine) => SeenOnce,
    left: LeftOn,
  ): void {
    for (const { engine, lane, isFresh, basis } of this.#lanes.place(engines, bootId)) {
      const runs = this.#runs[lane] ?? [];
      this.#runs[lane] = runs;
      const { look, rows } = seenOf(engine);
      const { atMs } = look;
      const begun = { key: engineKey(engine), rootPid: engine.root.pid, basis, firstMs: atMs, lastMs: atMs, count: 0 };
      if (isFresh)
        runs.push({ ...begun, unmeasured: ALL_MEASURED, rows: new Map(), finders: new RunFinders(), said: undefined });
      const run = runs.at(-1);
      if (run === undefined) continue;
      const seen = withoutLostRows(look, rows, run.rows, left);
      run.lastMs = atMs;
      run.count += 1;
      run.unmeasured = withLook(run.unmeasured, seen.resident);
      run.finders.push(statedLook(seen, run.said));
      run.said = seen.said;
    }
  }

  series(): EngineSeries[] {
    return this.#lanes.lanes.map(({ engine }, at) => {
      const runs = this.#runs[at] ?? [];
      const buses = new Set(runs.flatMap(({ finders }) => finders.buses));
      const { kind, title, ports, members } = engine;
      return { kind, title, ports, members, runs, buses: [...buses].toSorted() };
    });
  }
}

function rowsOf(engine: Engine, { sighting }: Moment): ListedRow[] {
  const own = sighting.held.filter(({ owner }) => owner.class === 'engine' && owner.engine === engine);
  return [...holderSizes(own)].map(([holder, size]) => ({ holder, bus: busOfHolder(holder), size }));
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
