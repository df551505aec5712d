// `residuum probe TARGET`: one sample, without any judgement.
import type { Command } from 'commander';
import { snapshotReportSchema, type SnapshotReport } from '../../shared/evidence/gate/snapshot-schema.ts';
import { snapshotText } from '../../shared/evidence/gate/snapshot-text.ts';
import { COULD_NOT_RUN, failedSnapshotReport, unlessStopped } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { addNodeOptions, type NodeOptions } from '../node-options.ts';
import { sampleOnce } from '../sample-once.ts';
import { terminalPaint } from '../terminal-paint.ts';

export function probeCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  addNodeOptions(program.command('probe').description('show once what a node holds, without judging it')).action(
    async (target: string, options: NodeOptions) => finish(await probe(target, options, io)),
  );
}

async function probe(target: string, options: NodeOptions, io: CommandIo): Promise<number> {
  let report: SnapshotReport;
  try {
    report = await sampleOnce(target, options, io);
  } catch (error) {
    report = failedSnapshotReport(target, unlessStopped(error, target, io.signal));
  }
  printSnapshot(report, options.json === true, io);
  return report.error === undefined ? 0 : COULD_NOT_RUN;
}

export function printSnapshot(report: SnapshotReport, json: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(snapshotReportSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${snapshotText(report, { paint: terminalPaint(io), width: io.width }).join('\n')}\n`);
}
