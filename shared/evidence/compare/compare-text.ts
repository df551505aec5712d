// A comparison as text for a terminal: the two moments, each engine at both, and what differs, largest first.
import { clip } from '../../base/printable.ts';
import { REASONS } from '../../base/reason.ts';
import { bytes } from '../../base/units.ts';
import { nameAndPids } from '../../session/engine-name.ts';
import { changeText } from '../../session/size-text.ts';
import type { CompareEngine, CompareEngineSide, CompareMoment, CompareReport, CompareRow } from './compare-schema.ts';
import { matchText, noiseText, NOTHING_DIFFERS, shownRows, whoText, type CompareTextOptions } from './compare-lines.ts';
import { ruleSentence } from '../gate/gate-sentences.ts';
import { paintVerdict, type TextOptions } from '../text/paint.ts';
import { mib, mibCell } from '../text/sizes.ts';
import { textTable } from '../text/text-table.ts';
import { dateTimeText, sinceText } from '../text/time-text.ts';
import { wrap } from '../text/wrap.ts';

/** Lines without line feeds. The report must be of a comparison that was made. */
export function compareText(report: CompareReport, options: CompareTextOptions): string[] {
  const { a, b, policy, engines } = report;
  if (a === null || b === null || policy === null) return [];
  const blocks = [
    [...demo(report, options), ...momentLines('A', a, options), ...momentLines('B', b, options)],
    [
      ...wrap(ruleSentence(policy, 'terminal'), options.width),
      ...engines.flatMap((each) => engineLines(each, options)),
    ],
    rowLines(report, options),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function demo({ a, b }: CompareReport, { paint }: TextOptions): string[] {
  const is = a?.isDemo === true || b?.isDemo === true;
  return is ? [paint.inconclusive('DEMO DATA: nothing here was measured.')] : [];
}

function momentLines(name: string, moment: CompareMoment, { paint, width }: TextOptions): string[] {
  const { text, atMs, askedMs, sinceStartMs, hostname, target, file } = moment;
  const early = askedMs - atMs >= 100 ? `, the last look ${((askedMs - atMs) / 1000).toFixed(1)} s before it` : '';
  const where = `${hostname ?? 'unknown host'} (${target})`;
  const line = `${name}: ${text}${early}, ${dateTimeText(atMs)} (${sinceText(sinceStartMs)}), ${where}, ${file}`;
  const [first = '', ...more] = wrap(line, width, '', '   ');
  return [paint.bold(first), ...more];
}

function engineLines({ a, b, matchedBy }: CompareEngine, { paint, width }: TextOptions): string[] {
  const side = b ?? a;
  if (side === null) return [];
  const who = matchText({ a, matchedBy });
  const pids = [...new Set([a, b].flatMap((each) => each?.rootPid ?? []))];
  const head = nameAndPids(side.name, pids);
  const room = Math.max(width - head.length - who.length - 6, 12);
  const sentences = [pairSentence('Residual', a, b, ({ residualBytes }) => residualBytes)];
  if (a?.accountingBytes !== null || b?.accountingBytes !== null) {
    sentences.push(pairSentence('It says', a, b, ({ accountingBytes }) => accountingBytes));
    sentences.push(pairSentence('Gap', a, b, ({ gapBytes }) => gapBytes));
  }
  const verdicts = [a, b].flatMap((each, at) =>
    each === null
      ? []
      : [`${'AB'.charAt(at)} ${paintVerdict(paint, each.verdict)}${whyText(each)} (${stateText(each)})`],
  );
  return [
    `${paint.bold(head)}  ${clip(side.title, room)}  (${who})`,
    `  If it is meant to be asleep: ${verdicts.join(', ')}.`,
    ...wrap(sentences.join(' '), width, '  '),
  ];
}

function whyText({ reasons }: CompareEngineSide): string {
  return reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
}

function stateText({ state }: CompareEngineSide): string {
  return state.source === 'none' ? 'state unknown' : `${state.value}, ${state.source}`;
}

function pairSentence(
  what: string,
  a: CompareEngineSide | null,
  b: CompareEngineSide | null,
  of: (side: CompareEngineSide) => number | null,
): string {
  const from = a === null ? null : of(a);
  const to = b === null ? null : of(b);
  const size = (side: CompareEngineSide | null, value: number | null): string =>
    side === null ? 'not there' : mib(value);
  const change = from === null || to === null ? '' : `, ${changeText(bytes(to - from))}`;
  return `${what}: A ${size(a, from)}, B ${size(b, to)}${change}.`;
}

function rowLines({ rows, noise, engines }: CompareReport, options: CompareTextOptions): string[] {
  const { paint, width, all } = options;
  const shown = shownRows(rows, all);
  const columns = [
    { heading: 'change', align: 'left' },
    { heading: 'B − A MiB', align: 'right' },
    { heading: 'A MiB', align: 'right' },
    { heading: 'B MiB', align: 'right' },
    { heading: 'GPU', align: 'left' },
    { heading: 'who', align: 'left' },
  ] as const;
  const [head = '', ...lines] = textTable(
    columns,
    shown.map((row) => cells(row, engines)),
  ).map((line) => clip(line, width));
  const painted = lines.map((line, at) => (shown[at]?.isNoise === true ? paint.faint(line) : line));
  const table = shown.length === 0 ? [NOTHING_DIFFERS] : [head, ...painted];
  const floor = noiseText(noise, `${noise?.looks} idle looks`, rows, all);
  return [paint.bold('Differences, the largest first:'), ...table, '', ...wrap(floor, width)];
}

function cells(row: CompareRow, engines: CompareReport['engines']): string[] {
  const { change: word, deltaBytes, deltaReason, a, b, bus } = row;
  const delta = deltaBytes === null ? 'unknown' : `${deltaBytes > 0 ? '+' : ''}${mibCell(deltaBytes)}`;
  const size = (side: CompareRow['a']): string => (side === null ? '–' : mibCell(side.bytes));
  const why = deltaReason === null ? '' : `: ${REASONS[deltaReason]}`;
  return [word, delta, size(a), size(b), bus, `${whoAndPids(row, engines)}${why}`];
}

/** `sglang :30000 scheduler TP1 (pid 4005)`; both pids where they differ. */
function whoAndPids(row: CompareRow, engines: CompareReport['engines']): string {
  const pids = [...new Set([row.a, row.b].map((side) => side?.pids.join(' ') ?? ''))].filter((each) => each !== '');
  return `${whoText(row, engines)}${pids.length === 0 ? '' : ` (pid ${pids.join(', now ')})`}`;
}
