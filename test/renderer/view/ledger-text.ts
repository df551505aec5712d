// A ledger as it is drawn, in lines that a test writes down by hand: names, places in MiB from the left, gaps, notes.
import { DEFAULT_LIMITS, type Policy } from '../../../shared/gates/policy.ts';
import { toMiB, type Bytes } from '../../../shared/base/units.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import type { AccountedRow } from '../../../renderer/view/ledger/accounted-rows.ts';
import { ledgerView, type BusRow, type LedgerView } from '../../../renderer/view/ledger/ledger-rows.ts';
import type { Segment } from '../../../renderer/view/ledger/ledger-segments.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';
import { answered } from '../../kit/answered.ts';
import { folded, look, type LookOptions } from '../../kit/observed.ts';

export const POLICY: Policy = { kind: 'engine-tree', limit: DEFAULT_LIMITS['engine-tree'], origin: 'default' };

/** One whole look, after every engine with an `http` line answered. */
export function momentOf(text: string, options: LookOptions = {}): Moment {
  const { moment } = folded(...look(text, options), ...answered(text));
  if (moment === undefined) throw new Error('the scenario gave no whole look');
  return moment;
}

export function viewOfText(text: string, policy: Policy = POLICY): LedgerView {
  return ledgerView(momentOf(text), policy);
}

/**
 *   3B:00.0 | used 1,545 of 81,559 MiB | sglang :30000 1,536 MiB | no process: +9 MiB
 *     reserved 0-479, engine 479-2015, unattributed 2015-2024, free 2024-81559
 *     sglang :30000 from 479: weight 479-1482.5 …; gap −7,803 MiB 2015-9818
 *     limit at 3551
 */
export function drawn(text: string, policy: Policy = POLICY): string {
  const { rows, together, notes } = viewOfText(text, policy);
  return [
    ...rows.flatMap(rowLines),
    ...together.map(
      ({ class: kind, label, bytes }) => `together: ${kind} ${label} ${bytes.known ? mib(bytes.value) : '?'}`,
    ),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');
}

function rowLines(row: BusRow): string[] {
  const engines = row.engines.map(({ name, size }) => `${name} ${size}`);
  const head = [shortBus(row.bus), row.anchor, ...engines, row.rest].filter((part) => part !== '').join(' | ');
  const limits = row.limits.map(({ at }) => mib(at));
  return [
    row.moving === '' ? head : `${head} | moving`,
    `  ${row.segments.map(segmentText).join(', ')}`,
    ...row.accounted.map((each) => `  ${accountedText(each)}`),
    ...(limits.length === 0 ? [] : [`  limit at ${limits.join(', ')}`]),
    ...row.notes.map((note) => `  note: ${note}`),
  ];
}

function segmentText({ class: kind, from, to, drawn: how, bytes }: Segment): string {
  const mark = how === 'unknown' ? '?' : how === 'negative' ? '−' : '';
  const why = bytes.known ? '' : ` (${bytes.why.code})`;
  return `${kind}${mark} ${mib(from)}-${mib(to)}${why}`;
}

function accountedText({ name, parts, why, gap }: AccountedRow): string {
  if (parts.length === 0) return `${name}: not reported: ${why}`;
  const drawnParts = parts.map(({ class: kind, from, to, drawn: how }) => {
    const mark = how === 'unknown' ? '?' : how === 'negative' ? '−' : '';
    return `${kind}${mark} ${mib(from)}-${mib(to)}`;
  });
  const gapText = gap === undefined ? 'no gap' : `gap ${gap.label} ${mib(gap.from)}-${mib(gap.to)}`;
  return `${name}: ${drawnParts.join(', ')}; ${gapText}`;
}

function mib(size: Bytes): string {
  return String(Number(toMiB(size).toFixed(1)));
}

/** A hand-written expectation: no first line feed, and the indentation of its first line taken from all. */
export function byHand(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indent = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0;
  return lines.map((line) => line.slice(indent)).join('\n');
}
