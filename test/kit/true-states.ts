// What the table of awake, asleep and woken says of an engine over all its cycles, against what its ranks really held.
import { fromMiB, toMiB } from '../../shared/base/units.ts';
import { compareStates } from '../../shared/session/compare/compare-states.ts';
import { historyStates } from '../../shared/session/compare/history-states.ts';
import { cyclesOf } from '../../shared/session/cycles/cycle-follower.ts';
import type { History } from '../../shared/session/history/history.ts';
import { engineKey } from '../../shared/session/session.ts';
import { busOf } from './shown-nodes.ts';
import type { TrueNode } from './true-nodes.ts';

/** Of a node that was always seen whole: each rank on each GPU, from its release to where it settled, cycle by cycle. */
export function checkStates(node: TrueNode, history: History, say: (text: string) => void): number {
  const states = historyStates(history);
  if (states === undefined) return 0;
  const { engines, rows } = compareStates(states.engines, undefined, { noise: fromMiB(1), overRanks: false });
  let checked = 0;
  for (const row of rows) {
    const engine = row.engine === undefined ? undefined : engines[row.engine]?.a;
    const [bus] = row.buses;
    if (engine === undefined || row.rank === null || bus === undefined) continue;
    const table = cyclesOf(history).find((each) => each.engine.runs.some(({ key }) => key === engineKey(engine)));
    const port = engine.ports[0];
    const sizeAt = (atMs: number | undefined): number | undefined => {
      const look = node.looks.find((each) => each.atMs === atMs);
      const processes = look?.engines.find((each) => each.port === port)?.processes;
      const rank = processes?.find(({ title }) => title.endsWith(`_TP${row.rank?.tp}`));
      const held = [...(rank?.holds ?? [])].find(([gpu]) => busOf(gpu) === bus);
      return look === undefined ? undefined : (held?.[1] ?? 0);
    };
    const deltas = (table?.worst.cycles ?? []).flatMap(({ releaseMs, settledMs }) => {
      const [from, to] = [sizeAt(releaseMs), sizeAt(settledMs)];
      return from === undefined || to === undefined ? [] : [to - from];
    });
    checked += 1;
    const { range } = row.slept;
    const is = range === undefined ? [] : [toMiB(range.min), toMiB(range.max)];
    const truth = deltas.length === 0 ? [] : [Math.min(...deltas), Math.max(...deltas)];
    if (is.join(' ') !== truth.join(' ')) {
      say(`:${port} TP${row.rank.tp} on ${bus} slept by ${is.join(' to ')}, and it was ${truth.join(' to ')}`);
    }
  }
  return checked;
}
