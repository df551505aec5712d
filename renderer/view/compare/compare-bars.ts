// The picture of a comparison: bars around zero, freed to the left and grown to the right, on one round scale.
import type { CompareRowView } from './compare-view.ts';
import { cutMiddle } from '../screen-text.ts';

export interface CompareBar {
  readonly id: string;
  /** `scheduler TP0, 3B:00.0`. */
  readonly name: string;
  readonly mib: number;
  /** `freed 62,469 MiB`. */
  readonly label: string;
}

export interface CompareBars {
  readonly bars: readonly CompareBar[];
  /** The scale reaches so far to either side. */
  readonly edgeMib: number;
  /** How many are in the table alone: without a number, within the noise, or beyond the first. */
  readonly left: { readonly unknown: number; readonly noise: number; readonly more: number };
}

const MOST = 12;
const NAME = 22;

/** What a bar is drawn from. */
export type CompareBarRow = Pick<CompareRowView, 'id' | 'role' | 'owner' | 'rank' | 'gpu' | 'deltaMib' | 'isNoise'> & {
  readonly change: string;
};

export function compareBars(rows: readonly CompareBarRow[]): CompareBars {
  const known = rows.flatMap((row) => (row.deltaMib === null || row.isNoise ? [] : [{ ...row, mib: row.deltaMib }]));
  const drawn = known.slice(0, MOST);
  const bars = drawn.map((row) => {
    const { id, owner, gpu, mib, change } = row;
    // Two engines of one kind on one GPU have the same roles and ranks.
    const isShared = drawn.some((other) => other.id !== id && other.gpu === gpu && whoOf(other) === whoOf(row));
    return {
      id,
      name: `${cutMiddle(whoOf(row), NAME)}, ${isShared ? owner : gpu}`,
      mib,
      label: `${change} ${Math.round(Math.abs(mib)).toLocaleString('en-US')} MiB`,
    };
  });
  const most = bars.reduce((top, { mib }) => Math.max(top, Math.abs(mib)), 0);
  return {
    bars,
    edgeMib: roundUp(most),
    left: {
      unknown: rows.filter(({ deltaMib }) => deltaMib === null).length,
      noise: rows.filter(({ deltaMib, isNoise }) => deltaMib !== null && isNoise).length,
      more: known.length - bars.length,
    },
  };
}

function whoOf({ role, rank }: CompareBarRow): string {
  return [role, rank].filter((part) => part !== '').join(' ');
}

/** 1, 1.5 or 2 times a power of two, so that half of it is round as well. */
function roundUp(mib: number): number {
  const power = 2 ** Math.floor(Math.log2(Math.max(mib, 64)));
  return [power, power * 1.5].find((edge) => edge >= mib) ?? power * 2;
}
