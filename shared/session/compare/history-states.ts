// The looks of every cycle of the engines in the history of a node: awake, asleep, woken, and what they differ by in peace.
import { SMI_RESOLUTION, type Bytes } from '../../base/units.ts';
import type { Selector } from '../../gates/selector.ts';
import { noiseBetween } from './compare.ts';
import type { ComparedLook } from './compare-look.ts';
import type { CycleLooks, CyclesOfEngine } from './compare-states.ts';
import { cyclesOf } from '../cycles/cycle-follower.ts';
import type { TableCycle } from '../cycles/cycle-table.ts';
import { chooseCycled, repeatOf, whoseText } from './find-repeats.ts';
import { historyLook } from './history-look.ts';
import { looksAround } from '../history/history-looks.ts';
import type { History } from '../history/history.ts';
import { idleLooks, noiseWithin } from '../history/idle-looks.ts';
import type { CyclePart } from './repeat-spec.ts';

export interface HistoryStates {
  /** `cycles 1 to 3 of sglang :30000 and vllm :8000`. */
  readonly text: string;
  /** Those that are shown, the most cycles first. */
  readonly engines: readonly (CyclesOfEngine & { readonly name: string })[];
  /** Engines that have cycles as well and are not shown: `vllm :8000 (2 cycles)`. */
  readonly others: readonly string[];
  /** What the same rows differ by while nothing happens. */
  readonly noise: Bytes;
  /** Most looks around one cycle that it was measured from. */
  readonly noiseLooks: number;
}

/** The floor is measured around so many cycles of an engine at most, from the first to the last. */
const MOST_MEASURED = 8;

/** Of the engines that have cycles and are named, of all without `selectors`; undefined where there is none. */
export function historyStates(history: History, selectors: readonly Selector[] = []): HistoryStates | undefined {
  const chosen = chooseCycled(cyclesOf(history), selectors);
  if (!chosen.ok) return undefined;
  const looks = new Map<number, ComparedLook>();
  const engines = chosen.engines.map(({ name, table: { engine, worst } }) => ({
    name,
    lives: new Set(engine.runs.map(({ key }) => key)),
    cycles: worst.cycles.map((cycle) => looksOf(cycle, history, looks)),
  }));
  const named = chosen.engines.map(({ name, table: { worst } }) => ({
    name,
    repeats: worst.cycles.map(({ number: cycle }) => ({ cycle })),
  }));
  const noises = chosen.engines.map(({ table }) => measuredNoise(table.worst.cycles, history));
  return {
    text: whoseText(named),
    engines,
    others: chosen.others,
    noise: noises.reduce((most, { noise }) => (noise > most ? noise : most), SMI_RESOLUTION),
    noiseLooks: noises.reduce((most, { noiseLooks }) => Math.max(most, noiseLooks), 0),
  };
}

/** Two that mean one look get the same object, which `known` holds. */
function looksOf(cycle: TableCycle, history: History, known: Map<number, ComparedLook>): CycleLooks {
  const look = (part: CyclePart): ComparedLook | undefined => {
    const { atMs } = repeatOf(cycle, part);
    if (atMs === undefined) return undefined;
    const before = known.get(atMs);
    if (before !== undefined) return before;
    const point = looksAround(history, atMs, 0).find((each) => each.atMs === atMs);
    if (point === undefined) return undefined;
    const made = historyLook(history, point);
    known.set(atMs, made);
    return made;
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
