// A table as a value: typed columns with units, cells that may be unknown and say why, and where each number comes from.
import type { Known } from '../../base/known.ts';
import { REASONS } from '../../base/reason.ts';
import { bytes, toGiB, toMiB } from '../../base/units.ts';

/** `change` is signed bytes and always shows its sign; `share` is a fraction, shown in percent. */
export type ColumnKind = 'text' | 'count' | 'bytes' | 'change' | 'share' | 'seconds';

export interface TableColumn {
  /** Stable, for JSON and CSV: `resident_bytes`. */
  readonly id: string;
  readonly title: string;
  readonly kind: ColumnKind;
}

/** Which sample a number was read from, so that somebody can look it up. */
export interface Provenance {
  readonly node: string;
  /** Of the frame or answer, on the recorder's clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly source: 'nvidia-smi' | 'proc' | 'engine' | 'derived' | 'user';
  /** SHA-256 of the frame's text as the probe sent it; undefined where several frames made the number. */
  readonly frame?: string;
  /** How old an engine's answer was at that look; undefined for what was measured at it. */
  readonly ageMs?: number;
}

/** Over several ranks or cycles: the smallest, the middle one and the largest, and how many there were. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly count: number;
}

export type TableCell =
  | { readonly kind: 'text'; readonly text: string; readonly from?: Provenance }
  | { readonly kind: 'number'; readonly value: number; readonly from?: Provenance }
  /** `shows`: as `1,780 (1,740 to 1,820)`, where the middle one is what is compared; otherwise as `1,740–1,820`. */
  | { readonly kind: 'spread'; readonly spread: Spread; readonly shows?: 'median'; readonly from?: Provenance }
  | { readonly kind: 'unknown'; readonly why: string; readonly from?: Provenance }
  /** Nothing belongs here, such as the limit of a row that is not judged. Not the same as unknown. */
  | { readonly kind: 'none' };

export interface EvidenceTable {
  /** `gate`, `ledger`, `states` … */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly TableColumn[];
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly TableCell[])[];
  /** Sentences below the table: versions, policy, recording hash, how things were matched. */
  readonly notes: readonly string[];
  readonly isDemo: boolean;
}

export type Unit = 'MiB' | 'GiB';

export interface NumberStyle {
  readonly unit: Unit;
  /** Of GiB; MiB are whole unless the source was not. */
  readonly digits: number;
}

/** How many there may be. */
export const GIB_DIGITS = [0, 1, 2, 3] as const;

export const DEFAULT_STYLE: NumberStyle = { unit: 'MiB', digits: 2 };

export const DEMO_NOTE = 'Demo data: nothing here was measured.';

export function textCell(text: string, from?: Provenance): TableCell {
  return { kind: 'text', text, ...(from === undefined ? {} : { from }) };
}

/** A number that may be unknown, with its reason in words. */
export function numberCell(value: Known<number>, from?: Provenance): TableCell {
  const base = from === undefined ? {} : { from };
  if (value.known) return { kind: 'number', value: value.value, ...base };
  const { code, where } = value.why;
  return { kind: 'unknown', why: where === '' ? REASONS[code] : `${REASONS[code]} (${where})`, ...base };
}

/** The spread of some numbers; unknown as soon as one of them is, because it may be the largest. */
export function spreadCell(values: readonly Known<number>[], from?: Provenance): TableCell {
  const sorted: number[] = [];
  for (const value of values) {
    if (!value.known) return numberCell(value, from);
    sorted.push(value.value);
  }
  sorted.sort((one, other) => one - other);
  const [min] = sorted;
  const max = sorted.at(-1);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || middle === undefined) return { kind: 'none' };
  const base = from === undefined ? {} : { from };
  return { kind: 'spread', spread: { min, median: middle, max, count: sorted.length }, ...base };
}

/** `Resident (MiB)`: the unit is said once, in the heading. */
export function headingOf({ title, kind }: TableColumn, { unit }: NumberStyle): string {
  switch (kind) {
    case 'bytes':
    case 'change':
      return `${title} (${unit})`;
    case 'seconds':
      return `${title} (s)`;
    case 'share':
      return `${title} (%)`;
    case 'text':
    case 'count':
      return title;
  }
}

/** A cell in words. `unknown` says so, and nothing is an empty text; the reason of an unknown is the caller's to add. */
export function cellText(cell: TableCell, kind: ColumnKind, style: NumberStyle): string {
  switch (cell.kind) {
    case 'text':
      return cell.text;
    case 'none':
      return '';
    case 'unknown':
      return 'unknown';
    case 'number':
      return numberText(cell.value, kind, style);
    case 'spread': {
      const { min, median, max } = cell.spread;
      const [low, high] = [numberText(min, kind, style), numberText(max, kind, style)];
      if (low === high) return low;
      return cell.shows === 'median' ? `${numberText(median, kind, style)} (${low} to ${high})` : `${low}–${high}`;
    }
  }
}

/** Without its unit. */
export function numberText(value: number, kind: ColumnKind, { unit, digits }: NumberStyle): string {
  switch (kind) {
    case 'bytes':
    case 'change': {
      const size = unit === 'MiB' ? wholeOr2(toMiB(bytes(value))) : toGiB(bytes(value)).toFixed(digits);
      return kind === 'change' && value > 0 ? `+${grouped(size)}` : grouped(size);
    }
    case 'share':
      return (value * 100).toFixed(1);
    case 'seconds':
      return value.toFixed(1);
    case 'text':
    case 'count':
      return grouped(String(value));
  }
}

function wholeOr2(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function grouped(number: string): string {
  const [whole = '', fraction] = number.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** All sentences below a table, the demo's first; reasons of unknown cells once each. */
export function notesOf({ rows, notes, isDemo }: EvidenceTable): string[] {
  const reasons = new Set(rows.flat().flatMap((cell) => (cell.kind === 'unknown' ? [cell.why] : [])));
  return [...(isDemo ? [DEMO_NOTE] : []), ...[...reasons].map((why) => `Unknown: ${why}.`), ...notes];
}

export function isNumeric(kind: ColumnKind): boolean {
  return kind !== 'text';
}
