// A comparison over several cycles or ranks as text for a terminal: the middle one, and from the smallest to the largest.
import { clip } from '../../base/printable.ts';
import { REASONS } from '../../base/reason.ts';
import { nameAndPids } from '../../session/engine-name.ts';
import { matchText, noiseText, NOTHING_DIFFERS, shownRows, whoText, type CompareTextOptions } from './compare-lines.ts';
import type { CompareRepeats, Measured, RepeatsEngineSide, RepeatsRow, RepeatsSide } from './compare-repeats-schema.ts';
import { ruleSentence } from '../gate/gate-sentences.ts';
import { paintVerdict } from '../text/paint.ts';
import { mib, mibCell } from '../text/sizes.ts';
import { textTable } from '../text/text-table.ts';
import { dateTimeText } from '../text/time-text.ts';
import { wrap } from '../text/wrap.ts';

/** Lines without line feeds. The report must be of a comparison that was made. */
export function compareRepeatsText(report: CompareRepeats, options: CompareTextOptions): string[] {
  const { a, b, policy, engines } = report;
  if (a === null || b === null || policy === null) return [];
  const blocks = [
    [
      ...(a.isDemo || b.isDemo ? [options.paint.inconclusive('DEMO DATA: nothing here was measured.')] : []),
      ...sideLines('A', a, options),
      ...sideLines('B', b, options),
    ],
    [
      ...wrap(ruleSentence(policy, 'terminal'), options.width),
      ...engines.flatMap((each) => engineLines(each, { a: a.cycles, b: b.cycles }, options)),
    ],
    rowLines(report, options),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function sideLines(
  name: string,
  { text, cycles, others, hostname, target, file }: RepeatsSide,
  { paint, width }: CompareTextOptions,
): string[] {
  const times = cycles
    .flatMap((each) => each.repeats)
    .toSorted(byTime)
    .flatMap(({ atMs }) => (atMs === null ? [] : [atMs]));
  const [first] = times;
  const last = times.at(-1);
  const when =
    first === undefined || last === undefined
      ? 'no look'
      : first === last
        ? dateTimeText(first)
        : `${dateTimeText(first)} to ${dateTimeText(last)}`;
  const counts = [...new Set(cycles.map((each) => each.repeats.length))];
  const many = counts.length === 1 && counts[0] === 1 ? '' : ` (n = ${counts.join(', ')})`;
  const line = `${name}${many}: ${text}, ${when}, ${hostname ?? 'unknown host'} (${target}), ${file}`;
  const [head = '', ...more] = wrap(line, width, '', '   ');
  const missing = cycles.map((each) => ({ name: each.name, repeats: each.repeats }));
  return [paint.bold(head), ...more, ...belowSide(missing, others, width)];
}

function byTime(one: { readonly atMs: number | null }, other: { readonly atMs: number | null }): number {
  return (one.atMs ?? Infinity) - (other.atMs ?? Infinity);
}

interface NamedRepeats {
  readonly name: string | null;
  readonly repeats: RepeatsSide['cycles'][number]['repeats'];
}

/** What is said below the moments of a side in a terminal. */
export function belowSide(cycles: readonly NamedRepeats[], others: readonly string[], width: number): string[] {
  const hint = others.length === 0 ? [] : ['--engine chooses whose cycles.'];
  const sentences = [...missingText(cycles), [...othersText(cycles, others), ...hint].join(' ')];
  return sentences.filter((text) => text !== '').flatMap((text) => wrap(text, width, '   '));
}

/** `Not measured: cycle 3 never settled.`; whose cycle it is where there are several engines. */
export function missingText(cycles: readonly NamedRepeats[]): string[] {
  const missing = cycles.flatMap(({ name, repeats }) =>
    repeats.flatMap(({ cycle, why }) => {
      if (why === null) return [];
      return [`cycle ${cycle ?? '?'}${cycles.length === 1 || name === null ? '' : ` of ${name}`} ${why}`];
    }),
  );
  return missing.length === 0 ? [] : [`Not measured: ${missing.join(', ')}.`];
}

/** Whose moments those are seen at that have none of their own, and which engines are not shown. */
export function othersText(cycles: readonly { readonly name: string | null }[], others: readonly string[]): string[] {
  const [first] = cycles;
  const lead =
    cycles.length < 2 || first === undefined ? [] : [`Whoever has no cycles is seen in those of ${first.name}.`];
  return [...lead, ...(others.length === 0 ? [] : [`Not shown: ${others.join(', ')}.`])];
}

/** The moments of both sides; `b` is undefined where there is no B at all. */
export interface CyclesOfSides {
  readonly a: readonly SeenCycles[];
  readonly b: readonly SeenCycles[] | undefined;
}

type SeenCycles = Pick<RepeatsSide['cycles'][number], 'name' | 'rootPids'>;

/** `in the cycles of vllm :8000`, for an engine that has none of its own; empty for one that has, and for moments of no cycle. */
export function borrowedText({ a, b }: CompareRepeats['engines'][number], cycles: CyclesOfSides): string {
  const lenders = (
    [
      [a, cycles.a],
      [b, cycles.b],
    ] as const
  ).flatMap(([side, all]) => {
    const of = side === null ? undefined : all?.[side.cyclesOf];
    if (side === null || of === undefined || of.name === null) return [];
    return of.rootPids.some((pid) => side.rootPids.includes(pid)) ? [] : [of.name];
  });
  return lenders.length === 0 ? '' : `in the cycles of ${[...new Set(lenders)].join(' and ')}`;
}

export function engineLines(
  match: CompareRepeats['engines'][number],
  cycles: CyclesOfSides,
  options: CompareTextOptions,
): string[] {
  const { a, b, matchedBy } = match;
  const isOneRun = cycles.b === undefined;
  const { paint, width } = options;
  const side = b ?? a;
  if (side === null) return [];
  const how = [isOneRun ? '' : matchText({ a, matchedBy }), borrowedText(match, cycles)].filter((text) => text !== '');
  const who = how.length === 0 ? '' : `  (${how.join('; ')})`;
  const pids = [...new Set([...(a?.rootPids ?? []), ...(b?.rootPids ?? [])])];
  const head = nameAndPids(side.name, pids);
  const room = Math.max(width - head.length - who.length - 2, 12);
  const both: readonly (readonly [string, RepeatsEngineSide | null])[] = [
    [isOneRun ? '' : 'A ', a],
    ['B ', b],
  ];
  const verdicts = both.flatMap(([name, each]) => (each === null ? [] : [`${name}${verdictsText(each, options)}`]));
  const sizes = both.flatMap(([name, each]) => (each === null ? [] : [`${name}${rangeText(each.residual)}`]));
  const gaps = both.flatMap(([name, each]) =>
    each === null || each.gap.range === null ? [] : [`${name}${rangeText(each.gap)}`],
  );
  const sentences = [
    `Residual: ${sizes.join(', ')}.`,
    ...(gaps.length === 0 ? [] : [`Gap to what it says itself: ${gaps.join(', ')}.`]),
  ];
  return [
    `${paint.bold(head)}  ${clip(side.title, room)}${who}`,
    ...wrap(`If it is meant to be asleep: ${verdicts.join('; ')}.`, width, '  '),
    ...wrap(sentences.join(' '), width, '  '),
  ];
}

function verdictsText({ verdicts, reasons }: RepeatsEngineSide, { paint }: CompareTextOptions): string {
  const names = ['pass', 'fail', 'inconclusive'] as const;
  const counted = names.flatMap((name) =>
    verdicts[name] === 0 ? [] : [`${paintVerdict(paint, name)} ${verdicts[name]}×`],
  );
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  return counted.length === 0 ? 'never there' : `${counted.join(', ')}${why}`;
}

/** `1,741 MiB (1,741 to 1,779)`, and `11 of 12 measured` where it is not all. */
export function rangeText({ range, measured, of }: Measured): string {
  const counted = measured === of ? '' : `, ${measured} of ${of} measured`;
  if (range === null) return `unknown${counted}`;
  const { minBytes, medianBytes, maxBytes } = range;
  const ends = minBytes === maxBytes ? '' : ` (${mibCell(minBytes)} to ${mibCell(maxBytes)})`;
  return `${mib(medianBytes)}${ends}${counted}`;
}

export const medianText = 'The median of an even number is the lower of the two in the middle.';

/** What the floor was measured from. */
export function idleText(noise: CompareRepeats['noise']): string {
  return `idle looks, ${noise?.looks} around one of them`;
}

/** `1,780 (1,740 to 1,820)`; a dash where the whole lists have no such row. */
export function sizesCell(side: Measured & { readonly listed?: number }, signed = false): string {
  if (side.listed === 0 && side.measured === side.of) return '–';
  return rangeCells(side.range, signed)
    .filter((part) => part !== '')
    .join(' ');
}

function rowLines(report: CompareRepeats, options: CompareTextOptions): string[] {
  const { rows, noise, engines, isPaired, overRanks } = report;
  const { paint, width, all } = options;
  const shown = shownRows(rows, all);
  const columns = [
    { heading: 'change', align: 'left' },
    { heading: 'B − A MiB', align: 'right' },
    { heading: '(min to max)', align: 'left' },
    { heading: 'A MiB', align: 'right' },
    { heading: '(min to max)', align: 'left' },
    { heading: 'B MiB', align: 'right' },
    { heading: '(min to max)', align: 'left' },
    { heading: 'GPU', align: 'left' },
    { heading: 'who', align: 'left' },
  ] as const;
  const [head = '', ...lines] = textTable(
    columns,
    shown.map((row) => cells(row, engines)),
  );
  const faint = (row: RepeatsRow, line: string): string => (row.isNoise ? paint.faint(line) : line);
  const isWide = [head, ...lines].some((line) => line.length > width);
  const body = isWide
    ? shown.flatMap((row) => pairOfLines(row, engines).map((line) => faint(row, clip(line, width))))
    : [head, ...shown.map((row, at) => faint(row, lines[at] ?? ''))];
  const how = isPaired
    ? 'B − A is of each pair, the first with the first'
    : 'B − A is the middle of B minus the middle of A, and what any of B and any of A can differ by';
  const what = overRanks ? ' The ranks of an engine stand in one row.' : '';
  const table = shown.length === 0 ? [NOTHING_DIFFERS] : body;
  return [
    paint.bold('Differences, the largest middle one first:'),
    ...table,
    '',
    ...shown.flatMap((row) =>
      unmeasuredText(whoText(row, engines), row.buses, sidesOf(row)).flatMap((text) => wrap(text, width, '', '  ')),
    ),
    ...wrap(`${how}.${what} ${medianText} ${noiseText(noise, idleText(noise), rows, all)}`, width),
  ];
}

/** Where a terminal is too narrow for the table. */
function pairOfLines(row: RepeatsRow, engines: CompareRepeats['engines']): [string, string] {
  const [change = '', delta = '', ends = '', a = '', endsA = '', b = '', endsB = '', where = '', who = ''] = cells(
    row,
    engines,
  );
  const size = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
  const numbers = [size('B − A', delta, ends), size('A', a, endsA), size('B', b, endsB)].join(', ');
  return [`${change}  ${who}, ${where}`, `  ${numbers} MiB`];
}

function cells(row: RepeatsRow, engines: CompareRepeats['engines']): string[] {
  const { change, delta, a, b, buses } = row;
  const [bus = ''] = buses;
  const where = buses.length === 1 ? bus : `${buses.length} GPUs`;
  return [change, ...rangeCells(delta.range, true), ...sideCells(a), ...sideCells(b), where, whoAndWhere(row, engines)];
}

function sideCells({ range, listed, measured, of }: RepeatsRow['a']): string[] {
  if (listed === 0 && measured === of) return ['–', ''];
  return rangeCells(range, false);
}

function rangeCells(range: Measured['range'], signed: boolean): string[] {
  if (range === null) return ['unknown', ''];
  const size = (value: number): string => `${signed && value > 0 ? '+' : ''}${mibCell(value)}`;
  const { minBytes, medianBytes, maxBytes } = range;
  return [size(medianBytes), minBytes === maxBytes ? '' : `(${size(minBytes)} to ${size(maxBytes)})`];
}

/** In how many it was listed, where it is not all. */
function whoAndWhere(row: RepeatsRow, engines: CompareRepeats['engines']): string {
  const label = whoText(row, engines);
  const there = sidesOf(row).flatMap(([name, { listed, of }]) =>
    listed === of || listed === 0 ? [] : [`in ${listed} of ${of} of ${name}`],
  );
  return there.length === 0 ? label : `${label} (${there.join(', ')})`;
}

function sidesOf({ a, b }: RepeatsRow): [string, RepeatsRow['a']][] {
  return [
    ['A', a],
    ['B', b],
  ];
}

/** A row with something that was not measured says how many were, and why not the others. */
export function unmeasuredText(
  who: string,
  buses: readonly string[],
  sides: readonly (readonly [string, RepeatsRow['a']])[],
): string[] {
  const parts = sides.flatMap(([name, { measured, of, reasons }]) => {
    // Those without a look are named once, above.
    if (measured === of || reasons.length === 0) return [];
    const why = reasons.map((code) => REASONS[code]).join('; ');
    return [`${name} ${measured} of ${of} measured: ${why}`];
  });
  return parts.length === 0 ? [] : [`${who}, ${buses.join(' ')}: ${parts.join('. ')}.`];
}
