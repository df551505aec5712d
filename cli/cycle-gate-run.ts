// `gate --cycle`: looks again and again until each engine has let go and held still, or the time is over.
import { CYCLE_LIMITS, stepCycleGate, ARMED, type CycleLimits } from '../shared/gates/cycle-gate.ts';
import {
  absentLook,
  cycleKey,
  cycleLook,
  cycleReport,
  type CycledEngine,
} from '../shared/evidence/gate/cycle-report.ts';
import { phaseText } from '../shared/evidence/gate/cycle-text.ts';
import type { GateReport } from '../shared/evidence/gate/gate-schema.ts';
import { observerClock } from '../node/probe/observer-clock.ts';
import { clip } from '../shared/base/printable.ts';
import type { CommandIo } from './io.ts';
import { secondsOption } from './node-options.ts';
import { UsageError } from './usage-error.ts';

export interface CycleOptions {
  readonly cycle?: true;
  readonly timeout?: string;
  readonly interval?: string;
}

/** How often engines are looked at: a release takes seconds, and a look takes the driver's global lock. */
const DEFAULT_INTERVAL_MS = 1_000;

export interface CyclePlan {
  readonly limits: CycleLimits;
  readonly intervalMs: number;
}

/** undefined for a gate of one look. Throws a UsageError. */
export function cyclePlan({ cycle, timeout, interval }: CycleOptions): CyclePlan | undefined {
  const timeoutMs = secondsOption('--timeout', timeout);
  const intervalMs = secondsOption('--interval', interval);
  if (cycle !== true) {
    if (timeoutMs !== undefined || intervalMs !== undefined) {
      throw new UsageError('--timeout and --interval belong to --cycle; a gate without it looks once.');
    }
    return undefined;
  }
  const limits = { ...CYCLE_LIMITS, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const every = intervalMs ?? DEFAULT_INTERVAL_MS;
  if (every * 2 > limits.gapMs) {
    throw new UsageError(
      `--interval must be at most ${limits.gapMs / 2000} with --cycle: what happens between two looks is not known.`,
    );
  }
  return { limits, intervalMs: every };
}

/** `judge` takes one look. Without an engine to wait for, the first look is the answer. */
export async function runCycleGate(
  judge: () => Promise<GateReport>,
  { limits, intervalMs }: CyclePlan,
  io: CommandIo,
): Promise<GateReport> {
  const cycled = new Map<string, CycledEngine>();
  const show = phaseLine(io);
  // A laptop that slept meanwhile did not look: its monotonic clock stood still, and this one did not.
  const now = observerClock();
  for (;;) {
    const beganMs = performance.now();
    const report = await judge();
    const atMs = now();
    step(cycled, report, atMs, limits);
    const isDone = [...cycled.values()].every(({ gate }) => gate.phase === 'done');
    show([...cycled.values()], isDone);
    if (isDone) return cycleReport(report, cycled, limits);
    // A look that takes longer than the interval is followed by the next one at once.
    const leftMs = beganMs + intervalMs - performance.now();
    if (leftMs > 0) await io.pause(leftMs);
  }
}

/** Orphans and exempt engines release nothing that could be waited for. */
function step(cycled: Map<string, CycledEngine>, report: GateReport, atMs: number, limits: CycleLimits): void {
  const waited = report.engines.filter(({ exempt, rootPid }) => !exempt && rootPid !== null);
  for (const engine of waited) {
    const key = cycleKey(engine);
    const before = cycled.get(key);
    if (before?.gate.phase === 'done') continue;
    cycled.set(key, { engine, gate: stepCycleGate(before?.gate ?? ARMED, cycleLook(engine, atMs), limits) });
  }
  for (const [key, { engine, gate }] of cycled) {
    if (gate.phase === 'done' || waited.some((each) => cycleKey(each) === key)) continue;
    cycled.set(key, { engine, gate: stepCycleGate(gate, absentLook(atMs), limits) });
  }
}

/** One line that renews itself on a terminal; elsewhere a line for each new phase. */
function phaseLine(io: CommandIo): (cycled: readonly CycledEngine[], isDone: boolean) => void {
  const said = { phases: '' };
  return (cycled, isDone) => {
    const text = cycled.map(({ engine, gate }) => `${engine.name}: ${phaseText(gate)}`).join(' · ');
    if (io.isProgressTerminal) {
      io.err(`\r${clip(text, Math.max(io.width - 1, 20))}\u001B[K${isDone && text !== '' ? '\n' : ''}`);
      return;
    }
    const phases = cycled.map(({ gate }) => gate.phase).join(' ');
    if (phases === said.phases) return;
    said.phases = phases;
    io.err(`${text}\n`);
  };
}
