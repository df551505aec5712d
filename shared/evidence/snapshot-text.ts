// A snapshot report as text for a terminal.
import { clip } from '../base/printable.ts';
import { REASONS } from '../base/reason.ts';
import { deviceTable } from './device-table.ts';
import type { TextOptions } from './gate-text.ts';
import { mibCell } from './sizes.ts';
import type { SnapshotReport } from './snapshot-schema.ts';
import { textTable } from './text-table.ts';

/** Lines without line feeds. The report must be of a probe that ran. */
export function snapshotText(report: SnapshotReport, options: TextOptions): string[] {
  const { paint } = options;
  const { node, sample, target } = report;
  const blocks = [
    [
      `${paint.bold(node?.hostname ?? 'unknown host')} (${target}), driver ${node?.driver ?? 'unknown'}, sampled ${sample?.wallTime ?? 'at an unknown time'}`,
      ...report.driverReasons.map((code) => `${code}: ${REASONS[code]}.`),
    ],
    deviceTable(report.devices, options),
    usageLines(report, options),
    report.problems.length === 0
      ? []
      : [paint.bold('Notes'), ...report.problems.map(({ where, text }) => `  ${where}: ${text}`)],
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, at) => (at === 0 ? block : ['', ...block]));
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
  return [paint.bold(head), ...lines.map((line) => clip(line, Math.max(width, 40)))];
}
