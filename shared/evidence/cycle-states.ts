// Which looks show the states of a cycle: before the release, settled after it, and after the wake.
import { engineCycles } from '../session/cycles/cycle-table.ts';
import { namesOfLives } from '../session/engine-name.ts';
import type { EngineSeries } from '../session/cycles/engine-series.ts';
import type { StateLook } from './states-table.ts';

/** A StateLook before its look was judged. */
export interface WantedLook extends Omit<StateLook, 'report'> {
  /** undefined with `why`. */
  readonly atMs: number | undefined;
  readonly why: string;
}

/**
 * Of each engine cycle `number`, by default its last one that settled, or its last. An engine without a cycle is shown as
 * it was at its last look. Empty when a number was asked for and no engine has so many.
 */
export function wantedLooks(engines: readonly EngineSeries[], number: number | undefined): WantedLook[] {
  const names = namesOfLives(engines);
  return engines.flatMap((engine, at) => {
    const name = names[at] ?? engine.kind;
    const { cycles } = engineCycles(engine).worst;
    const settled = cycles.findLast(({ settledMs }) => settledMs !== undefined) ?? cycles.at(-1);
    const cycle = number === undefined ? settled : cycles.find((each) => each.number === number);
    if (cycle === undefined) return number === undefined ? lastLook(engine, name) : [];
    const run = engine.runs.findLast(({ firstMs }) => firstMs <= cycle.releaseMs);
    if (run === undefined) return [];
    const { kind } = engine;
    const base = { kind, name, rootPid: run.rootPid, cycle: cycle.number };
    const never = `cycle ${cycle.number} never settled`;
    return [
      { ...base, state: 'awake', atMs: cycle.releaseMs, why: '' },
      { ...base, state: 'asleep', atMs: cycle.settledMs, why: never },
      ...(cycle.wakeMs === undefined ? [] : [{ ...base, state: 'woken', atMs: cycle.wakeMs, why: '' } as const]),
    ];
  });
}

function lastLook({ kind, runs }: EngineSeries, name: string): WantedLook[] {
  const run = runs.at(-1);
  if (run === undefined) return [];
  return [{ kind, name, rootPid: run.rootPid, cycle: undefined, state: 'last look', atMs: run.lastMs, why: '' }];
}
