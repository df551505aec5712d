// Awake, asleep and woken over all cycles of one run, or of two, as rows of text: the median, and from least to most.
import { printable } from '../../../shared/base/printable.ts';
import { toMiB, type Bytes } from '../../../shared/base/units.ts';
import { othersText } from '../../../shared/evidence/compare/compare-repeats-text.ts';
import { rankText } from '../../../shared/evidence/text/rank-text.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';
import {
  compareStates,
  STATES,
  type CycleState,
  type OfStates,
  type StatesRow,
} from '../../../shared/session/compare/compare-states.ts';
import { namesOfSide } from '../../../shared/session/engine-name.ts';
import type { HistoryStates } from '../../../shared/session/compare/history-states.ts';
import type { RepeatedDelta, RepeatedSide } from '../../../shared/session/compare/repeat-range.ts';
import type { CompareBarRow } from './compare-bars.ts';
import { signedMib, wholeMib, whyText } from '../screen-text.ts';

export interface StatesCell {
  /** The median, `unknown`, or a dash where the whole lists have no such row. */
  readonly text: string;
  /** `1,740 to 1,820`; empty where all are the same. */
  readonly range: string;
  /** `11 of 12 measured: why`; empty where all were. */
  readonly why: string;
}

export interface StatesRowView extends CompareBarRow {
  /** One run: awake, asleep, woken, slept, woke. Two: of each state A, B and B − A. */
  readonly cells: readonly StatesCell[];
}

export interface StatesView {
  /** Whose cycles, and how many. */
  readonly a: string;
  readonly b: string | undefined;
  /** Above groups of columns; empty with one run. */
  readonly groups: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly StatesRowView[];
  readonly noise: string;
  readonly noisy: number;
  /** What the bars show, and the words of both directions. */
  readonly picture: { readonly title: string; readonly less: string; readonly more: string };
}

export interface StatesInput {
  readonly a: HistoryStates;
  readonly b: HistoryStates | undefined;
  readonly overRanks: boolean;
}

export function statesView({ a, b, overRanks }: StatesInput): StatesView {
  const larger = b !== undefined && b.noise > a.noise ? b : a;
  const { engines, rows } = compareStates(a.engines, b?.engines, { noise: larger.noise, overRanks });
  const [namesA, namesB] = [namesOfSide(engines.map((each) => each.a)), namesOfSide(engines.map((each) => each.b))];
  const names = engines.map(
    (match) => (match.b && namesB.get(match.b)) ?? (match.a && namesA.get(match.a)) ?? 'engine',
  );
  return {
    a: runText(a),
    b: b === undefined ? undefined : runText(b),
    groups: b === undefined ? [] : STATES,
    columns:
      b === undefined ? ['Awake', 'Asleep', 'Woken', 'Slept', 'Woke'] : STATES.flatMap(() => ['A', 'B', 'B − A']),
    rows: rows.map((row) => rowView(row, names)),
    noise: noiseText(larger),
    noisy: rows.filter(({ isNoise }) => isNoise).length,
    picture:
      b === undefined
        ? { title: 'What a sleep changes', less: 'freed', more: 'grown' }
        : { title: 'While asleep, B against A', less: 'less in B', more: 'more in B' },
  };
}

function runText({ text, engines, others }: HistoryStates): string {
  const cycles = engines.flatMap((each) => each.cycles);
  const missing = STATES.flatMap((state) => {
    const without = cycles.filter((cycle) => cycle[state] === undefined).length;
    return without === 0 ? [] : [`${without} ${without === 1 ? 'cycle was' : 'cycles were'} not seen ${state}`];
  });
  const more = othersText(engines, others).map((sentence) => `. ${sentence.replace(/\.$/, '')}`);
  return `${text}${missing.length === 0 ? '' : `; ${missing.join(', ')}`}${more.join('')}`;
}

function rowView(row: StatesRow, names: readonly string[]): StatesRowView {
  const { class: kind, engine, role, rank, buses, a, b, slept, woke, delta, isNoise } = row;
  const named = kind === 'engine' || kind === 'orphan';
  const compared = delta === undefined ? slept : delta.asleep;
  const median = compared.range?.median;
  const words = delta === undefined ? (['freed', 'grown'] as const) : (['less', 'more'] as const);
  return {
    id: JSON.stringify([kind, engine, role, rank, buses]),
    role: printable(role),
    owner: named
      ? ((engine === undefined ? undefined : names[engine]) ?? kind)
      : kind === 'unattributed'
        ? 'nobody visible'
        : kind,
    rank: rankText(rank),
    gpu: buses.length === 1 ? buses.map(shortBus).join('') : `${buses.length} GPUs`,
    deltaMib: median === undefined ? null : toMiB(median),
    change: median === undefined ? 'unknown' : words[median < 0 ? 0 : 1],
    isNoise,
    cells:
      b === undefined || delta === undefined
        ? [...STATES.map((state) => sideCell(a[state])), deltaCell(slept), deltaCell(woke)]
        : STATES.flatMap((state) => cellsOf(state, a, b, delta)),
  };
}

function cellsOf(
  state: CycleState,
  a: OfStates<RepeatedSide>,
  b: OfStates<RepeatedSide>,
  delta: OfStates<RepeatedDelta>,
): StatesCell[] {
  return [sideCell(a[state]), sideCell(b[state]), deltaCell(delta[state])];
}

function sideCell(side: RepeatedSide): StatesCell {
  const { range, measured, listed, of, reasons } = side;
  if (listed === 0 && measured === of)
    return { text: '–', range: '', why: of === 0 ? 'no cycle has it' : 'it held nothing' };
  const [why] = reasons;
  const because = why === undefined ? 'there is no look' : whyText(why);
  const counts = [
    measured === of ? '' : `${measured} of ${of} measured: ${because}`,
    listed === of || measured < of ? '' : `listed in ${listed} of ${of}`,
  ].filter((text) => text !== '');
  return {
    text: range === undefined ? 'unknown' : wholeMib(range.median),
    range: rangeText(range, wholeMib),
    why: counts.join('; '),
  };
}

function deltaCell({ range, measured, of }: RepeatedDelta): StatesCell {
  const why = measured === of ? '' : `${measured} of ${of} pairs measured`;
  if (range === undefined) return { text: 'unknown', range: '', why: why === '' ? 'nothing was measured' : why };
  const signed = (size: Bytes): string => signedMib(size).replace(/ MiB$/, '');
  return { text: signed(range.median), range: rangeText(range, signed), why };
}

function rangeText(range: RepeatedSide['range'], textOf: (size: Bytes) => string): string {
  if (range === undefined || range.min === range.max) return '';
  return `${textOf(range.min)} to ${textOf(range.max)}`;
}

function noiseText({ noise, noiseLooks }: HistoryStates): string {
  const measured =
    noiseLooks < 2
      ? 'the step of nvidia-smi, as there were no two idle looks'
      : `measured from idle looks, ${noiseLooks} around one cycle`;
  return `Noise floor: ${wholeMib(noise)} MiB, ${measured}.`;
}
