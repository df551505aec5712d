// The cycles of a history that grows: each look is taken once, however often the cycles are asked for.
import type { ProcessKey } from '../../model/ids.ts';
import { busCycles, type EngineCycles } from './cycle-table.ts';
import { EngineLanes } from './engine-lanes.ts';
import { looksOfEngines, type EnginesLook } from './engine-looks.ts';
import { withoutLostRows, type HeldRows } from './held-rows.ts';
import { statedLook } from './engine-look.ts';
import type { RunSpan } from './engine-series.ts';
import type { SaidState } from '../history/history-point.ts';
import { lookCount, lookMs } from '../history/history-looks.ts';
import type { History } from '../history/history.ts';
import { engineKey } from '../session.ts';
import { RunFinders } from './run-finders.ts';
import { ALL_MEASURED, withLook, type Unmeasured } from './unmeasured.ts';

interface Run extends RunSpan {
  firstMs: number;
  lastMs: number;
  count: number;
  unmeasured: Unmeasured;
  said: SaidState | undefined;
  readonly rows: HeldRows;
  readonly finders: RunFinders;
}

/**
 * Mutable, of its owner alone. The newest look may still be changed by an answer that comes after it, so it is looked at
 * ahead and taken when the next one is there. Looks that a history let go stay taken.
 */
export class CycleFollower {
  #lanes = new EngineLanes();
  #runs: Run[][] = [];
  /** Where each engine was placed at the look before: most looks show the same engines. */
  #placed: { readonly keys: readonly ProcessKey[]; readonly lanes: ReadonlyMap<ProcessKey, number> } | undefined;
  #taken = 0;
  #takenMs: number | undefined;
  #rewritten = 0;

  /** Whether it has taken nothing but looks of this history, or of what it was before it grew. */
  follows(history: History): boolean {
    const last = this.#taken - 1 - history.gone;
    if (history.rewritten !== this.#rewritten || this.#taken >= history.gone + lookCount(history)) return false;
    return last < 0 || lookMs(history, last) === this.#takenMs;
  }

  /** Whether it has taken looks that this history, as it was once, does not have. */
  isAhead(history: History): boolean {
    return history.rewritten === this.#rewritten && this.#taken >= history.gone + lookCount(history);
  }

  /** All engines that were seen, in the order in which they were first. Only of a history that it follows. */
  cycles(history: History): EngineCycles[] {
    const newest = lookCount(history) - 1;
    const from = this.#taken - history.gone;
    for (const look of looksOfEngines(history, from < 0 ? 0 : from, newest)) this.#take(look);
    if (newest >= 0) {
      this.#taken = history.gone + newest;
      this.#takenMs = lookMs(history, newest - 1);
    }
    this.#rewritten = history.rewritten;
    const ahead = this.#ahead();
    for (const look of looksOfEngines(history, newest, newest + 1)) ahead.#take(look);
    return ahead.#found();
  }

  #take({ keys, seen, lookOf, rowsOf, left }: EnginesLook): void {
    if (this.#placed?.keys !== keys) this.#place(keys, seen);
    for (const [key, lane] of this.#placed?.lanes ?? []) {
      const run = this.#runs[lane]?.at(-1);
      if (run === undefined) continue;
      const look = withoutLostRows(lookOf(key), rowsOf(key), run.rows, left);
      // A run that was placed just now has no look before this one.
      if (Number.isNaN(run.firstMs)) run.firstMs = look.atMs;
      run.lastMs = look.atMs;
      run.count += 1;
      run.unmeasured = withLook(run.unmeasured, look.resident);
      run.finders.push(statedLook(look, run.said));
      run.said = look.said;
    }
  }

  #place(keys: readonly ProcessKey[], seen: EnginesLook['seen']): void {
    const engines = keys.flatMap((key) => seen.get(key) ?? []);
    const lanes = new Map<ProcessKey, number>();
    const all = engines.map(({ engine }) => engine);
    for (const { engine, lane, isFresh, basis } of this.#lanes.place(all, engines[0]?.bootId)) {
      const key = engineKey(engine);
      lanes.set(key, lane);
      if (!isFresh) continue;
      const runs = this.#runs[lane] ?? [];
      this.#runs[lane] = runs;
      const span = { key, rootPid: engine.root.pid, basis, firstMs: Number.NaN, lastMs: Number.NaN, count: 0 };
      runs.push({ ...span, unmeasured: ALL_MEASURED, said: undefined, rows: new Map(), finders: new RunFinders() });
    }
    this.#placed = { keys, lanes };
  }

  /** A copy that may take the newest look. */
  #ahead(): CycleFollower {
    const copy = new CycleFollower();
    copy.#lanes = this.#lanes.copy();
    copy.#placed = this.#placed;
    copy.#runs = this.#runs.map((runs) => {
      const last = runs.at(-1);
      return last === undefined
        ? []
        : [...runs.slice(0, -1), { ...last, rows: new Map(last.rows), finders: last.finders.ahead() }];
    });
    return copy;
  }

  #found(): EngineCycles[] {
    return this.#lanes.lanes.map(({ engine }, at) => {
      const runs = this.#runs[at] ?? [];
      const buses = [...new Set(runs.flatMap(({ finders }) => finders.buses))].toSorted();
      const { kind, title, ports, members } = engine;
      return {
        engine: { kind, title, ports, members, runs, buses },
        worst: busCycles(
          'worst',
          runs.map(({ finders }) => finders.worst.cycles()),
        ),
        buses: buses.map((bus) =>
          busCycles(
            bus,
            runs.map(({ finders }) => finders.on(bus).cycles()),
          ),
        ),
      };
    });
  }
}

/** By the oldest chunk of a history, which stays with it while it grows. */
const FOLLOWERS = new WeakMap<object, CycleFollower>();
const FOUND = new WeakMap<History, readonly EngineCycles[]>();

/** The cycles of every engine, as far as they can be told by now: those of looks that are not kept any more stay. */
export function cyclesOf(history: History): readonly EngineCycles[] {
  const known = FOUND.get(history);
  if (known !== undefined) return known;
  const [oldest] = history.full;
  const before = oldest === undefined ? undefined : FOLLOWERS.get(oldest);
  const isFollowed = before?.follows(history) === true;
  const follower = isFollowed ? before : new CycleFollower();
  // One that is further already stays: this history is an older one. The oldest chunk is let go before the next one.
  const isNewer = isFollowed || before === undefined || !before.isAhead(history);
  if (isNewer) for (const chunk of history.full.slice(0, 2)) FOLLOWERS.set(chunk, follower);
  const found = follower.cycles(history);
  FOUND.set(history, found);
  return found;
}
