// The pair in words: what is resident, what is accounted, and which of the two is more, also when the gap is negative.
import { shortReason } from '../base/reason.ts';
import { minus, ZERO_BYTES, type Bytes } from '../base/units.ts';
import { NO_BUS } from '../ledger/per-bus.ts';
import { accountingSentence } from '../model/accounting.ts';
import type { PairNumbers } from './pair-numbers.ts';
import { mibAndGibText, mibText, percentText } from './size-text.ts';

export interface PairContext {
  /** Why no accounting stands here: `no reporting rank`, `shared by 2 ranks`. Empty where it does. */
  readonly whyNone: string;
  /** How many entries the answer has; undefined without an answer. */
  readonly entries: number | undefined;
}

export function pairSentence(pair: PairNumbers, context: PairContext): string {
  return `${placeText(pair)}${residentText(pair)}${awakeText(pair)}; ${accountingText(pair, context)}.`;
}

function placeText({ bus }: Pick<PairNumbers, 'bus'>): string {
  if (bus === null) return '';
  return bus === NO_BUS ? 'all GPUs together: ' : `${bus}: `;
}

function residentText({ resident, atLeast }: Pick<PairNumbers, 'resident' | 'atLeast'>): string {
  if (resident.known) return `${mibText(resident.value)} resident`;
  const why = `resident memory is unknown (${shortReason(resident.why.code)})`;
  // Where nothing was seen, a bound says nothing.
  return atLeast === undefined || atLeast === ZERO_BYTES ? why : `at least ${mibText(atLeast)} resident, ${why}`;
}

function awakeText({ residentAwake }: Pick<PairNumbers, 'residentAwake'>): string {
  return residentAwake?.resident.known === true ? `, ${mibText(residentAwake.resident.value)} when last awake` : '';
}

function accountingText(pair: PairNumbers, { whyNone, entries }: PairContext): string {
  const { accounting, basis, gap, share, band, within, entry } = pair;
  if (accounting === undefined) {
    return whyNone === 'no reporting rank'
      ? 'no accounting stands here: only rank 0 of each data-parallel group reports, and none is at home on this GPU'
      : `no accounting stands here: this GPU is ${whyNone} of the engine, and an entry is of one`;
  }
  if (!accounting.known) return `accounting is unknown (${accountingSentence(accounting.why)})`;
  const of =
    basis === 'rank'
      ? ` by dp_rank ${entry?.dpRank}`
      : basis === 'largest'
        ? `, the largest of ${entries ?? 'several'} entries`
        : '';
  const stated = `${mibAndGibText(accounting.value)} accounted${of}, recorded at start-up`;
  if (gap === undefined) return stated;
  const size = mibText(absolute(gap));
  const shareText = share === undefined ? '' : ` (${percentText(share)} of it)`;
  if (within === true && band !== undefined) return `${stated}: equal within resolution (${mibText(band)})${shareText}`;
  return `${stated}: ${size} ${gap < 0 ? 'less' : 'more'} resident than accounted${shareText}`;
}

/** The sign is in the word before it. */
function absolute(gap: Bytes): Bytes {
  return gap < 0 ? minus(ZERO_BYTES, gap) : gap;
}
