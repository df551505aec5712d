// Awake, asleep and woken of one run, or of two, as text for a terminal: the median, and from the smallest to the largest.
import { clip } from '../../base/printable.ts';
import { STATES } from '../../session/compare/compare-states.ts';
import { noiseText, NOTHING_DIFFERS, shownRows, whoText, type CompareTextOptions } from './compare-lines.ts';
import { belowSide, engineLines, idleText, medianText, sizesCell, unmeasuredText } from './compare-repeats-text.ts';
import type { CompareStates, StatesReportRow, StatesRun } from './compare-states-schema.ts';
import { ruleSentence } from '../gate/gate-sentences.ts';
import { textTable, type Column } from '../text/text-table.ts';
import { dateTimeText } from '../text/time-text.ts';
import { wrap } from '../text/wrap.ts';

/** Lines without line feeds. The report must be of a comparison that was made. */
export function compareStatesText(report: CompareStates, options: CompareTextOptions): string[] {
  const { a, b, policy, engines } = report;
  if (a === null || policy === null) return [];
  const { paint, width } = options;
  const isDemo = a.isDemo || b?.isDemo === true;
  const blocks = [
    [
      ...(isDemo ? [paint.inconclusive('DEMO DATA: nothing here was measured.')] : []),
      ...runLines(b === null ? '' : 'A: ', a, options),
      ...(b === null ? [] : runLines('B: ', b, options)),
    ],
    [
      ...wrap(ruleSentence(policy, 'terminal'), width),
      ...engines.flatMap((each) => engineLines(each, { a: a.cycles, b: b?.cycles }, options)),
    ],
    rowLines(report, options),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function runLines(
  name: string,
  { text, cycles, others, hostname, target, file }: StatesRun,
  { paint, width }: CompareTextOptions,
): string[] {
  const times = cycles.flatMap(({ states }) => states.awake.flatMap(({ atMs }) => atMs ?? []));
  const when = times.length === 0 ? '' : `, from ${dateTimeText(Math.min(...times))}`;
  const counts = [...new Set(cycles.map(({ states }) => states.awake.length))].join(', ');
  const line = `${name}${text} (n = ${counts})${when}, ${hostname ?? 'unknown host'} (${target}), ${file}`;
  const [head = '', ...more] = wrap(line, width, '', '   ');
  const repeats = cycles.map((each) => ({
    name: each.name,
    repeats: STATES.flatMap((state) => each.states[state]),
  }));
  return [paint.bold(head), ...more, ...belowSide(repeats, others, width)];
}

function rowLines(report: CompareStates, { paint, width, all }: CompareTextOptions): string[] {
  const { rows, engines, b, noise } = report;
  const shown = shownRows(rows, all);
  const columns = columnsOf(b !== null);
  const cells = shown.map((row) => (row.b === null ? cellsOfRun(row) : cellsOfRuns(row)));
  const names = shown.map((row) => [
    row.buses.length === 1 ? (row.buses[0] ?? '') : `${row.buses.length} GPUs`,
    whoText(row, engines),
  ]);
  const [head = '', ...lines] = textTable(
    columns,
    cells.map((each, at) => [...each, ...(names[at] ?? [])]),
  );
  const faint = (row: StatesReportRow, line: string): string => (row.isNoise ? paint.faint(line) : line);
  const isWide = [head, ...lines].some((line) => line.length > width);
  const body = isWide
    ? shown.flatMap((row, at) => {
        const [bus = '', who = ''] = names[at] ?? [];
        const numbers = (cells[at] ?? []).map((cell, column) => `${columns[column]?.heading ?? ''} ${cell}`);
        return [clip(`${who}, ${bus}`, width), ...wrap(`${numbers.join(', ')} MiB`, width, '  ')].map((line) =>
          faint(row, line),
        );
      })
    : [head, ...shown.map((row, at) => faint(row, lines[at] ?? ''))];
  const how =
    b === null
      ? 'Slept is asleep minus awake and woke is woken minus awake, cycle by cycle.'
      : 'B − A is the median of B minus that of A, and what any of B and any of A can differ by.';
  return [
    paint.bold(
      `${b === null ? 'By what a sleep changes' : 'By what differs between A and B'}, the largest first, MiB:`,
    ),
    ...(shown.length === 0 ? [NOTHING_DIFFERS] : body),
    '',
    ...shown.flatMap((row) =>
      unmeasuredText(whoText(row, engines), row.buses, stateSides(row)).flatMap((text) => wrap(text, width, '', '  ')),
    ),
    ...wrap(`${how} ${medianText} ${noiseText(noise, idleText(noise), rows, all)}`, width),
  ];
}

function columnsOf(hasB: boolean): Column[] {
  const numbers = hasB
    ? STATES.flatMap((state) => [`A ${state}`, `B ${state}`, 'B − A'])
    : [...STATES, 'slept', 'woke'];
  const texts = ['GPU', 'who'].map((heading) => ({ heading, align: 'left' }) as const);
  return [...numbers.map((heading) => ({ heading, align: 'right' }) as const), ...texts];
}

function cellsOfRun({ a, slept, woke }: StatesReportRow): string[] {
  return [...STATES.map((state) => sizesCell(a[state])), sizesCell(slept, true), sizesCell(woke, true)];
}

function cellsOfRuns({ a, b, delta }: StatesReportRow): string[] {
  if (b === null || delta === null) return [];
  return STATES.flatMap((state) => [sizesCell(a[state]), sizesCell(b[state]), sizesCell(delta[state], true)]);
}

/** Each side of a row that may not have been measured, with its name. */
export function stateSides({ a, b }: StatesReportRow): [string, StatesReportRow['a']['awake']][] {
  return STATES.flatMap((state): [string, StatesReportRow['a']['awake']][] =>
    b === null
      ? [[state, a[state]]]
      : [
          [`A ${state}`, a[state]],
          [`B ${state}`, b[state]],
        ],
  );
}
