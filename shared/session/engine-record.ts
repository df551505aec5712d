// What is remembered of one engine over time: its newest answers, and the level at which it was last seen awake.
import type { Known, Tally } from '../base/known.ts';
import type { Bytes } from '../base/units.ts';
import type { Seen } from '../engines/accounting.ts';
import { ACCOUNTING_READERS } from '../engines/accounting-readers.ts';
import type { EngineKind } from '../engines/engine-definition.ts';
import type { BusKey, PerBus } from '../ledger/per-bus.ts';
import type { AccountingObservation, EngineEndpoint } from '../model/accounting.ts';
import type { HostMemory } from './host-memory.ts';

export interface EngineRecord {
  /** Oldest first; of each path the newest answer and the newest failure, so that a long session does not grow. */
  readonly seen: readonly Seen[];
  /** Where it answered last; null before. */
  readonly endpoint: EngineEndpoint | null;
  /** What it accounted for on its worst bus, from when on, oldest first: it is asked again and again, and says the same. */
  readonly accounted: readonly AccountedStep[];
  /** undefined until it was seen awake with every row of its tree known. */
  readonly awake: AwakeLevel | undefined;
  /** Host memory at that time. */
  readonly awakeHost: HostMemory | undefined;
  /** What was resident on its worst bus in the newest sample of the sleep that is going on. */
  readonly sleep: Known<Bytes> | undefined;
  /** The same of each sleep that ended with a waking, oldest first. */
  readonly sleeps: readonly Known<Bytes>[];
}

/** A run can have thousands of steps; a trend needs the newest. */
export const MOST_SLEEPS = 200;

/** An engine that answers something else each time it is asked must not grow a session. */
const MOST_STEPS = 64;

/** Holds until the next step. */
export interface AccountedStep {
  /** When the answer came that said so first, on the clock of `receivedMs`. */
  readonly fromMs: number;
  /** undefined: from here on it did not say. */
  readonly bytes: Bytes | undefined;
}

export interface AwakeLevel {
  readonly perBus: PerBus;
  /** The largest of them. */
  readonly worst: Bytes;
  /** The node's monotonic clock; undefined when the node would not say. */
  readonly atMs: number | undefined;
}

export const NO_RECORD: EngineRecord = {
  seen: [],
  endpoint: null,
  accounted: [],
  awake: undefined,
  awakeHost: undefined,
  sleep: undefined,
  sleeps: [],
};

export function recordAnswer(
  record: EngineRecord,
  { endpoint, seen }: AccountingObservation,
  kind: EngineKind,
): EngineRecord {
  const others = record.seen.filter((each) => each.kind !== seen.kind || each.path !== seen.path);
  const answered = seen.kind === 'answer' ? endpoint : null;
  const next = { ...record, seen: [...others, seen], endpoint: answered ?? record.endpoint };
  return { ...next, accounted: accountedAfter(next, kind, seen.receivedMs) };
}

function accountedAfter(
  { seen, accounted }: EngineRecord,
  kind: EngineKind,
  fromMs: number,
): EngineRecord['accounted'] {
  const { accounting } = ACCOUNTING_READERS[kind].read(seen);
  const bytes = accounting.known && accounting.value.maxSum.known ? accounting.value.maxSum.value : undefined;
  return bytes === accounted.at(-1)?.bytes ? accounted : [...accounted, { fromMs, bytes }].slice(-MOST_STEPS);
}

/** The level of a tree of which every row is a number; undefined otherwise, because a lower bound is no level. */
export function levelOf(perBus: PerBus, atMs: number | undefined): AwakeLevel | undefined {
  let worst: Bytes | undefined;
  for (const [, tally] of perBus as Iterable<[BusKey, Tally]>) {
    if (tally.missing.length > 0) return undefined;
    if (worst === undefined || tally.atLeast > worst) worst = tally.atLeast;
  }
  return worst === undefined ? undefined : { perBus, worst, atMs };
}
