// The engine's own numbers beside what is resident, in words: what kind of number it is, how far apart, how old.
import { fromMiB, toMiB, bytes } from '../../base/units.ts';
import { ACCOUNTING_REASONS } from '../../model/accounting.ts';
import type { GateEngine } from './gate-schema.ts';
import type { GateRule } from './gate-sentences.ts';
import { WAYS, type Medium } from '../text/medium.ts';
import { mib, mibAndGib } from '../text/sizes.ts';

/** Of a gate's engine, or of a probe's, which has no verdict and no hints. */
type Says = Pick<
  GateEngine,
  'rootPid' | 'state' | 'accounting' | 'accountingReason' | 'gapBytes' | 'gapBandBytes' | 'pairs' | 'host' | 'hints'
> & { readonly verdict: GateEngine['verdict'] | null };

/** State, accounting with its gap, host memory and hints of one engine, in this order; nothing that nobody asked for. */
export function saysSentences(engine: Says, policy: GateRule | null, medium: Medium): string[] {
  return [
    ...stateSentences(engine, isAsked(engine)),
    ...ownSentences(engine, policy, medium),
    ...hintSentences(engine),
  ];
}

/** The same without its state and the hints, for whoever shows those beside it. */
export function ownSentences(engine: Says, policy: GateRule | null, medium: Medium): string[] {
  return [
    ...(isAsked(engine) ? accountingSentences(engine, policy, medium) : []),
    ...awakeSentences(engine),
    ...hostSentences(engine),
  ];
}

function isAsked({ accounting, accountingReason }: Says): boolean {
  return accounting !== null || (accountingReason !== null && !NOBODY_ASKED.has(accountingReason));
}

const NOBODY_ASKED: ReadonlySet<string> = new Set(['not-asked', 'unknown-engine']);

/** That nobody says it is an answer too, where the engine was asked. */
function stateSentences({ state, accounting, accountingReason }: Says, isAsked: boolean): string[] {
  const { value, source, text } = state;
  if (source !== 'none') return [`State: ${value} (${source}). ${sentence(text)}`];
  if (!isAsked) return [];
  // The next sentence says why nothing came back, and what to do about it.
  const isExplained = accounting === null && accountingReason !== 'not-offered';
  return [isExplained ? 'State: unknown.' : `State: unknown. ${sentence(text)}`];
}

/** Its own level is the better yardstick of the two: the same driver counted both. */
function awakeSentences({ pairs, state }: Says): string[] {
  if (state.value === 'awake') return [];
  const [most] = pairs
    .flatMap((pair) => (pair.residentAwakeBytes === null ? [] : [{ ...pair, awake: pair.residentAwakeBytes }]))
    .toSorted((one, other) => other.awake - one.awake);
  if (most === undefined) return [];
  const age = most.residentAwakeAgeMs === null ? '' : `, ${(most.residentAwakeAgeMs / 1000).toFixed(1)} s earlier`;
  return [`When last seen awake${age}, it held ${mibAndGib(most.awake)} on GPU ${most.bus ?? 'unknown'}.`];
}

function accountingSentences(engine: Says, policy: GateRule | null, medium: Medium): string[] {
  const { accounting, accountingReason } = engine;
  if (accounting === null) {
    if (accountingReason === null) return [];
    const wantsAddress = ['no-endpoint', 'sockets-unreadable', 'other-namespace'].includes(accountingReason);
    const wantsKey = accountingReason === 'unauthorized' || accountingReason === 'forbidden';
    const how = wantsAddress ? WAYS[medium].giveAddress(engine.rootPid) : wantsKey ? WAYS[medium].giveKey : '';
    return [`No accounting: ${sentence(`${ACCOUNTING_REASONS[accountingReason]}${how}`, false)}`];
  }
  const findings = findingSentences(accounting.findings);
  const { maxSumBytes, ageMs, source } = accounting;
  if (maxSumBytes === null) {
    const why = accountingReason === null ? 'a part of it is missing' : ACCOUNTING_REASONS[accountingReason];
    return [`Its own accounting cannot be added up (${source}): ${sentence(why, false)}`, ...findings];
  }
  const age = ageMs === null ? '' : `, ${(ageMs / 1000).toFixed(1)} s ago`;
  const says = `It says ${mibAndGib(whole(maxSumBytes))}: weights, KV cache and graphs as recorded when it started; a sleep does not change that (${source}${age}).`;
  const wouldFail = policy !== null && maxSumBytes > policy.limitBytes;
  const gap = gapSentence(engine, maxSumBytes, wouldFail);
  return [says, ...(gap === '' ? [] : [gap]), ...findings];
}

/** All of them are in the JSON; an answer of many groups can have hundreds. */
const MOST_FINDINGS = 3;

function findingSentences(findings: NonNullable<Says['accounting']>['findings']): string[] {
  const shown = findings.slice(0, MOST_FINDINGS).map(({ text }) => sentence(text));
  const more = findings.length - shown.length;
  return more > 0 ? [...shown, `${more} more of its values are like these; --json lists them.`] : shown;
}

function gapSentence({ gapBytes, gapBandBytes, verdict }: Says, said: number, wouldFail: boolean): string {
  if (gapBytes === null) return '';
  const apart = Math.abs(gapBytes);
  const share = said > 0 ? ` (${Math.round(((said + gapBytes) / said) * 100)} % of it)` : '';
  const compared =
    gapBandBytes !== null && apart <= gapBandBytes
      ? `What is resident is the same within resolution (${mib(gapBandBytes)})`
      : `What is resident is ${mib(whole(apart))} ${gapBytes < 0 ? 'less' : 'more'}${share}`;
  if (verdict !== 'pass' || !wouldFail) return `${compared}.`;
  return `${compared}: a gate on what it says would fail a healthy sleep, so that number is shown and never judged.`;
}

function hostSentences({ host }: Says): string[] {
  if (host === null || host.rssChangeBytes === null) return [];
  const change = whole(host.rssChangeBytes);
  if (Math.abs(toMiB(bytes(change))) < 64) return [];
  const node =
    host.availableChangeBytes === null
      ? ''
      : `, the node's available memory by ${mib(whole(host.availableChangeBytes))}`;
  return [`Host memory of its processes changed by ${mib(change)} since it was awake${node}: moved to host?`];
}

/** A pass needs no explaining; the hints are in the JSON all the same. */
function hintSentences({ hints, verdict }: Says): string[] {
  if (verdict === 'pass') return [];
  return hints.map(({ text, confidence }) => `Hint (${confidence} confidence): ${sentence(text, false)}`);
}

/** An engine's number is good to hundredths of a GiB at best: decimals of a MiB would claim more. */
function whole(size: number): number {
  return fromMiB(Math.round(toMiB(bytes(size))));
}

function sentence(text: string, capital = true): string {
  const first = capital ? text.slice(0, 1).toUpperCase() : text.slice(0, 1);
  return `${first}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
