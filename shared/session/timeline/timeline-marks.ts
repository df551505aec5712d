// The marks of a timeline: those that somebody set, and the moments that were found in what was seen.
import { printable } from '../../base/printable.ts';
import type { LinkSeen } from '../../model/observation.ts';
import { autoMarks, type AutoMark } from '../cycles/auto-marks.ts';
import { cyclesOf } from '../cycles/cycle-follower.ts';
import { namesOfLives } from '../engine-name.ts';
import { newestMs, oldestMs } from '../history/history-looks.ts';
import type { History } from '../history/history.ts';
import type { NodeSession } from '../node-session.ts';
import type { Outage } from '../outage.ts';

export interface TimelineMark {
  readonly atMs: number;
  /** The whole sentence. */
  readonly text: string;
  /** A word or two, for where there is little room; empty where what is drawn says it already. */
  readonly short: string;
  /** `hand`, `log` and the like as the observation says; `found` in what was seen. */
  readonly source: string;
  /** Worked out from sizes, and neither seen nor said. */
  readonly isInferred: boolean;
}

const SHORT: Readonly<Record<AutoMark['kind'], string>> = {
  released: 'released',
  'first-drop': 'first drop',
  settled: 'settled',
  woken: 'woke',
  'engine-started': 'started',
  'engine-gone': 'gone',
  // The gap that follows says it.
  'link-lost': '',
};

/** Those of cycles come from sizes; that an engine is there, or the link is down, was seen. */
const SEEN: ReadonlySet<AutoMark['kind']> = new Set(['engine-started', 'engine-gone', 'link-lost']);

/** In the order of time. `found` is worked out from the same history; it takes longer, and may be older. */
export function timelineMarks({ marks }: Pick<NodeSession, 'marks'>, found: readonly TimelineMark[]): TimelineMark[] {
  const set = marks.map(({ atMs, text, source }) => {
    const safe = printable(text);
    return { atMs, text: safe, short: safe, source, isInferred: false };
  });
  return [...set, ...found].toSorted((one, other) => one.atMs - other.atMs);
}

/** The engine is named where there are several. */
export function foundMarks(history: History, outages: readonly Outage[]): TimelineMark[] {
  const engines = cyclesOf(history);
  const names = namesOfLives(engines.map(({ engine }) => engine));
  const seen = { firstMs: oldestMs(history), lastMs: newestMs(history), links: linksOf(outages) };
  return autoMarks(engines, seen).map(({ atMs, kind, engine, text }) => ({
    atMs,
    text: engines.length < 2 || engine === undefined ? text : `${names[engine] ?? 'an engine'}: ${text}`,
    short: SHORT[kind],
    source: 'found',
    isInferred: !SEEN.has(kind),
  }));
}

/** A fold keeps outages and not every report of the link: one that began was up before. */
function linksOf(outages: readonly Outage[]): LinkSeen[] {
  const link = { kind: 'link', node: '', code: null, retryMs: null } as const;
  return outages.flatMap(({ cause, fromMs, text }) =>
    cause !== 'link'
      ? []
      : [
          { ...link, atMs: fromMs, state: 'connected', text: '' } as const,
          { ...link, atMs: fromMs, state: 'lost', text } as const,
        ],
  );
}

/** The mark after (1) or before (-1) a time; undefined when there is none. */
export function stepMark(marks: readonly TimelineMark[], atMs: number, by: 1 | -1): TimelineMark | undefined {
  return by === 1 ? marks.find((mark) => mark.atMs > atMs) : marks.findLast((mark) => mark.atMs < atMs);
}
