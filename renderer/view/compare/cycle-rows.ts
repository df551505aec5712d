// The sleep/wake cycles of each engine on each GPU as rows, with what stays and whether that grows.
import type { Known } from '../../../shared/base/known.ts';
import type { Bytes } from '../../../shared/base/units.ts';
import { settleBounds } from '../../../shared/ledger/cycles.ts';
import {
  driftText,
  type BusCycles,
  type EngineCycles,
  type TableCycle,
} from '../../../shared/session/cycles/cycle-table.ts';
import type { EngineLives } from '../../../shared/session/cycles/engine-series.ts';
import { unmeasuredOf, unmeasuredSentence } from '../../../shared/session/cycles/unmeasured.ts';
import { endedAsleepMs, sleepSpan, unseenMs, unseenSpans } from '../../../shared/session/cycles/unseen-time.ts';
import { namesOfLives } from '../../../shared/session/engine-name.ts';
import { ageText, wholeMib, whyText } from '../screen-text.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';
import { dayText, timeWithin, type TimeSpan } from '../time-text.ts';

export interface CycleCell {
  readonly text: string;
  /** Why there is no number; empty where there is one. */
  readonly why: string;
}

export interface CycleRow {
  readonly number: number;
  readonly released: string;
  /** How much of the sleep nobody looked at: `12 s of its sleep not seen`. Empty where all was seen. */
  readonly unseen: string;
  readonly awake: string;
  readonly residual: CycleCell;
  /** What it held after that, still asleep: `then 16,000 at 12:00:18`. Empty where it did not rise. */
  readonly rose: string;
  readonly freed: CycleCell;
  readonly settle: CycleCell;
  readonly woke: CycleCell;
  readonly isRestarted: boolean;
  /** The looks that show it, milliseconds since 1970. */
  readonly awakeMs: number;
  readonly settledMs: number | undefined;
  readonly wakeMs: number | undefined;
}

export interface BusCycleTable {
  readonly id: string;
  /** `worst GPU`, `3B:00.0`. */
  readonly name: string;
  /** `growing by 38 MiB a cycle (12 cycles)`. */
  readonly drift: string;
  readonly isGrowing: boolean;
  /** The newest first. */
  readonly rows: readonly CycleRow[];
}

export interface EngineCycleTables {
  readonly id: string;
  readonly name: string;
  /** `5 of its 40 looks could not be measured, and …`; empty where all were. */
  readonly unmeasured: string;
  readonly buses: readonly BusCycleTable[];
}

/** When nobody looked: the gaps of a node, and its newest look. */
export interface UnseenTimes {
  readonly gaps: readonly TimeSpan[];
  readonly newestMs: number | undefined;
}

export function cycleTables(engines: readonly EngineCycles[], { gaps, newestMs }: UnseenTimes): EngineCycleTables[] {
  const unseen = unseenSpans(gaps);
  const names = namesOfLives(engines.map(({ engine }) => engine));
  return engines.map(({ engine, worst, buses }, at) => ({
    id: `${at}`,
    name: names[at] ?? engine.kind,
    unmeasured: unmeasuredSentence(looksOf(engine), unmeasuredOf(engine.runs)),
    buses: [worst, ...buses].map(
      (cycles) =>
        new TableOfBus(cycles, (cycle) => ({
          notSeenMs: unseenMs(unseen, sleepSpan(cycle, engine.runs, newestMs)),
          endedMs: endedAsleepMs(cycle, engine.runs, newestMs),
        })),
    ),
  }));
}

function looksOf({ runs }: EngineLives): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}

/** The drift of a GPU on which nothing was released. */
export const NO_CYCLE = 'no cycle was seen yet';

/** What the looks at the node say of one sleep. */
interface SleepFacts {
  readonly notSeenMs: number;
  /** The last look at its engine, where that ended in it. */
  readonly endedMs: number | undefined;
}

/** Worked out when it is shown: of the tables of an engine one is. */
class TableOfBus implements BusCycleTable {
  readonly #of: BusCycles;
  readonly #factsOf: (cycle: TableCycle) => SleepFacts;

  constructor(of: BusCycles, factsOf: (cycle: TableCycle) => SleepFacts) {
    this.#of = of;
    this.#factsOf = factsOf;
  }

  get id(): string {
    return this.#of.bus;
  }

  get name(): string {
    return this.#of.bus === 'worst' ? 'worst GPU' : shortBus(this.#of.bus);
  }

  get drift(): string {
    return this.#of.cycles.length === 0 ? NO_CYCLE : driftText(this.#of.drift);
  }

  get isGrowing(): boolean {
    return this.#of.drift.judgement === 'growing';
  }

  get rows(): readonly CycleRow[] {
    const { cycles } = this.#of;
    const ends = cycles.flatMap(({ releaseMs, wakeMs }) => [releaseMs, wakeMs ?? releaseMs]);
    const span = { fromMs: ends[0] ?? 0, toMs: ends.at(-1) ?? 0 };
    return cycles.map((cycle) => knownRow(cycle, span, this.#factsOf(cycle))).toReversed();
  }
}

/** A cycle that is over stays the same object, and so does its row: of hours of them only the newest is made anew. */
const ROWS = new WeakMap<TableCycle, SleepFacts & { readonly hasDays: boolean; readonly row: CycleRow }>();

function knownRow(cycle: TableCycle, span: TimeSpan, facts: SleepFacts): CycleRow {
  const hasDays = dayText(span.fromMs) !== dayText(span.toMs);
  const { notSeenMs, endedMs } = facts;
  const known = ROWS.get(cycle);
  if (known?.hasDays === hasDays && known.notSeenMs === notSeenMs && known.endedMs === endedMs) return known.row;
  const row = rowOf(cycle, span, facts);
  ROWS.set(cycle, { hasDays, notSeenMs, endedMs, row });
  return row;
}

/** Over midnight each time has its day. */
function rowOf(cycle: TableCycle, span: TimeSpan, { notSeenMs, endedMs }: SleepFacts): CycleRow {
  const { number, awake, releaseMs, residual, rose, freed, settleTimeMs, settledMs, wakeMs, woken, isRestarted } =
    cycle;
  return {
    number,
    released: timeWithin(releaseMs, span),
    unseen: notSeenMs > 0 ? `${ageText(notSeenMs)} of its sleep not seen` : '',
    awake: wholeMib(awake),
    residual: sizeCell(residual),
    freed: freed === undefined ? none('what stayed is not known') : { text: wholeMib(freed), why: '' },
    settle: settleTimeMs === undefined ? none('it was not seen to hold still') : settleText(settleTimeMs, cycle),
    rose: rose === undefined ? '' : `then ${wholeMib(rose.to)} at ${timeWithin(rose.atMs, span)}`,
    woke:
      wakeMs === undefined ? wokeNever(endedMs, span) : { text: wokeText(timeWithin(wakeMs, span), woken), why: '' },
    isRestarted,
    awakeMs: releaseMs,
    settledMs,
    wakeMs,
  };
}

function settleText(settleTimeMs: number, cycle: TableCycle): CycleCell {
  const bounds = settleBounds(cycle);
  if (bounds === undefined) return { text: ageText(settleTimeMs), why: '' };
  return { text: bounds.map(ageText).join(' to '), why: 'nobody looked at the release itself' };
}

function wokeNever(endedMs: number | undefined, span: TimeSpan): CycleCell {
  if (endedMs === undefined) return none('it sleeps on');
  return { text: 'ended asleep', why: `its engine was seen for the last time at ${timeWithin(endedMs, span)}` };
}

function wokeText(woke: string, woken: Bytes | undefined): string {
  return woken === undefined ? woke : `${woke}, ${wholeMib(woken)}`;
}

function sizeCell(size: Known<Bytes>): CycleCell {
  return size.known ? { text: wholeMib(size.value), why: '' } : { text: 'unknown', why: whyText(size.why) };
}

function none(why: string): CycleCell {
  return { text: '–', why };
}
