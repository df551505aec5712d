// The judged number over the last minutes, for the small curve on a verdict's card.
import type { Known } from '../../../shared/base/known.ts';
import { toMiB, type Bytes } from '../../../shared/base/units.ts';
import type { PolicyKind } from '../../../shared/gates/policy.ts';
import type { ProcessKey } from '../../../shared/model/ids.ts';
import { newestMs, pointsBetween } from '../../../shared/session/history/history-looks.ts';
import type { History } from '../../../shared/session/history/history.ts';
import { engineValue } from '../../../shared/session/history/history-values.ts';

export interface CurvePoint {
  readonly atMs: number;
  /** null where it is unknown: drawn as a gap. */
  readonly mib: number | null;
}

export interface VerdictCurve {
  readonly points: readonly CurvePoint[];
  readonly unknown: number;
  readonly sentence: string;
}

const WINDOW_MS = 10 * 60_000;

export function verdictCurve(history: History, engine: ProcessKey, kind: PolicyKind): VerdictCurve {
  const newest = newestMs(history) ?? Number.NEGATIVE_INFINITY;
  const points = pointsBetween(history, newest - WINDOW_MS, newest).map((point) => ({
    atMs: point.atMs,
    mib: mibOf(engineValue(point, engine, kind)),
  }));
  const numbers = points.flatMap(({ mib }) => (mib === null ? [] : [mib]));
  const unknown = points.length - numbers.length;
  return { points, unknown, sentence: sentenceOf(points, numbers, unknown) };
}

function mibOf(size: Known<Bytes> | undefined): number | null {
  return size?.known === true ? toMiB(size.value) : null;
}

function sentenceOf(points: readonly CurvePoint[], numbers: readonly number[], unknown: number): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || numbers.length === 0) return 'No look has measured this engine yet.';
  const minutes = (last.atMs - first.atMs) / 60_000;
  const over = minutes < 1 ? `${Math.round(minutes * 60)} s` : `${minutes.toFixed(1)} min`;
  const text = (mib: number): string => Math.round(mib).toLocaleString('en-US');
  if (points.length === 1) return `One look so far: ${text(numbers[0] ?? Number.NaN)} MiB.`;
  const range = `Over the last ${over}, ${points.length} looks: between ${text(Math.min(...numbers))} and ${text(Math.max(...numbers))} MiB`;
  return unknown === 0 ? `${range}.` : `${range}; ${unknown} could not be measured and are gaps.`;
}

/** Round values in MiB from 0 to above the largest, three to five of them: for an axis that reads at a glance. */
export function axisTicks(most: number): number[] {
  const raw = Math.max(most, 1) / 4;
  const power = 2 ** Math.floor(Math.log2(raw));
  const step = raw / power > 1.5 ? power * 2 : raw === power ? power : power * 1.5;
  const count = Math.ceil(most / step);
  return Array.from({ length: Math.max(count, 1) + 1 }, (_, at) => at * step);
}
