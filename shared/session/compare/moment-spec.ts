// Which moment of a recording is meant: `FILE@TIME`, `FILE@+12.5s`, `FILE@#3`, `FILE@"a mark"`.
import type { MarkSeen } from '../../model/observation.ts';
import type { Selector } from '../../gates/selector.ts';
import { worstCycles } from '../cycles/cycle-table.ts';
import { lookCount, lookMs, newestMs, oldestMs } from '../history/history-looks.ts';
import { chooseCycled, repeatOf } from './find-repeats.ts';
import type { NodeRecord } from '../node-record.ts';
import { cyclePart, type CyclePart } from './repeat-spec.ts';

export const MOMENT_GRAMMAR =
  'first, last, +SECONDS, HH:MM:SS (UTC), a date and time such as 2026-01-31T12:00:04Z, #CYCLE, #CYCLE:awake, #CYCLE:woken, or the text of a mark';

export interface FoundMoment {
  /** What was asked for, on the observer's clock. */
  readonly askedMs: number;
  /** The look that shows it: the last one until then. */
  readonly atMs: number;
  /** What it is, such as `cycle 3 of sglang :30000, settled`. */
  readonly text: string;
}

export type MomentResult =
  { readonly ok: true; readonly found: FoundMoment } | { readonly ok: false; readonly text: string };

const DAY_MS = 86_400_000;

/**
 * `text` is what stands behind the `@`; empty for the last look. `startedMs` is the beginning of the recording. A cycle is
 * of one of the engines that `selectors` name, of any without them.
 */
export function findMoment(
  text: string,
  record: NodeRecord,
  startedMs: number,
  selectors: readonly Selector[] = [],
): MomentResult {
  const { history } = record.session;
  const [firstMs, lastMs] = [oldestMs(history), newestMs(history)];
  if (firstMs === undefined || lastMs === undefined) return refused('nothing was seen of this node');
  if (text === '' || text === 'last') return at(lastMs, 'the last look', record);
  if (text === 'first') return at(firstMs, 'the first look', record);
  const since = /^\+(\d+(?:\.\d+)?)s?$/.exec(text)?.[1];
  if (since !== undefined) return at(startedMs + Number(since) * 1000, `${since} s after the start`, record);
  const cycle = /^#(\d+)(?::(\w+))?$/.exec(text);
  const part = cyclePart(cycle?.[2] ?? 'settled');
  if (cycle !== null && part !== undefined) return ofCycle(Number(cycle[1]), part, record, selectors);
  const clock = clockOf(text, startedMs);
  if (clock !== undefined) return at(clock, text, record);
  return ofMark(text, record);
}

function refused(text: string): MomentResult {
  return { ok: false, text };
}

function at(askedMs: number, text: string, { session: { history } }: NodeRecord): MomentResult {
  for (let place = lookCount(history) - 1; place >= 0; place -= 1) {
    const atMs = lookMs(history, place);
    if (atMs !== undefined && atMs <= askedMs) return { ok: true, found: { askedMs, atMs, text } };
  }
  const firstMs = oldestMs(history);
  const late = firstMs === undefined ? '' : `: the first look is ${((firstMs - askedMs) / 1000).toFixed(1)} s later`;
  return refused(`${text} is before the first look${late}`);
}

/** Of the first engine that has so many cycles, which is said. */
function ofCycle(number: number, part: CyclePart, record: NodeRecord, selectors: readonly Selector[]): MomentResult {
  const missing = `there is no cycle ${number}`;
  const chosen = chooseCycled(record.engines.map(worstCycles), selectors);
  if (!chosen.ok) return refused(selectors.length === 0 ? `${missing}: no cycle was seen` : chosen.text);
  const having = chosen.engines.flatMap(({ name, table }) => {
    const cycle = table.worst.cycles.find((each) => each.number === number);
    return cycle === undefined ? [] : [{ name, cycle }];
  });
  const [first] = having;
  if (first === undefined) {
    const most = chosen.engines[0]?.table.worst.cycles.length;
    return refused(`${missing}: the most of an engine are ${most}`);
  }
  const many = having.length === 1 ? '' : ` (the first of ${having.length} engines that have it)`;
  const who = `cycle ${number} of ${first.name}${many}`;
  const { atMs, why } = repeatOf(first.cycle, part);
  if (atMs === undefined) return refused(`${who} ${why}`);
  return at(atMs, part === 'awake' ? `${who}, awake before it` : `${who}, ${part}`, record);
}

/** A time of day is that of the recording's first day, or of the next when it was begun later than that. */
function clockOf(text: string, startedMs: number): number | undefined {
  const time = /^(\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(text);
  if (time !== null) {
    const [, hours, minutes, seconds = '0'] = time;
    const day = Math.floor(startedMs / DAY_MS) * DAY_MS;
    const ms = day + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    // A second is given whole: the one in which the recording began is meant as well.
    return ms < Math.floor(startedMs / 1000) * 1000 ? ms + DAY_MS : Math.max(ms, startedMs);
  }
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) return undefined;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`;
  const ms = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}

function ofMark(text: string, record: NodeRecord): MomentResult {
  const wanted = text.toLowerCase();
  const exact = record.marks.filter((mark) => mark.text.toLowerCase() === wanted);
  const found = exact.length > 0 ? exact : record.marks.filter((mark) => mark.text.toLowerCase().includes(wanted));
  const [first] = found;
  if (first === undefined)
    return refused(`there is no mark ${JSON.stringify(text)}, and it is no time: ${MOMENT_GRAMMAR}`);
  if (found.length > 1)
    return refused(`${found.length} marks have ${JSON.stringify(text)}: ${timesOf(found)}; use one of these times`);
  return at(first.atMs, `mark ${JSON.stringify(first.text)}`, record);
}

function timesOf(marks: readonly MarkSeen[]): string {
  const times = marks.slice(0, 5).map(({ atMs }) => new Date(atMs).toISOString().slice(11, 19));
  return marks.length > 5 ? `${times.join(', ')}, …` : times.join(', ');
}
