// The gate over one release: a baseline before it, a change against that, stillness, and then a verdict on that look.
import type { Known } from '../base/known.ts';
import { reason, type Reason } from '../base/reason.ts';
import type { Bytes } from '../base/units.ts';
import { LEVEL_BAND, WHOLE_DROP_SHARE } from '../ledger/cycles.ts';
import type { Verdict } from './verdict.ts';

/** One look at one engine, as the gate of a single look judges it. */
export interface CycleLook {
  /** On one clock, milliseconds. */
  readonly atMs: number;
  /** Of the worst bus. */
  readonly resident: Known<Bytes>;
  /** Over all buses of the engine; without it nothing is said of them. */
  readonly whole?: Known<Bytes> | undefined;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** Reported by the engine or told by the user that it sleeps. */
  readonly saidAsleep: boolean;
}

export interface CycleLimits {
  /** From the first look to the verdict. */
  readonly timeoutMs: number;
  /** How long a size within the limit must hold still: what falls later makes no fail of it. */
  readonly holdWithinMs: number;
  /** How long one above the limit must: releases come in steps, and one that stood for 8 s before the last was reported. */
  readonly holdAboveMs: number;
  /** Longer without a look, and nobody can say what happened in between. */
  readonly gapMs: number;
}

export const CYCLE_LIMITS: CycleLimits = { timeoutMs: 60_000, holdWithinMs: 3_000, holdAboveMs: 10_000, gapMs: 10_000 };

export interface CycleOutcome {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** From the last look at the baseline to the first still one; undefined when it never held still. */
  readonly settleTimeMs: number | undefined;
  /** The look that was judged. */
  readonly atMs: number;
}

export type CyclePhase = 'armed' | 'releasing' | 'settling' | 'done';

export interface CycleGate {
  readonly phase: CyclePhase;
  readonly startedMs: number | undefined;
  /** Of the first look; a gate whose first look is unknown cannot pass. */
  readonly baseline: Known<Bytes> | undefined;
  /** Of the first look, over all buses. */
  readonly baselineWhole: Known<Bytes> | undefined;
  /** The last look that was still at the baseline. */
  readonly baselineMs: number | undefined;
  /** The lowest and highest size since it holds still, and since when. */
  readonly still: { readonly sinceMs: number; readonly low: number; readonly high: number } | undefined;
  /** Every look, for the curve. */
  readonly looks: readonly CycleLook[];
  readonly outcome: CycleOutcome | undefined;
}

export const ARMED: CycleGate = {
  phase: 'armed',
  startedMs: undefined,
  baseline: undefined,
  baselineWhole: undefined,
  baselineMs: undefined,
  still: undefined,
  looks: [],
  outcome: undefined,
};

/** The next look. A gate that is done stays as it is. */
export function stepCycleGate(gate: CycleGate, look: CycleLook, limits: CycleLimits = CYCLE_LIMITS): CycleGate {
  if (gate.phase === 'done') return gate;
  const before = gate.looks.at(-1);
  const begun: CycleGate = {
    ...gate,
    looks: [...gate.looks, look],
    startedMs: gate.startedMs ?? look.atMs,
    baseline: gate.baseline ?? look.resident,
    baselineWhole: gate.baseline === undefined ? look.whole : gate.baselineWhole,
  };
  if (begun.baseline?.known !== true) {
    const why = begun.baseline?.why;
    return done(begun, look, 'inconclusive', [reason('no-baseline', why?.code ?? '')]);
  }
  // A hole in the interval that decides: it may have been anything.
  const isGap = before !== undefined && look.atMs - before.atMs > limits.gapMs;
  if (isGap) return done(begun, look, 'inconclusive', [reason('sample-gap')]);
  const moved = advance(begun, look, begun.baseline.value);
  if (moved.phase === 'settling' && moved.still !== undefined && look.resident.known) {
    const held = look.atMs - moved.still.sinceMs;
    const needed = look.verdict === 'pass' ? limits.holdWithinMs : limits.holdAboveMs;
    if (held >= needed) return done(moved, look, look.verdict, look.reasons);
  }
  return look.atMs - (moved.startedMs ?? look.atMs) >= limits.timeoutMs ? timedOut(moved, look) : moved;
}

function advance(gate: CycleGate, look: CycleLook, baseline: Bytes): CycleGate {
  // Whatever it was in that look, it was not seen to hold still.
  if (!look.resident.known) return gate.phase === 'armed' ? gate : { ...gate, phase: 'releasing', still: undefined };
  const size = look.resident.value;
  if (gate.phase === 'armed') {
    const isFlat = Math.abs(size - baseline) <= LEVEL_BAND && !isKept(gate, look);
    if (isFlat) return { ...gate, baselineMs: look.atMs };
    return { ...gate, phase: 'releasing', still: { sinceMs: look.atMs, low: size, high: size } };
  }
  const low = Math.min(gate.still?.low ?? size, size);
  const high = Math.max(gate.still?.high ?? size, size);
  if (gate.still === undefined || high - low > LEVEL_BAND) {
    return { ...gate, phase: 'releasing', still: { sinceMs: look.atMs, low: size, high: size } };
  }
  return { ...gate, phase: 'settling', still: { ...gate.still, low, high } };
}

/**
 * The engine let go, and its worst bus of nothing: a rank that kept everything. What is within the limit may have slept
 * before, so that makes no pass of it.
 */
function isKept({ baselineWhole }: CycleGate, { whole, verdict }: CycleLook): boolean {
  if (verdict !== 'fail' || baselineWhole?.known !== true || whole?.known !== true) return false;
  return whole.value < baselineWhole.value * (1 - WHOLE_DROP_SHARE);
}

/**
 * Flat from the start is not settled: it may have slept before, or was never released. Only where somebody says that it
 * sleeps is a size above the limit a fail.
 */
function timedOut(gate: CycleGate, look: CycleLook): CycleGate {
  if (!look.resident.known) return done(gate, look, 'inconclusive', [look.resident.why, reason('sample-gap')]);
  // Also where its last looks are alike: it did not hold still for as long as it must.
  if (gate.phase !== 'armed') {
    return done({ ...gate, still: undefined }, look, 'inconclusive', [reason('still-falling')]);
  }
  if (look.saidAsleep && look.verdict === 'fail') return done(gate, look, 'fail', look.reasons);
  return done(gate, look, 'inconclusive', [reason('no-baseline', 'nothing changed')]);
}

function done(gate: CycleGate, look: CycleLook, verdict: Verdict, reasons: readonly Reason[]): CycleGate {
  const sinceMs = gate.phase === 'settling' ? gate.still?.sinceMs : undefined;
  const settleTimeMs = sinceMs === undefined || gate.baselineMs === undefined ? undefined : sinceMs - gate.baselineMs;
  return { ...gate, phase: 'done', outcome: { verdict, reasons, settleTimeMs, atMs: look.atMs } };
}
