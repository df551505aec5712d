// Finds the moments of a recording that are meant together: of every engine that has cycles, or of those that were named.
import { selects, selectorText, type Selector } from '../../gates/selector.ts';
import { worstCycles, type EngineCycles, type TableCycle } from '../cycles/cycle-table.ts';
import { namesOfLives } from '../engine-name.ts';
import type { EngineLives } from '../cycles/engine-series.ts';
import type { NodeRecord } from '../node-record.ts';
import type { CyclePart, RepeatSpec } from './repeat-spec.ts';

export interface FoundRepeat {
  readonly cycle: number;
  /** Of its look; undefined with `why`. */
  readonly atMs: number | undefined;
  /** Such as `never settled`; empty with a look. */
  readonly why: string;
}

export interface EngineRepeatsFound {
  readonly engine: EngineLives;
  /** `sglang :30000`. */
  readonly name: string;
  /** In order, at least one. */
  readonly repeats: readonly FoundRepeat[];
}

export type RepeatsResult =
  | {
      readonly ok: true;
      /** `cycles 1 to 12 of sglang :30000, settled`. */
      readonly text: string;
      /** The one with the most cycles first, at least one. */
      readonly engines: readonly EngineRepeatsFound[];
      /** Engines that have cycles and are not among them: `vllm :8000 (2 cycles)`. */
      readonly others: readonly string[];
    }
  | { readonly ok: false; readonly text: string };

/**
 * Of each engine its own cycles: without `selectors` of all that have any. A cycle that never came to the moment is kept
 * with its reason. Refused when there is no such cycle, when a selector names none that has cycles, and when a mark has
 * the very words, as either could be meant.
 */
export function findRepeats(
  text: string,
  { cycles, part }: RepeatSpec,
  record: NodeRecord,
  selectors: readonly Selector[] = [],
): RepeatsResult {
  if (record.marks.some((mark) => mark.text === text)) {
    const instead = text.startsWith('#')
      ? 'the time of the mark'
      : `#all:${part} for every cycle, or the time of the mark`;
    return { ok: false, text: `a mark is called ${JSON.stringify(text)} as well: use ${instead}` };
  }
  const chosen = chooseCycled(record.engines.map(worstCycles), selectors);
  if (!chosen.ok) return chosen;
  const most = chosen.engines.reduce((count, { table }) => Math.max(count, table.worst.cycles.length), 0);
  const engines = chosen.engines.flatMap(({ name, table: { engine, worst } }): EngineRepeatsFound[] => {
    const wanted = worst.cycles.filter(
      ({ number }) => cycles === undefined || (number >= cycles.first && number <= cycles.last),
    );
    return wanted.length === 0 ? [] : [{ engine, name, repeats: wanted.map((cycle) => repeatOf(cycle, part)) }];
  });
  if (cycles !== undefined && (engines.length === 0 || cycles.last > most)) {
    return {
      ok: false,
      text: `there are no cycles ${cycles.first} to ${cycles.last}: the most of an engine are ${most}`,
    };
  }
  const none = chosen.engines.filter(({ table }) => !engines.some(({ engine }) => engine === table.engine));
  const when = part === 'awake' ? 'awake before each release' : part;
  const others = [...none.map(countText), ...chosen.others];
  return { ok: true, text: `${whoseText(engines)}, ${when}`, engines, others };
}

export interface CycledEngine {
  readonly name: string;
  readonly table: EngineCycles;
}

export type ChosenEngines =
  | { readonly ok: true; readonly engines: readonly CycledEngine[]; readonly others: readonly string[] }
  | { readonly ok: false; readonly text: string };

/** Those that have cycles and are named, the most cycles first; of equal ones the one that was seen first. */
export function chooseCycled(tables: readonly EngineCycles[], selectors: readonly Selector[]): ChosenEngines {
  const names = namesOfLives(tables.map(({ engine }) => engine));
  const all = tables
    .map((table, at): CycledEngine => ({ name: names[at] ?? table.engine.kind, table }))
    .filter(({ table }) => table.worst.cycles.length > 0)
    .toSorted((one, other) => other.table.worst.cycles.length - one.table.worst.cycles.length);
  if (all.length === 0) return { ok: false, text: 'no cycle was seen, so there are none to compare' };
  for (const selector of selectors) {
    if (all.some(({ table }) => isMeant(selector, table.engine))) continue;
    const text = `${JSON.stringify(selectorText(selector))} names no engine that has cycles; there are ${all.map(countText).join(', ')}`;
    return { ok: false, text };
  }
  const isChosen = ({ table }: CycledEngine): boolean =>
    selectors.length === 0 || selectors.some((selector) => isMeant(selector, table.engine));
  const others = all.filter((each) => !isChosen(each)).map(countText);
  return { ok: true, engines: all.filter(isChosen), others };
}

/** An engine that has cycles, as somebody chooses it. */
export interface CycledChoice {
  /** `sglang :30000`. */
  readonly name: string;
  readonly cycles: number;
  /** What names it and no other: by its port where it can, so that it names the same engine in another run. */
  readonly selector: Selector;
  /** Of its last life. */
  readonly rootPid: number;
}

/** The most cycles first. */
export function cycledChoices(tables: readonly EngineCycles[]): CycledChoice[] {
  const chosen = chooseCycled(tables, []);
  if (!chosen.ok) return [];
  return chosen.engines.map(({ name, table: { engine, worst } }) => {
    const [port] = engine.ports;
    const byPort: Selector | undefined = port === undefined ? undefined : { by: 'port', port };
    const isAlone = byPort !== undefined && tables.filter((each) => isMeant(byPort, each.engine)).length === 1;
    const rootPid = engine.runs.at(-1)?.rootPid ?? -1;
    const selector: Selector = isAlone ? byPort : { by: 'pid', pid: rootPid };
    return { name, cycles: worst.cycles.length, selector, rootPid };
  });
}

/** In any of its lives. */
export function isMeant(selector: Selector, { kind, title, ports, runs, members }: EngineLives): boolean {
  const roots = runs.map(({ rootPid: pid }) => ({ pid, title: '' }));
  return selects(selector, { kind, title, ports, rootPid: null, members: [...members, ...roots] });
}

function countText({ name, table }: CycledEngine): string {
  const { length } = table.worst.cycles;
  return `${name} (${length} ${length === 1 ? 'cycle' : 'cycles'})`;
}

/** `cycles 1 to 3 of sglang :30000 and vllm :8000, cycle 1 of vllm :8001`: engines with the same cycles together. */
export function whoseText(
  engines: readonly { readonly name: string; readonly repeats: readonly { readonly cycle: number }[] }[],
): string {
  const groups = new Map<string, string[]>();
  for (const { name, repeats } of engines) {
    const [first, last] = [repeats[0]?.cycle, repeats.at(-1)?.cycle];
    const numbers = first === last ? `cycle ${first}` : `cycles ${first} to ${last}`;
    groups.set(numbers, [...(groups.get(numbers) ?? []), name]);
  }
  return [...groups].map(([numbers, names]) => `${numbers} of ${listText(names)}`).join(', ');
}

function listText(names: readonly string[]): string {
  const [last = ''] = names.slice(-1);
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** The look of a cycle that shows a part of it. */
export function repeatOf({ number, releaseMs, settledMs, wakeMs }: TableCycle, part: CyclePart): FoundRepeat {
  const atMs = part === 'awake' ? releaseMs : part === 'woken' ? wakeMs : settledMs;
  const never = part === 'woken' ? 'has not woken' : 'never settled';
  return { cycle: number, atMs, why: atMs === undefined ? never : '' };
}
