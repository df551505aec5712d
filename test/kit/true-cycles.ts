// The cycles that are found of an engine, against the sleeps that it really had.
import { toMiB } from '../../shared/base/units.ts';
import type { EngineCycles } from '../../shared/session/cycles/cycle-table.ts';
import type { Figures } from './true-claims.ts';
import { fullest, heldBy, type TrueNode } from './true-nodes.ts';

interface TrueSleep {
  readonly number: number;
  /** Looks, by their place. */
  readonly before: number;
  readonly from: number;
  readonly to: number;
  /** undefined: it ended asleep, or the looks are over. */
  readonly wake: number | undefined;
}

/** Of each life of an engine. */
function sleepsOf(node: TrueNode, port: number): TrueSleep[] {
  const states = node.looks.map((look) => look.engines.find((each) => each.port === port));
  const sleeps: TrueSleep[] = [];
  let open: { before: number; from: number; root: string } | undefined;
  const keyOf = (at: number): string => {
    const engine = states[at];
    const [root] = engine?.processes ?? [];
    return engine === undefined ? '' : `${node.looks[at]?.boot} ${engine.rootPid} ${root?.startTicks}`;
  };
  for (const [at, engine] of states.entries()) {
    const isDown = engine?.state === 'falling' || engine?.state === 'asleep';
    if (open !== undefined && keyOf(at) !== open.root) {
      sleeps.push({ number: sleeps.length + 1, before: open.before, from: open.from, to: at - 1, wake: undefined });
      open = undefined;
    }
    if (open === undefined && isDown && at > 0 && keyOf(at - 1) === keyOf(at)) {
      open = { before: at - 1, from: at, root: keyOf(at) };
    } else if (open !== undefined && engine?.state === 'awake') {
      sleeps.push({ number: sleeps.length + 1, before: open.before, from: open.from, to: at - 1, wake: at });
      open = undefined;
    }
  }
  if (open !== undefined) {
    const to = node.looks.length - 1;
    sleeps.push({ number: sleeps.length + 1, before: open.before, from: open.from, to, wake: undefined });
  }
  return sleeps;
}

const BAND_MIB = 64;

/** Each cycle is a sleep; where nothing went wrong each sleep is a cycle, with the times that it had. */
export function checkCycles(
  node: TrueNode,
  found: readonly EngineCycles[],
  figures: Figures,
  say: (text: string) => void,
): void {
  const isClean = node.looks.every(({ faults }) => faults.length === 0);
  for (const table of found) {
    const port = table.engine.ports[0] ?? 0;
    const who = `:${port}`;
    const sleeps = sleepsOf(node, port);
    figures.cycles += table.worst.cycles.length;
    for (const cycle of table.worst.cycles) {
      const sleep = sleeps.find(({ from, to, wake }) => {
        const [first, last] = [node.looks[from]?.atMs ?? 0, node.looks[wake ?? to]?.atMs ?? 0];
        return cycle.releaseMs < last && (cycle.wakeMs ?? Number.POSITIVE_INFINITY) >= first;
      });
      if (sleep === undefined) {
        say(`${who}: cycle ${cycle.number} is no sleep`);
        continue;
      }
      if (!cycle.residual.known) continue;
      figures.residuals += 1;
      const is = toMiB(cycle.residual.value);
      const at = node.looks.findIndex(({ atMs }) => atMs === cycle.settledMs);
      const engine = node.looks[at]?.engines.find((each) => each.port === port);
      if (engine === undefined) {
        say(`${who}: cycle ${cycle.number} settled at no look`);
        continue;
      }
      const truth = fullest(heldBy(engine, 'living'));
      if (Math.abs(is - truth) > BAND_MIB) say(`${who}: cycle ${cycle.number} stays ${is}, and holds ${truth}`);
    }
    if (!isClean) continue;
    // Of a sleep that began at the last look it may be said either way.
    const isNew = sleeps.at(-1)?.from === node.looks.length - 1;
    const seen = isNew && table.worst.cycles.length < sleeps.length ? sleeps.slice(0, -1) : sleeps;
    if (table.worst.cycles.length !== seen.length) {
      say(`${who}: ${table.worst.cycles.length} cycles, and it slept ${seen.length} times`);
      continue;
    }
    for (const [place, { before, from, to, wake }] of seen.entries()) {
      const cycle = table.worst.cycles[place];
      if (cycle === undefined) continue;
      const msOf = (at: number | undefined): number | undefined =>
        at === undefined ? undefined : node.looks[at]?.atMs;
      const isLow = (at: number): boolean =>
        node.looks[at]?.engines.find((each) => each.port === port)?.state === 'asleep';
      const asleep = Array.from({ length: to - from + 1 }, (_, each) => from + each).filter(isLow);
      const sizeAt = (at: number): number => {
        const engine = node.looks[at]?.engines.find((each) => each.port === port);
        return engine === undefined ? 0 : fullest(heldBy(engine, 'living'));
      };
      const settles = asleep.length >= 2;
      // A rank that keeps all of its memory holds still from the first look on.
      // Nor does one that falls to about where it stays at once.
      const low = sizeAt(asleep[0] ?? from);
      const isNear = from !== asleep[0] && sizeAt(from) - low < 2 * BAND_MIB;
      const isUneven = isNear || Math.abs(sizeAt(before) - low) < 400;
      if (!isUneven && cycle.releaseMs !== msOf(before)) say(`${who}: cycle ${place + 1} released at another look`);
      if (settles && !isUneven && cycle.settledMs !== msOf(asleep[0])) {
        say(`${who}: cycle ${place + 1} settled at ${cycle.settledMs}, not ${msOf(asleep[0])}`);
      }
      if (settles && !cycle.residual.known) say(`${who}: cycle ${place + 1} has no residual`);
      if (wake !== undefined && !isUneven && cycle.wakeMs !== msOf(wake)) {
        say(`${who}: cycle ${place + 1} woke at ${cycle.wakeMs}, not ${msOf(wake)}`);
      }
    }
  }
}
