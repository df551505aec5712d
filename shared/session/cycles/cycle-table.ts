// The sleep/wake cycles of an engine on each of its buses, and whether what stays grows from one to the next.
import type { CycleFinder } from '../../ledger/cycle-finder.ts';
import type { Cycle } from '../../ledger/cycles.ts';
import { driftOf, FEWEST_CYCLES, type Drift } from '../../ledger/drift.ts';
import type { BusKey } from '../../ledger/per-bus.ts';
import { bytes, fromMiB, toMiB } from '../../base/units.ts';
import type { EngineLives, EngineRun, EngineSeries } from './engine-series.ts';
import { mibText } from '../size-text.ts';

export interface TableCycle extends Cycle {
  /** The engine was started again since the cycle before. */
  readonly isRestarted: boolean;
}

export interface BusCycles {
  /** `worst`: of each look the largest sum of a bus, the number that the gates judge. */
  readonly bus: BusKey | 'worst';
  /** Numbered over all runs. */
  readonly cycles: readonly TableCycle[];
  readonly drift: Drift;
}

export interface EngineCycles {
  readonly engine: EngineLives;
  readonly worst: BusCycles;
  readonly buses: readonly BusCycles[];
}

export function engineCycles(engine: EngineSeries): EngineCycles {
  const of = (bus: BusCycles['bus'], finder: (run: EngineRun) => CycleFinder): BusCycles =>
    busCycles(
      bus,
      engine.runs.map((run) => finder(run).cycles()),
    );
  return {
    engine,
    worst: of('worst', ({ finders }) => finders.worst),
    buses: engine.buses.map((bus) => of(bus, ({ finders }) => finders.on(bus))),
  };
}

/** The number that the gates judge alone, for who asks for nothing else. */
export function worstCycles(engine: EngineSeries): EngineCycles {
  const worst = busCycles(
    'worst',
    engine.runs.map(({ finders }) => finders.worst.cycles()),
  );
  return { engine, worst, buses: [] };
}

/** Each run for itself: that an engine ends is no release, and that it starts is no wake. */
export function busCycles(bus: BusCycles['bus'], runs: readonly (readonly Cycle[])[]): BusCycles {
  const cycles: TableCycle[] = [];
  for (const own of runs) {
    const before = cycles.length;
    for (const [at, cycle] of own.entries()) cycles.push(numbered(cycle, before, at === 0 && before > 0));
  }
  return new CyclesOfBus(bus, cycles);
}

/** A cycle that is over never changes, and is put into a table again and again. */
const NUMBERED = new WeakMap<Cycle, TableCycle>();

function numbered(cycle: Cycle, before: number, isRestarted: boolean): TableCycle {
  const number = cycle.number + before;
  const known = NUMBERED.get(cycle);
  if (known?.number === number && known.isRestarted === isRestarted) return known;
  const made = { ...cycle, number, isRestarted };
  NUMBERED.set(cycle, made);
  return made;
}

/** Its drift is worked out when it is asked for: the slopes of all pairs of hundreds of cycles are many. */
class CyclesOfBus implements BusCycles {
  readonly bus: BusCycles['bus'];
  readonly cycles: readonly TableCycle[];
  #drift: Drift | undefined;

  constructor(bus: BusCycles['bus'], cycles: readonly TableCycle[]) {
    this.bus = bus;
    this.cycles = cycles;
  }

  get drift(): Drift {
    let life = 0;
    this.#drift ??= driftOf(
      this.cycles.flatMap(({ number, residual, isRestarted }) => {
        if (isRestarted) life += 1;
        return residual.known ? [{ number, bytes: residual.value, life }] : [];
      }),
    );
    return this.#drift;
  }
}

/**
 * About this one measure only: `growing by 38 MiB a cycle (12 cycles)`,
 * `growing by 200 MiB a cycle until each restart (9 cycles)`, `steady (12 cycles)`, `too few cycles (2 of 5)`.
 */
export function driftText({ judgement, slope, cycles, isWithinLives }: Drift): string {
  if (judgement === 'too-few' || slope === undefined) return `too few cycles (${cycles} of ${FEWEST_CYCLES})`;
  if (judgement === 'steady') return `steady (${cycles} cycles)`;
  return `${judgement} by ${mibText(fromMiB(Math.round(toMiB(bytes(Math.abs(slope))))))} a cycle${isWithinLives ? ' until each restart' : ''} (${cycles} cycles)`;
}
