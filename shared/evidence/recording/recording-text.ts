// A report of a recording as text for a terminal: what it holds, what is missing, its cycles, its marks.
import { clip } from '../../base/printable.ts';
import { bytes, fromMiB, toMiB } from '../../base/units.ts';
import { REASONS } from '../../base/reason.ts';
import { settleBounds } from '../../ledger/cycles.ts';
import { unmeasuredSentence } from '../../session/cycles/unmeasured.ts';
import { endedAsleepMs, sleepSpan, unseenMs, unseenSpans, type Span } from '../../session/cycles/unseen-time.ts';
import { engineNames, nameAndPids } from '../../session/engine-name.ts';
import { mibText } from '../../session/size-text.ts';
import { ruleSentence } from '../gate/gate-sentences.ts';
import type { TextOptions } from '../text/paint.ts';
import type { RecordingReport, ReportCycles, ReportEngine, ReportNode } from './recording-schema.ts';
import { mib, mibCell } from '../text/sizes.ts';
import { textTable } from '../text/text-table.ts';
import { clockText, dateTimeText, durationText, sinceText } from '../text/time-text.ts';
import { wrap } from '../text/wrap.ts';

/** Lines without line feeds. The report must be of a recording that could be read. */
export function recordingText(report: RecordingReport, options: TextOptions): string[] {
  const blocks = [heading(report, options), ...report.nodes.map((node) => nodeLines(node, report, options))];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function heading({ file, recording, problems, nodes }: RecordingReport, { paint, width }: TextOptions): string[] {
  if (recording === null) return [];
  const { startedMs, endMs, appVersion, ended, isDemo, story, policy, observations } = recording;
  const took = durationText(endMs - startedMs);
  const end = ended === null ? 'not ended cleanly: its writer was stopped' : `ended: ${ended}`;
  const counts = `${observations.toLocaleString('en')} observations of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  const what = `Recorded ${dateTimeText(startedMs)} for ${took} by Residuum ${appVersion}; ${counts}; ${end}. ${file}`;
  const [first = '', ...more] = wrap(what, width, '', '  ');
  const gate = ruleSentence(policy, 'terminal').replace(/^Gate/, 'Kept with it: gate');
  const lines = problems.lines.flatMap(({ line, text }) =>
    wrap(`Line ${line} was not used: ${text}.`, width, '  ', '  '),
  );
  const rest = problems.count - problems.lines.length;
  return [
    ...(isDemo ? [paint.inconclusive('DEMO DATA: nothing here was measured.')] : []),
    paint.bold(first),
    ...more,
    ...story.flatMap((each) => wrap(each, width)),
    ...wrap(gate, width),
    ...lines.map(paint.inconclusive),
    ...(rest > 0 ? [`  … and ${rest} more lines.`] : []),
  ];
}

function nodeLines(node: ReportNode, report: RecordingReport, options: TextOptions): string[] {
  const { paint, width } = options;
  const startedMs = report.recording?.startedMs ?? 0;
  const names = namesOf(node);
  const unseen = unseenSpans(node.gaps);
  const name = `${node.hostname ?? 'unknown host'} (${node.target})`;
  const looks = `${node.looks.toLocaleString('en')} ${node.looks === 1 ? 'look' : 'looks'}`;
  const notes = [...clockNote(node), ...node.problems.map(({ where, text }) => `${where}: ${text}.`)];
  const gaps = node.gaps.map(({ fromMs, text }) => `${clockText(fromMs)} ${sinceText(fromMs - startedMs)}: ${text}`);
  return [
    paint.bold(clip(`${name}, ${node.driver === null ? 'driver unknown' : `driver ${node.driver}`}, ${looks}`, width)),
    ...notes.flatMap((note) => wrap(note, width, '  ', '  ')).map(paint.inconclusive),
    ...(gaps.length === 0 ? ['  No gaps.'] : [`  ${gaps.length === 1 ? 'One gap' : `${gaps.length} gaps`}:`]),
    ...gaps.flatMap((gap) => wrap(gap, width, '    ', '      ')),
    ...(node.engines.length === 0 ? ['  No engine was seen.'] : []),
    ...node.engines.flatMap((engine, at) => [
      '',
      ...engineLines(
        engine,
        { name: names[at] ?? engine.kind, unseen, lastMs: node.lastMs ?? undefined },
        report,
        options,
      ),
    ]),
    ...orphanLines(node, startedMs, options),
    ...markLines(node, startedMs, options),
  ];
}

function namesOf({ engines }: ReportNode): string[] {
  return engineNames(
    engines.map(({ kind, ports, runs }) => ({ kind, ports, rootPid: runs.at(-1)?.rootPid ?? null, members: [] })),
  );
}

function clockNote({ clock }: ReportNode): string[] {
  if (clock === null || clock.verdict === 'same') return [];
  const side = clock.verdict === 'node-ahead' ? 'ahead of' : 'behind';
  const apart = durationText(Math.abs(clock.skewMs));
  return [
    `Its clock is ${apart} ${side} the recorder's: times here are the recorder's, those in its own logs are not.`,
  ];
}

interface Seen {
  /** Of the engine. */
  readonly name: string;
  readonly unseen: readonly Span[];
  /** Of the newest look at the node. */
  readonly lastMs: number | undefined;
}

function engineLines(engine: ReportEngine, seen: Seen, report: RecordingReport, options: TextOptions): string[] {
  const { paint, width } = options;
  const newest = engine.runs.at(-1);
  const restarts = engine.runs.slice(1).map(({ rootPid, firstMs, recognisedBy }) => {
    const when = firstMs === null ? '' : ` at ${clockText(firstMs)}`;
    return `Restarted${when} as pid ${rootPid}, recognised by: ${recognisedBy ?? 'nothing'}.`;
  });
  const { cycles } = engine.worst;
  const isWhole = engine.unmeasured.length === 0;
  const none = isWhole
    ? 'No cycle was seen: nothing was released, and nobody says that it slept.'
    : 'No cycle was seen.';
  const said = [...(cycles.length === 0 ? [none] : []), ...unmeasuredText(engine)];
  return [
    `  ${paint.bold(nameAndPids(seen.name, newest === undefined ? [] : [newest.rootPid]))}  ${clip(engine.title, Math.max(width - 30, 12))}`,
    ...[...restarts, ...said].flatMap((sentence) => wrap(sentence, width, '    ', '    ')),
    ...(cycles.length === 0 ? [] : cycleTable(engine, seen, report).map((line) => clip(`    ${line}`, width))),
    ...(cycles.length === 0
      ? []
      : wrap(`Residual of the worst bus: ${driftSentence(engine.worst)}`, width, '    ', '    ')),
    ...(cycles.length === 0 || engine.buses.length < 2
      ? []
      : busTable(engine).map((line) => clip(`    ${line}`, width))),
  ];
}

function cycleTable(engine: ReportEngine, seen: Seen, { recording }: RecordingReport): string[] {
  const { cycles } = engine.worst;
  const startedMs = recording?.startedMs ?? 0;
  const policy = recording?.policy;
  const judged = policy?.kind === 'engine-tree' ? policy.limitBytes : undefined;
  const columns = [
    { heading: 'cycle', align: 'right' },
    { heading: 'released', align: 'right' },
    { heading: 'awake MiB', align: 'right' },
    { heading: 'residual MiB', align: 'right' },
    { heading: 'freed MiB', align: 'right' },
    { heading: 'settled in', align: 'right' },
    { heading: 'woke', align: 'right' },
    { heading: judged === undefined ? '' : `limit ${mibCell(judged)}`, align: 'left' },
  ] as const;
  const rows = cycles.map((cycle) => {
    const { residualBytes, residualReason } = cycle;
    const within = residualBytes === null || judged === undefined ? '' : residualBytes <= judged ? 'within' : 'above';
    const why = residualReason === null ? '' : REASONS[residualReason];
    return [
      String(cycle.number),
      sinceText(cycle.releaseMs - startedMs),
      mibCell(cycle.awakeBytes),
      mibCell(residualBytes),
      mibCell(cycle.freedBytes),
      settleText(cycle),
      wokeCell(cycle, engine, seen, startedMs),
      [
        within,
        roseText(cycle, startedMs),
        unseenText(cycle, engine, seen),
        cycle.isRestarted ? 'restarted before' : '',
        why,
      ]
        .filter((word) => word !== '')
        .join('; '),
    ];
  });
  return textTable(columns, rows);
}

/** Nobody looked at the release itself: it may have taken no time at all. */
function settleText({ settleTimeMs, settleAtLeastMs }: ReportCycles['cycles'][number]): string {
  if (settleTimeMs === null) return 'never';
  const bounds = settleBounds({ settleTimeMs, settleAtLeastMs: settleAtLeastMs ?? undefined });
  return bounds === undefined ? durationText(settleTimeMs) : bounds.map(durationText).join(' to ');
}

/** An engine that ended in its sleep sleeps no more. */
function wokeCell(
  { releaseMs, wakeMs }: ReportCycles['cycles'][number],
  { runs }: ReportEngine,
  { lastMs }: Seen,
  startedMs: number,
): string {
  if (wakeMs !== null) return sinceText(wakeMs - startedMs);
  return endedAsleepMs({ releaseMs, wakeMs: undefined }, runs, lastMs) === undefined ? 'asleep' : 'ended asleep';
}

function unseenText({ releaseMs, wakeMs }: ReportCycles['cycles'][number], { runs }: ReportEngine, seen: Seen): string {
  const ms = unseenMs(seen.unseen, sleepSpan({ releaseMs, wakeMs: wakeMs ?? undefined }, runs, seen.lastMs));
  return ms > 0 ? `${durationText(ms)} of it not seen` : '';
}

/** What could not be seen is said before what was. */
function unmeasuredText({ runs, unmeasured }: ReportEngine): string[] {
  const looks = runs.reduce((sum, run) => sum + run.looks, 0);
  const sentence = unmeasuredSentence(looks, new Map(unmeasured.map((each) => [each.reason, each.looks])));
  return sentence === '' ? [] : [sentence];
}

function roseText({ roseMs, roseBytes }: ReportCycles['cycles'][number], startedMs: number): string {
  if (roseMs === null) return '';
  return `rose to ${mib(roseBytes)} at ${sinceText(roseMs - startedMs)}`;
}

function driftSentence({ drift }: ReportCycles): string {
  const { intervalBytes, growthBytes, text } = drift;
  const size = (value: number): string => mibText(fromMiB(Math.round(toMiB(bytes(value)))));
  const interval =
    intervalBytes === null ? '' : `, at 99 % between ${size(intervalBytes[0])} and ${size(intervalBytes[1])} a cycle`;
  const growth = growthBytes === null ? '' : `, ${size(growthBytes)} from the first to the last`;
  return `${text}${interval}${growth}.`;
}

function busTable({ buses }: ReportEngine): string[] {
  const columns = [
    { heading: 'GPU', align: 'left' },
    { heading: 'first residual MiB', align: 'right' },
    { heading: 'last residual MiB', align: 'right' },
    { heading: 'growth MiB', align: 'right' },
    { heading: 'over its cycles', align: 'left' },
  ] as const;
  const rows = buses.map(({ bus, cycles, drift }) => [
    bus ?? 'all GPUs',
    mibCell(cycles[0]?.residualBytes ?? null),
    mibCell(cycles.at(-1)?.residualBytes ?? null),
    mibCell(drift.growthBytes),
    drift.text,
  ]);
  return textTable(columns, rows);
}

/** What a dead engine holds is the commonest leak: it is listed also when no engine is there. */
function orphanLines({ orphans }: ReportNode, startedMs: number, { paint, width }: TextOptions): string[] {
  return orphans.flatMap(({ kind, title, pids, looks, firstMs, lastMs, isThere, buses }) => {
    const head = `${kind} orphan, pid ${pids.slice(0, 4).join(', ')}${pids.length > 4 ? ', …' : ''}`;
    const until = isThere ? 'to the end' : `to ${clockText(lastMs)}`;
    const seen = `Its engine's root is gone. Seen from ${clockText(firstMs)} ${sinceText(firstMs - startedMs)} ${until}, in ${looks} ${looks === 1 ? 'look' : 'looks'}.`;
    const sizes = buses.map(({ bus, minBytes, maxBytes, lastBytes, measured }) => {
      const range = minBytes === maxBytes ? '' : `, between ${mib(minBytes)} and ${mib(maxBytes)}`;
      const part = measured === looks ? '' : `, measured in ${measured} of them`;
      return `${bus ?? 'all GPUs'}: ${isThere ? '' : 'at last '}${mib(lastBytes)}${range}${part}.`;
    });
    return [
      '',
      `  ${paint.bold(head)}  ${clip(title, Math.max(width - head.length - 4, 12))}`,
      ...wrap(seen, width, '    ', '    '),
      ...(sizes.length === 0
        ? ['    It held nothing on a GPU.']
        : sizes.flatMap((line) => wrap(line, width, '    ', '    '))),
    ];
  });
}

function markLines(node: ReportNode, startedMs: number, { paint, width }: TextOptions): string[] {
  const { marks, autoMarks, engines } = node;
  const names = namesOf(node);
  const own = marks.map(({ atMs, text, source }) => ({ atMs, text: `${text} (${source})`, isOwn: true }));
  const found = autoMarks.map(({ atMs, text, engine }) => {
    const who = engine === null || engines.length < 2 ? '' : `${names[engine]}: `;
    return { atMs, text: `${who}${text}`, isOwn: false };
  });
  const all = [...own, ...found].toSorted((one, other) => one.atMs - other.atMs);
  if (all.length === 0) return [];
  const lines = all.map(({ atMs, text, isOwn }) => {
    const line = clip(`    ${clockText(atMs)} ${sinceText(atMs - startedMs).padStart(10)}  ${text}`, width);
    return isOwn ? paint.bold(line) : line;
  });
  return ['', '  What happened:', ...lines];
}
