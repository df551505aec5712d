// Moments that nobody had to name: an engine released, dropped, settled, woke, started, ended; a connection was lost.
import type { LinkSeen } from '../../model/observation.ts';
import type { EngineCycles } from './cycle-table.ts';
import { mibText } from '../size-text.ts';

export const AUTO_MARK_KINDS = [
  'released',
  'first-drop',
  'settled',
  'woken',
  'engine-started',
  'engine-gone',
  'link-lost',
] as const;

export interface AutoMark {
  readonly atMs: number;
  readonly kind: (typeof AUTO_MARK_KINDS)[number];
  /** The place of its engine in the list; undefined for what concerns the whole node. */
  readonly engine: number | undefined;
  /** The cycle, from 1; undefined for what belongs to none. */
  readonly cycle: number | undefined;
  /** `cycle 3 settled at 1,741 MiB`. */
  readonly text: string;
}

export interface SeenTimes {
  /** Of the first and the last whole look at the node; undefined when there was none. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly links: readonly LinkSeen[];
}

/** In the order of time. Cycles are those of the worst bus, which the gates judge. */
export function autoMarks(engines: readonly EngineCycles[], seen: SeenTimes): AutoMark[] {
  const marks = [
    ...engines.flatMap((each, at) => [...cycleMarks(each, at), ...runMarks(each, at, seen)]),
    ...lossMarks(seen.links),
  ];
  return marks.toSorted((one, other) => one.atMs - other.atMs);
}

function cycleMarks({ worst }: EngineCycles, engine: number): AutoMark[] {
  return worst.cycles.flatMap((cycle) => {
    const { number, awake, releaseMs, firstDropMs, settledMs, residual, wakeMs, woken } = cycle;
    const mark = (atMs: number | undefined, kind: AutoMark['kind'], what: string): AutoMark[] =>
      atMs === undefined ? [] : [{ atMs, kind, engine, cycle: number, text: `cycle ${number} ${what}` }];
    const left = residual.known ? mibText(residual.value) : 'an unknown size';
    return [
      ...mark(releaseMs, 'released', `released, from ${mibText(awake)}`),
      ...mark(firstDropMs, 'first-drop', 'dropped for the first time'),
      ...mark(settledMs, 'settled', `settled at ${left}`),
      ...mark(wakeMs, 'woken', woken === undefined ? 'woke' : `woke, at ${mibText(woken)}`),
    ];
  });
}

/** An engine that was there at the first look was not seen to start, and one that is there at the last not to end. */
function runMarks({ engine: { runs } }: EngineCycles, engine: number, seen: SeenTimes): AutoMark[] {
  return runs.flatMap(({ firstMs, lastMs, rootPid, basis }) => {
    const none = { engine, cycle: undefined };
    const again = basis === undefined ? 'started' : `started again (recognised by: ${basis})`;
    const start: AutoMark[] =
      firstMs === seen.firstMs
        ? []
        : [{ ...none, atMs: firstMs, kind: 'engine-started', text: `pid ${rootPid} ${again}` }];
    const end: AutoMark[] =
      lastMs === seen.lastMs
        ? []
        : [{ ...none, atMs: lastMs, kind: 'engine-gone', text: `pid ${rootPid} was seen for the last time` }];
    return [...start, ...end];
  });
}

/** Once for each loss, however often it was tried again. */
function lossMarks(links: readonly LinkSeen[]): AutoMark[] {
  const marks: AutoMark[] = [];
  let isUp = false;
  for (const { state, atMs, text } of links) {
    if (state === 'lost' && isUp) {
      marks.push({
        atMs,
        kind: 'link-lost',
        engine: undefined,
        cycle: undefined,
        text: text === '' ? 'connection lost' : text,
      });
    }
    if (state !== 'connecting') isUp = state === 'connected';
  }
  return marks;
}
