// A comparison as its figure takes it: who, on which GPU, and by how much.
import { rankText } from '../text/rank-text.ts';
import { shortBus } from '../../ledger/short-bus.ts';
import type { ComparedRow, Comparison } from '../../session/compare/compare.ts';
import type { CompareFigureRow } from './compare-figure.ts';
import { measured } from './sized.ts';

/** In the order of the comparison: the largest difference first. */
export function compareFigureRows({ rows }: Comparison): CompareFigureRow[] {
  return rows.map(({ role, rank, bus, delta, change, isNoise }: ComparedRow) => {
    const who = [role, rankText(rank)].filter((part) => part !== '').join(' ');
    return { name: `${who}, ${shortBus(bus)}`, delta: measured(delta), change, isNoise };
  });
}
