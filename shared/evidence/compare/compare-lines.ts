// What every comparison in a terminal says alike: whose a row is, which rows are left out, and how large the noise is.
import type { CompareRow } from './compare-schema.ts';
import { rankText } from '../text/rank-text.ts';
import { mib } from '../text/sizes.ts';
import type { TextOptions } from '../text/paint.ts';

export interface CompareTextOptions extends TextOptions {
  /** Rows below the noise are listed as well. */
  readonly all: boolean;
}

/** Who a row is about, in any comparison. */
export type NamedRow = Pick<CompareRow, 'class' | 'engine' | 'role' | 'rank'>;

/** The engines that rows name by their place: at A, at B, or at both. */
export type NamedSides = readonly {
  readonly a: { readonly name: string } | null;
  readonly b: { readonly name: string } | null;
}[];

/** `sglang :30000 scheduler TP1`; the engine as it is called at B, where it is there. */
export function whoText(row: NamedRow, engines: NamedSides): string {
  const { class: kind, role, rank } = row;
  const label = kind === 'trainer' ? `trainer ${role}` : role;
  return [ownerText(row, engines), label, rankText(rank)].filter((text) => text !== '').join(' ');
}

/** `sglang :30000`, `orphan`; empty for what is no engine's. */
export function ownerText({ class: kind, engine }: NamedRow, engines: NamedSides): string {
  const match = engine === null ? undefined : engines[engine];
  return (match?.b ?? match?.a)?.name ?? (kind === 'engine' || kind === 'orphan' ? kind : '');
}

export function shownRows<Row extends { readonly isNoise: boolean }>(rows: readonly Row[], all: boolean): Row[] {
  return rows.filter(({ isNoise }) => all || !isNoise);
}

/** The floor, what it was measured from, and how many rows are below it. `from`: `9 idle looks`. */
export function noiseText(
  noise: { readonly bytes: number; readonly looks: number } | null,
  from: string,
  rows: readonly { readonly isNoise: boolean }[],
  all: boolean,
): string {
  const measured =
    noise === null || noise.looks < 2
      ? 'the step of nvidia-smi, as there were no two idle looks to measure it from'
      : `measured from ${from}`;
  const floor = `Noise floor: ${mib(noise?.bytes ?? null)}, ${measured}.`;
  const noisy = rows.filter(({ isNoise }) => isNoise).length;
  if (noisy === 0) return floor;
  return `${floor} ${noisy} ${noisy === 1 ? 'row is' : 'rows are'} below it${all ? '' : ' and not shown (--all shows them)'}.`;
}

export const NOTHING_DIFFERS = 'Nothing differs by more than the noise.';

/** `(matched by: same port)`, `(only in B)`. */
export function matchText({ a, matchedBy }: { readonly a: unknown; readonly matchedBy: string | null }): string {
  return matchedBy === null ? (a === null ? 'only in B' : 'only in A') : `matched by: ${matchedBy}`;
}
