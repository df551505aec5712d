// The looks of every cycle of an engine in the history of a node: awake, asleep, woken, and what they differ by in peace.
import { SMI_RESOLUTION, type Bytes } from '../base/units.ts';
import { noiseBetween } from './compare.ts';
import type { ComparedLook } from './compare-look.ts';
import type { CycleLooks } from './compare-states.ts';
import { cyclesOf } from './cycle-follower.ts';
import type { TableCycle } from './cycle-table.ts';
import { engineName } from './engine-name.ts';
import { historyLook } from './history-look.ts';
import { looksAround } from './history-looks.ts';
import type { History } from './history.ts';
import { idleLooks, noiseWithin } from './idle-looks.ts';
import { repeatOf } from './repeat-spec.ts';

export interface HistoryStates {
  /** `sglang :30000`, whose cycles these are. */
  readonly engine: string;
  /** How many engines have cycles. */
  readonly engines: number;
  readonly numbers: readonly number[];
  readonly cycles: readonly CycleLooks[];
  /** What the same rows differ by while nothing happens. */
  readonly noise: Bytes;
  /** Most looks around one cycle that it was measured from. */
  readonly noiseLooks: number;
}

/** The floor is measured around so many cycles at most, from the first to the last. */
const MOST_MEASURED = 8;

/** Of the engine that has the most cycles; undefined where there is none. */
export function historyStates(history: History): HistoryStates | undefined {
  const tables = cyclesOf(history);
  const most = tables.reduce((count, { worst }) => Math.max(count, worst.cycles.length), 0);
  const found = tables.find(({ worst }) => worst.cycles.length === most);
  if (found === undefined || most === 0) return undefined;
  const { cycles } = found.worst;
  const { kind, ports, runs } = found.engine;
  return {
    engine: engineName({ kind, ports, rootPid: runs.at(-1)?.rootPid ?? null, members: [] }),
    engines: tables.filter(({ worst }) => worst.cycles.length > 0).length,
    numbers: cycles.map(({ number }) => number),
    cycles: cycles.map((cycle) => looksOf(cycle, history)),
    ...measuredNoise(cycles, history),
  };
}

function looksOf(cycle: TableCycle, history: History): CycleLooks {
  const look = (part: 'awake' | 'settled' | 'woken'): ComparedLook | undefined => {
    const { atMs } = repeatOf(cycle, part);
    const point = atMs === undefined ? undefined : looksAround(history, atMs, 0).find((each) => each.atMs === atMs);
    return point === undefined ? undefined : historyLook(history, point);
  };
  return { awake: look('awake'), asleep: look('settled'), woken: look('woken') };
}

function measuredNoise(cycles: readonly TableCycle[], history: History): Pick<HistoryStates, 'noise' | 'noiseLooks'> {
  const settled = cycles.flatMap(({ settledMs }) => (settledMs === undefined ? [] : [settledMs]));
  const step = Math.max(1, Math.ceil(settled.length / MOST_MEASURED));
  let noise = SMI_RESOLUTION;
  let noiseLooks = 0;
  for (const atMs of settled.filter((_, at) => at % step === 0)) {
    const points = looksAround(history, atMs);
    const idle = new Set(idleLooks(points, atMs));
    const looks = points.filter((point) => idle.has(point.atMs)).map((point) => historyLook(history, point));
    noiseLooks = Math.max(noiseLooks, looks.length);
    for (const [at, look] of looks.entries()) {
      const before = looks[at - 1];
      if (before !== undefined) noise = noiseBetween(before, look, noise);
    }
  }
  return { noise: noiseWithin(noise), noiseLooks };
}
