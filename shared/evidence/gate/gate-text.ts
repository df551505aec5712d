// A gate report as text for a terminal: who is judged, what was seen, what it means, what to do.
import { baselineSentences } from './baseline-text.ts';
import { clip } from '../../base/printable.ts';
import { REASONS } from '../../base/reason.ts';
import { saysSentences } from './accounting-text.ts';
import { cycleLines } from './cycle-text.ts';
import { deviceTable } from './device-table.ts';
import { conclusion } from './gate-conclusion.ts';
import { nameAndPids } from '../../session/engine-name.ts';
import { failHint, heldSentence, ruleSentence, runLimitSentence } from './gate-sentences.ts';
import type { GateEngine, GateProcess, GateReport } from './gate-schema.ts';
import { noteLines } from './note-lines.ts';
import { paintVerdict, type TextOptions } from '../text/paint.ts';
import { rankText } from '../text/rank-text.ts';
import { seedSentence } from './seed-difference.ts';
import { mibCell } from '../text/sizes.ts';
import { textTable } from '../text/text-table.ts';
import { wrap } from '../text/wrap.ts';

/** Lines without line feeds. The report must be of a gate that ran. */
export function gateText(report: GateReport, options: TextOptions): string[] {
  const blocks = [
    heading(report, options),
    ...report.engines.map((engine) => engineLines(engine, report, options)),
    deviceTable(report.devices, options),
    noteLines(report.problems, options),
    conclusion(report, options),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function heading({ target, node, sample, policy, problems }: GateReport, { paint, width }: TextOptions): string[] {
  const demo = problems.some((problem) => problem.code === 'demo')
    ? [paint.inconclusive('DEMO DATA: nothing here was measured.')]
    : [];
  const driver = node?.driver === null || node?.driver === undefined ? 'driver unknown' : `driver ${node.driver}`;
  const took = sample === null || sample.durationMs === null ? '' : ` in ${sample.durationMs} ms`;
  const where = `${node?.hostname ?? 'unknown host'} (${target}), ${driver}, sampled ${sample?.wallTime ?? 'at an unknown time'}${took}`;
  const gate = policy === null ? [] : wrap(ruleSentence(policy, 'terminal'), width);
  const [first = '', ...more] = wrap(where, width, '', '  ');
  return [...demo, paint.bold(first), ...more, ...gate];
}

function engineLines(engine: GateEngine, report: GateReport, options: TextOptions): string[] {
  const { paint, width } = options;
  const name = nameAndPids(engine.name, engine.rootPid === null ? [] : [engine.rootPid]);
  const word = engine.exempt ? `EXEMPT, would be ${engine.verdict}` : engine.verdict.toUpperCase();
  const room = width - word.length - name.length - 4;
  const title = room < 12 || engine.kind === 'tree' ? [] : [clip(engine.title, room)];
  const painted = engine.exempt ? paint.faint(word) : paintVerdict(paint, engine.verdict);
  const text = (sentence: string): string[] => (sentence === '' ? [] : wrap(sentence, width, '  '));
  const lines = [[painted, paint.bold(name), ...title].join('  '), ...text(heldSentence(engine, report.policy))];
  for (const line of cycleLines(engine, width)) lines.push(...text(line));
  for (const sentence of baselineSentences(engine, report)) lines.push(...text(sentence));
  for (const code of engine.reasons) lines.push(...wrap(`${code}: ${REASONS[code]}.`, width, '  ', '  '));
  for (const sentence of saysSentences(engine, report.policy, 'terminal')) lines.push(...text(sentence));
  lines.push(...text(seedSentence(engine)).map(paint.faint));
  if (!engine.exempt && engine.verdict === 'fail') lines.push(...text(failHint(engine, 'terminal')).map(paint.faint));
  lines.push(...text(runLimitSentence(engine, report.policy, 'terminal')));
  return [...lines, ...processTable(engine.processes.flatMap(processRows), options)];
}

function processRows(process: GateProcess): string[][] {
  const rank = rankText(process.rank);
  const role = rank === '' ? process.role : `${process.role} ${rank}`;
  const pid = process.containerPid === null ? `${process.pid}` : `${process.pid} (${process.containerPid} inside)`;
  const who = process.alive === 'alive' ? pid : `${pid} ${process.alive}`;
  return process.perBus.map((each) => [each.bus ?? 'all GPUs', mibCell(each.bytes), who, role, process.title]);
}

function processTable(rows: string[][], { width }: TextOptions): string[] {
  if (rows.length === 0) return [];
  const columns = [
    { heading: 'GPU', align: 'left' },
    { heading: 'MiB', align: 'right' },
    { heading: 'pid', align: 'left' },
    { heading: 'role', align: 'left' },
    { heading: 'title', align: 'left' },
  ] as const;
  return textTable(columns, rows).map((line) => clip(`  ${line}`, width));
}
