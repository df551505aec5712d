// Two moments beside each other, for the compare screen: which engine is which, what each row did, and what that means.
import type { Known } from '../../../shared/base/known.ts';
import { printable } from '../../../shared/base/printable.ts';
import { minus, toMiB, type Bytes } from '../../../shared/base/units.ts';
import type { Policy } from '../../../shared/gates/policy.ts';
import type { Judgement, Verdict } from '../../../shared/gates/verdict.ts';
import { accountingSentence, type Stated } from '../../../shared/model/accounting.ts';
import {
  compareMoments,
  type Change,
  type ComparedRow,
  type Comparison,
} from '../../../shared/session/compare/compare.ts';
import type { EngineMatch } from '../../../shared/session/compare-match.ts';
import type { Engine } from '../../../shared/engines/detect.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { engineKey } from '../../../shared/session/session.ts';
import { engineLooks, type EngineLook } from '../engine-looks.ts';
import { signedMib, wholeMib, whyText } from '../screen-text.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';

/** A number, or `unknown` with its reason, or a dash where nothing stands. */
export interface CompareCell {
  readonly text: string;
  /** Why there is no number; empty where there is one. */
  readonly why: string;
}

export interface CompareEngineSide {
  readonly name: string;
  readonly state: string;
  readonly resident: CompareCell;
  readonly accounting: CompareCell;
  readonly gap: CompareCell;
  /** As if it was meant to be asleep at that moment. */
  readonly verdict: Verdict;
  /** `1,331 MiB under the limit`; a reason where nothing can be said. */
  readonly against: string;
}

export interface CompareEngineRow {
  readonly id: string;
  readonly name: string;
  /** `same port, pid 4121 → 5377`, `only in A`. */
  readonly match: string;
  readonly a: CompareEngineSide | undefined;
  readonly b: CompareEngineSide | undefined;
  /** Of what is resident on the worst GPU. */
  readonly delta: CompareCell;
}

export interface CompareRowView {
  readonly id: string;
  readonly role: string;
  /** Of which engine, or what else it is. */
  readonly owner: string;
  readonly rank: string;
  readonly gpu: string;
  /** `pid 4008`, `pid 4008 → 5391`; empty for what is no process. */
  readonly pids: string;
  readonly a: CompareCell;
  readonly b: CompareCell;
  readonly delta: CompareCell;
  /** For the picture; null where it is unknown. */
  readonly deltaMib: number | null;
  readonly change: Change;
  /** `freed`, `the same`, `only in B`, `unknown: …`. */
  readonly says: string;
  readonly isNoise: boolean;
  readonly where: 'both' | 'only-a' | 'only-b';
}

export interface CompareView {
  readonly sentence: string;
  readonly engines: readonly CompareEngineRow[];
  /** The largest difference first; unknown ones before all. */
  readonly rows: readonly CompareRowView[];
  readonly noise: string;
  readonly noisy: number;
}

export interface CompareInput {
  readonly a: Moment;
  readonly b: Moment;
  readonly policy: Policy;
  readonly noise: Bytes;
  /** Looks that the floor was measured from; below 2 it is the step of nvidia-smi. */
  readonly noiseLooks: number;
}

const NOTHING: CompareCell = { text: '–', why: 'nothing of it was listed' };

export function compareView({ a, b, policy, noise, noiseLooks }: CompareInput): CompareView {
  const comparison = compareMoments(a, b, noise);
  const left = engineLooks(a, policy);
  const right = engineLooks(b, policy);
  const engines = comparison.engines.map((match, at) => engineRow(match, at, { left, right, policy }));
  const rows = comparison.rows.map((row) => rowView(row, engines));
  return {
    sentence: sentenceOf(comparison),
    engines,
    rows,
    noise: noiseText(noise, noiseLooks),
    noisy: rows.filter(({ isNoise }) => isNoise).length,
  };
}

interface Sides {
  readonly left: readonly EngineLook[];
  readonly right: readonly EngineLook[];
  readonly policy: Policy;
}

function engineRow({ a, b, basis }: EngineMatch, at: number, { left, right, policy }: Sides): CompareEngineRow {
  const lookA = lookFor(a, left);
  const lookB = lookFor(b, right);
  const sideA = lookA === undefined ? undefined : sideOf(lookA, policy);
  const sideB = lookB === undefined ? undefined : sideOf(lookB, policy);
  const pids =
    a === undefined || b === undefined || a.root.pid === b.root.pid ? '' : `, pid ${a.root.pid} → ${b.root.pid}`;
  return {
    id: `${at}`,
    name: (sideB ?? sideA)?.name ?? 'engine',
    match: basis === undefined ? (a === undefined ? 'only in B' : 'only in A') : `${basis}${pids}`,
    a: sideA,
    b: sideB,
    delta:
      lookA === undefined || lookB === undefined
        ? NOTHING
        : deltaCell(lookA.pair.engine.resident, lookB.pair.engine.resident),
  };
}

function lookFor(engine: Engine | undefined, looks: readonly EngineLook[]): EngineLook | undefined {
  if (engine === undefined) return undefined;
  return looks.find((look) => look.engine !== undefined && engineKey(look.engine) === engineKey(engine));
}

function sideOf({ name, state, pair, judgement }: EngineLook, policy: Policy): CompareEngineSide {
  const { resident, accounting, gap, within } = pair.engine;
  return {
    name,
    state: state.source === 'none' ? 'state unknown' : `${state.value}, ${state.source}`,
    resident: sizeCell(resident),
    accounting: statedCell(accounting),
    gap:
      gap === undefined
        ? { text: '–', why: 'there is no gap without both numbers' }
        : { text: within === true ? 'within resolution' : signedMib(gap), why: '' },
    verdict: judgement?.verdict ?? 'inconclusive',
    against: againstText(judgement, policy.limit),
  };
}

function againstText(judgement: Judgement | undefined, limit: Bytes): string {
  if (judgement === undefined) return 'nothing of it is left to judge';
  const { residual, atLeast, reasons } = judgement;
  const [why] = reasons;
  if (residual === null && atLeast > limit) return `at least ${wholeMib(minus(atLeast, limit))} MiB over the limit`;
  if (residual === null) return why === undefined ? 'not known exactly' : whyText(why);
  if (residual === limit) return 'exactly the limit';
  const over = minus(residual, limit);
  return `${wholeMib(over > 0 ? over : minus(limit, residual))} MiB ${over > 0 ? 'over' : 'under'} the limit`;
}

function rowView(row: ComparedRow, engines: readonly CompareEngineRow[]): CompareRowView {
  const { class: kind, engine, role, rank, bus, a, b, delta, change, isNoise } = row;
  const of = engine === undefined ? undefined : engines[engine];
  const named = kind === 'engine' || kind === 'orphan';
  const [from, to] = [a.pids.join(' '), b.pids.join(' ')];
  const pids = [...new Set([from, to])].filter((each) => each !== '').join(' → ');
  return {
    id: [kind, engine ?? '', role, rankText(rank), bus].join('|'),
    role: printable(role),
    owner: named ? (of?.name ?? kind) : kind === 'unattributed' ? 'nobody visible' : kind,
    rank: rankText(rank),
    gpu: shortBus(bus),
    pids: pids === '' ? '' : `pid ${pids}`,
    a: a.resident === undefined ? NOTHING : sizeCell(a.resident),
    b: b.resident === undefined ? NOTHING : sizeCell(b.resident),
    delta: delta.known ? { text: signedMib(delta.value), why: '' } : { text: 'unknown', why: whyText(delta.why) },
    deltaMib: delta.known ? toMiB(delta.value) : null,
    change,
    says: changeText(change, isNoise, delta),
    isNoise,
    where: a.resident === undefined ? 'only-b' : b.resident === undefined ? 'only-a' : 'both',
  };
}

const CHANGES: Readonly<Record<Exclude<Change, 'unknown'>, string>> = {
  freed: 'freed',
  grown: 'grown',
  same: 'the same',
  new: 'new',
  gone: 'gone',
};

function changeText(change: Change, isNoise: boolean, delta: Known<Bytes>): string {
  if (change === 'unknown') return delta.known ? 'unknown' : `unknown: ${whyText(delta.why)}`;
  return isNoise && change === 'same' && delta.known && delta.value !== 0 ? 'the same, within noise' : CHANGES[change];
}

function rankText(rank: ComparedRow['rank']): string {
  if (rank === null) return '';
  const names = ['dp', 'pp', 'tp', 'ep'] as const;
  return names.flatMap((name) => (rank[name] === null ? [] : [`${name.toUpperCase()}${rank[name]}`])).join(' ');
}

function sizeCell(size: Known<Bytes>): CompareCell {
  return size.known ? { text: wholeMib(size.value), why: '' } : { text: 'unknown', why: whyText(size.why) };
}

function statedCell(size: Stated<Bytes> | undefined): CompareCell {
  if (size === undefined) return { text: '–', why: 'nobody accounts for it here' };
  return size.known ? { text: wholeMib(size.value), why: '' } : { text: 'unknown', why: accountingSentence(size.why) };
}

function deltaCell(a: Known<Bytes>, b: Known<Bytes>): CompareCell {
  if (!a.known) return { text: 'unknown', why: whyText(a.why) };
  return b.known ? { text: signedMib(minus(b.value, a.value)), why: '' } : { text: 'unknown', why: whyText(b.why) };
}

/** Of what is known; what is not is counted, and never left out in silence. */
function sentenceOf({ rows }: Comparison): string {
  const known = rows.filter(({ isNoise }) => !isNoise);
  const sum = (changes: readonly Change[]): number =>
    known.reduce(
      (all, { change, delta }) => (changes.includes(change) && delta.known ? all + toMiB(delta.value) : all),
      0,
    );
  const lost = sum(['freed', 'gone']);
  const won = sum(['grown', 'new']);
  const unknown = rows.filter(({ change }) => change === 'unknown').length;
  const parts = [
    lost === 0 ? '' : `${whole(0 - lost)} MiB freed`,
    won === 0 ? '' : `${whole(won)} MiB grown or new`,
  ].filter((part) => part !== '');
  const head = parts.length === 0 ? 'Nothing differs by more than the noise' : `From A to B: ${parts.join(', ')}`;
  const tail = unknown === 0 ? '' : `; ${unknown} ${unknown === 1 ? 'row is' : 'rows are'} unknown and in no sum`;
  return `${head}${tail}.`;
}

function whole(mib: number): string {
  return Math.round(mib).toLocaleString('en-US');
}

function noiseText(noise: Bytes, looks: number): string {
  const measured =
    looks < 2
      ? 'the step of nvidia-smi, as no two idle looks were kept beside A and B'
      : `measured from ${looks} idle looks`;
  return `Noise floor: ${wholeMib(noise)} MiB, ${measured}.`;
}
