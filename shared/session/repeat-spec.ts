// Which moments of a recording are meant together: `FILE@#all`, `FILE@#2-5:woken`, `FILE@settled`.
import { worstCycles, type TableCycle } from './cycle-table.ts';
import { engineName } from './engine-name.ts';
import type { EngineLives } from './engine-series.ts';
import type { NodeRecord } from './node-record.ts';

export const REPEAT_GRAMMAR =
  '#all for every cycle (#* where the shell lets it through), #2-5 for some, with :awake, :settled or :woken behind it; awake, settled or woken alone is that of every cycle';

export type CyclePart = 'awake' | 'settled' | 'woken';

/** The word of a cycle that is meant, and other words for the same. */
const PARTS: Readonly<Record<string, CyclePart>> = {
  awake: 'awake',
  released: 'awake',
  settled: 'settled',
  asleep: 'settled',
  woken: 'woken',
};

/** undefined for a word that is none. */
export function cyclePart(word: string): CyclePart | undefined {
  return Object.hasOwn(PARTS, word) ? PARTS[word] : undefined;
}

export interface RepeatSpec {
  /** undefined: every one. */
  readonly cycles: { readonly first: number; readonly last: number } | undefined;
  readonly part: CyclePart;
}

/** undefined for the text of a single moment. */
export function repeatSpec(text: string): RepeatSpec | undefined {
  const alone = cyclePart(text);
  if (alone !== undefined) return { cycles: undefined, part: alone };
  const match = /^#(?:\*|all|(\d+)-(\d+))(?::(\w+))?$/.exec(text);
  if (match === null) return undefined;
  const [, first, last, word = 'settled'] = match;
  const part = cyclePart(word);
  if (part === undefined) return undefined;
  const cycles = first === undefined || last === undefined ? undefined : { first: Number(first), last: Number(last) };
  return { cycles, part };
}

export interface FoundRepeat {
  readonly cycle: number;
  /** Of its look; undefined with `why`. */
  readonly atMs: number | undefined;
  /** Such as `never settled`; empty with a look. */
  readonly why: string;
}

export type RepeatsResult =
  | { readonly ok: true; readonly text: string; readonly repeats: readonly FoundRepeat[] }
  | { readonly ok: false; readonly text: string };

/**
 * Of the engine that has the most cycles, which is said; in order. A cycle that never came to the moment is kept with its
 * reason. Refused when there is no such cycle, and when a mark has the very words, as either could be meant.
 */
export function findRepeats(text: string, { cycles, part }: RepeatSpec, record: NodeRecord): RepeatsResult {
  if (record.marks.some((mark) => mark.text === text)) {
    const instead = text.startsWith('#')
      ? 'the time of the mark'
      : `#all:${part} for every cycle, or the time of the mark`;
    return { ok: false, text: `a mark is called ${JSON.stringify(text)} as well: use ${instead}` };
  }
  const tables = record.engines.map(worstCycles).map(({ engine, worst }) => ({ engine, cycles: worst.cycles }));
  const most = tables.reduce((count, each) => Math.max(count, each.cycles.length), 0);
  const found = tables.find((each) => each.cycles.length === most);
  if (found === undefined || most === 0) return { ok: false, text: 'no cycle was seen, so there are none to compare' };
  const wanted = found.cycles.filter(
    ({ number }) => cycles === undefined || (number >= cycles.first && number <= cycles.last),
  );
  const [first] = wanted;
  const last = wanted.at(-1);
  if (cycles !== undefined && (first === undefined || cycles.last > most)) {
    return {
      ok: false,
      text: `there are no cycles ${cycles.first} to ${cycles.last}: the most of an engine are ${most}`,
    };
  }
  const numbers = first === last ? `cycle ${first?.number}` : `cycles ${first?.number} to ${last?.number}`;
  const when = part === 'awake' ? 'awake before each release' : part;
  const others = tables.length - 1;
  const of = others === 0 ? '' : ` (of ${tables.length} engines the one with the most cycles)`;
  const name = `${numbers} of ${nameOf(found.engine)}${of}, ${when}`;
  return { ok: true, text: name, repeats: wanted.map((cycle) => repeatOf(cycle, part)) };
}

function nameOf({ kind, ports, runs }: EngineLives): string {
  return engineName({ kind, ports, rootPid: runs.at(-1)?.rootPid ?? null, members: [] });
}

/** The look of a cycle that shows a part of it. */
export function repeatOf({ number, releaseMs, settledMs, wakeMs }: TableCycle, part: CyclePart): FoundRepeat {
  const atMs = part === 'awake' ? releaseMs : part === 'woken' ? wakeMs : settledMs;
  const never = part === 'woken' ? 'has not woken' : 'never settled';
  return { cycle: number, atMs, why: atMs === undefined ? never : '' };
}
