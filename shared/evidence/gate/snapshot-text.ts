// A snapshot report as text for a terminal.
import { clip } from '../../base/printable.ts';
import { REASONS } from '../../base/reason.ts';
import { saysSentences } from './accounting-text.ts';
import { deviceTable } from './device-table.ts';
import { noteLines } from './note-lines.ts';
import type { TextOptions } from '../text/paint.ts';
import { mibCell } from '../text/sizes.ts';
import { engineNames, nameAndPids } from '../../session/engine-name.ts';
import type { SnapshotReport } from './snapshot-schema.ts';
import { textTable } from '../text/text-table.ts';
import { wrap } from '../text/wrap.ts';

/** Lines without line feeds. The report must be of a probe that ran. */
export function snapshotText(report: SnapshotReport, options: TextOptions): string[] {
  const { paint, width } = options;
  const { node, sample, target } = report;
  const when = `sampled ${sample?.wallTime ?? 'at an unknown time'}`;
  const where = `${node?.hostname ?? 'unknown host'} (${target}), driver ${node?.driver ?? 'unknown'}, ${when}`;
  const [first = '', ...more] = wrap(where, width, '', '  ');
  const demo = report.problems.some((problem) => problem.code === 'demo')
    ? [paint.inconclusive('DEMO DATA: nothing here was measured.')]
    : [];
  const reasons = report.driverReasons.flatMap((code) => wrap(`${code}: ${REASONS[code]}.`, width, '', '  '));
  const names = engineNames(report.engines.map((engine) => ({ ...engine, members: [] })));
  const blocks = [
    [...demo, paint.bold(first), ...more, ...reasons],
    deviceTable(report.devices, options),
    usageLines(report, options),
    ...report.engines.map((engine, at) => engineLines(engine, names[at] ?? engine.kind, options)),
    noteLines(report.problems, options),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

function engineLines(engine: SnapshotReport['engines'][number], own: string, { paint, width }: TextOptions): string[] {
  const says = saysSentences({ ...engine, hints: [], verdict: null }, null, 'terminal');
  const name = nameAndPids(own, [engine.rootPid]);
  return says.length === 0 ? [] : [paint.bold(name), ...says.flatMap((sentence) => wrap(sentence, width, '  '))];
}

function usageLines({ usage, processes }: SnapshotReport, { paint, width }: TextOptions): string[] {
  if (usage === null) return ['The driver listed no processes, because it could not be asked.'];
  if (usage.length === 0) return ['No process holds memory on a GPU.'];
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const rows = usage.map(({ bus, bytes, pid, alive, class: owner }) => {
    const process = byPid.get(pid);
    const title = process === undefined ? alive : process.title === '' ? process.comm : process.title;
    const root = process?.engineRootPid ?? null;
    const belongs = root === null ? owner : `${owner} ${root}`;
    return [bus ?? 'all GPUs', mibCell(bytes), String(pid), belongs, process?.role ?? '', title];
  });
  const [head = '', ...lines] = textTable(
    [
      { heading: 'GPU', align: 'left' },
      { heading: 'MiB', align: 'right' },
      { heading: 'pid', align: 'left' },
      { heading: 'belongs to', align: 'left' },
      { heading: 'role', align: 'left' },
      { heading: 'title', align: 'left' },
    ],
    rows,
  );
  return [paint.bold(head), ...lines.map((line) => clip(line, width))];
}
