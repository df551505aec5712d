// What is said of two looks beside each other, against what really changed between them.
import type { Known } from '../../shared/base/known.ts';
import { fromMiB, toMiB, type Bytes } from '../../shared/base/units.ts';
import { compareMoments, type ComparedRow, type Comparison } from '../../shared/session/compare/compare.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { engineKey } from '../../shared/session/session.ts';
import { busOf } from './shown-nodes.ts';
import type { Figures } from './true-claims.ts';
import { heldBy, usedOn, type TrueLook, type TrueNode } from './true-nodes.ts';

const NOISE = fromMiB(1);

const mibOf = (size: Known<Bytes> | undefined): number | undefined =>
  size === undefined ? 0 : size.known ? toMiB(size.value) : undefined;

/** Of some pairs of looks: what changed, forth and back, by row, by GPU and by engine. */
export function checkCompared(
  node: TrueNode,
  moments: readonly (Moment | undefined)[],
  figures: Figures,
  say: (text: string) => void,
): void {
  const step = Math.max(1, Math.floor(moments.length / 6));
  for (let at = 0; at < moments.length; at += step) {
    const to = (at * 7 + 5) % moments.length;
    const [a, b] = [moments[at], moments[to]];
    const [lookA, lookB] = [node.looks[at], node.looks[to]];
    if (a === undefined || b === undefined || lookA === undefined || lookB === undefined) continue;
    figures.compared += 1;
    const forth = compareMoments(a, b, NOISE);
    const back = compareMoments(b, a, NOISE);
    const same = compareMoments(a, a, NOISE);
    for (const row of same.rows) {
      if (row.delta.known && row.delta.value !== 0) say(`a look ${at} differs from itself`);
    }
    const backByName = new Map(back.rows.map((row) => [nameOf(row, back, 'b'), row]));
    for (const row of forth.rows) {
      const other = backByName.get(nameOf(row, forth, 'a'));
      const [one, two] = [mibOf(row.delta), other === undefined ? Number.NaN : mibOf(other.delta)];
      if (one !== (two === undefined ? undefined : 0 - two))
        say(`looks ${at} and ${to}: back is not the negative of forth`);
    }
    if (!node.hasBusColumn) continue;
    for (let gpu = 0; gpu < node.gpus; gpu += 1) {
      const rows = forth.rows.filter(({ bus }) => bus === busOf(gpu));
      const sumOf = (sizes: readonly (Known<Bytes> | undefined)[]): number | undefined => {
        let sum = 0;
        for (const size of sizes) {
          const mib = mibOf(size);
          if (mib === undefined) return undefined;
          sum += mib;
        }
        return sum;
      };
      // What one look did not have may have been there unlisted.
      const change = sumOf(rows.map(({ delta }) => delta));
      const isLate = [lookA, lookB].some(({ faults }) => faults.some(({ kind }) => kind === 'opening-late'));
      if (rows.length > 0 && change !== undefined && !isLate && change !== usedOn(gpu, lookB) - usedOn(gpu, lookA)) {
        say(
          `looks ${at} and ${to}, GPU ${gpu}: rows change by ${change}, used by ${usedOn(gpu, lookB) - usedOn(gpu, lookA)}`,
        );
      }
      const lastA = sumOf(rows.map(({ a: side }) => side.resident));
      const ledger = rows.some((row) => row.class === 'unattributed' && row.a.resident?.known === true);
      if (ledger && lastA !== undefined && !isLate && lastA !== usedOn(gpu, lookA)) {
        say(`look ${at}, GPU ${gpu}: rows come to ${lastA}, used is ${usedOn(gpu, lookA)}`);
      }
    }
    checkEngineChange(forth, [lookA, lookB], [at, to], say);
  }
}

/** Of an engine that is on both sides the rows of a GPU change by what it changed. */
function checkEngineChange(
  { engines, rows }: Comparison,
  [a, b]: readonly [TrueLook, TrueLook],
  [at, to]: readonly [number, number],
  say: (text: string) => void,
): void {
  for (const [place, match] of engines.entries()) {
    const [left, right] = [
      a.engines.find(({ rootPid }) => rootPid === match.a?.root.pid),
      b.engines.find(({ rootPid }) => rootPid === match.b?.root.pid),
    ];
    if (left === undefined || right === undefined) continue;
    if (left.port !== right.port) {
      // Said beside it, and a guess: another port may be the same engine in another run.
      if (match.basis === 'only one of its kind') continue;
      say(`looks ${at} and ${to}: :${left.port} is taken for :${right.port} by ${match.basis}`);
      continue;
    }
    const [heldA, heldB] = [heldBy(left, 'living'), heldBy(right, 'living')];
    for (const gpu of new Set([...heldA.keys(), ...heldB.keys()])) {
      const own = rows.filter((row) => row.engine === place && row.bus === busOf(gpu));
      // What neither look saw of it is no row of either.
      const isCut = [a, b].every(({ faults }) => faults.some(({ kind }) => kind === 'scan-cut'));
      if (isCut || own.length === 0 || own.some(({ delta }) => !delta.known)) continue;
      const change = own.reduce((sum, { delta }) => sum + (mibOf(delta) ?? 0), 0);
      const truth = (heldB.get(gpu) ?? 0) - (heldA.get(gpu) ?? 0);
      if (change !== truth)
        say(`looks ${at} and ${to}: :${left.port} on GPU ${gpu} changed by ${truth}, not ${change}`);
    }
  }
}

function nameOf(row: ComparedRow, { engines }: Comparison, side: 'a' | 'b'): string {
  const engine = row.engine === undefined ? undefined : engines[row.engine];
  const root = side === 'a' ? (engine?.a ?? engine?.b) : (engine?.b ?? engine?.a);
  const lone = engine === undefined ? '' : `${engine.a === undefined}${engine.b === undefined}`;
  const key = root === undefined ? '' : `${engineKey(root)} ${lone.length}`;
  return JSON.stringify([row.class, key, row.role, row.rank, row.bus]);
}
