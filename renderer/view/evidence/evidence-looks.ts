// The looks of a recording that evidence can be of: the cycles of its engines, and where each settled.
import { worstCycles } from '../../../shared/session/cycles/cycle-table.ts';
import type { NodeRecord } from '../../../shared/session/node-record.ts';
import type { RecordedSide } from '../../../shared/recorded/recorded-side.ts';
import { timeText } from '../time-text.ts';

export interface CycleChoice {
  readonly number: number;
  /** Where it settled; undefined when it never did. */
  readonly settledMs: number | undefined;
  readonly text: string;
}

/** By number, the newest first: of the first engine that has so many, as `#3` names it. */
export function cycleChoices({ engines }: Pick<NodeRecord, 'engines'>): CycleChoice[] {
  const found = new Map<number, CycleChoice>();
  for (const engine of engines) {
    for (const { number, settledMs } of worstCycles(engine).worst.cycles) {
      if (found.has(number)) continue;
      const text = `Cycle ${number}${settledMs === undefined ? ', never settled' : `, settled ${timeText(settledMs)}`}`;
      found.set(number, { number, settledMs, text });
    }
  }
  return [...found.values()].toSorted((one, other) => other.number - one.number);
}

/** As it was after its last release that settled, where there is one: what a gate is about. */
export function settledSide(side: RecordedSide): RecordedSide {
  const settled = side.states.find(({ state, atMs }) => state === 'asleep' && atMs !== undefined);
  if (settled?.atMs === undefined || !side.looks.has(settled.atMs)) return side;
  const { atMs } = settled;
  return { ...side, found: { askedMs: atMs, atMs, text: `cycle ${settled.cycle ?? 'unknown'}, settled` } };
}
