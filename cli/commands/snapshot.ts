// `residuum snapshot TARGET --out FILE`: one sample in a file, for a gate that comes after the release.
import type { Command } from 'commander';
import { requireFree, writeWholeFile } from '../../node/evidence/whole-file.ts';
import { unfitText } from '../../shared/evidence/gate/baseline.ts';
import { snapshotReportSchema } from '../../shared/evidence/gate/snapshot-schema.ts';
import { COULD_NOT_RUN, errorOf, failedSnapshotReport, unlessStopped } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { addNodeOptions, type NodeOptions } from '../node-options.ts';
import { sampleOnce } from '../sample-once.ts';
import { printSnapshot } from './probe.ts';

const NO_BASELINE = 2;

interface SnapshotOptions extends NodeOptions {
  readonly out: string;
  readonly force?: true;
  readonly quiet?: true;
}

export function snapshotCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  addNodeOptions(
    program
      .command('snapshot')
      .description('write what a node holds into a file, to compare a gate after a release with it'),
  )
    .requiredOption('--out <file>', 'the file, for residuum gate --baseline')
    .option('--force', 'replace a file that is there')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, 2 written but nothing can be compared with it (no engine, no driver), 3 could not run.',
    )
    .action(async (target: string, options: SnapshotOptions) => finish(await snapshot(target, options, io)));
}

async function snapshot(target: string, options: SnapshotOptions, io: CommandIo): Promise<number> {
  const { out, json, force = false, quiet } = options;
  try {
    await requireFree(out, force);
    const report = snapshotReportSchema.parse(await sampleOnce(target, options, io));
    await writeWholeFile(out, `${JSON.stringify(report)}\n`, force);
    if (json === true) printSnapshot(report, true, io);
    const unfit = unfitText(report);
    if (unfit !== undefined) io.err(`${out} ${unfit}\n`);
    else if (report.engines.length === 0) io.err(`${out} has no engine, so nothing can be compared with it.\n`);
    else {
      if (quiet !== true && json !== true)
        io.err(`${out}: ${report.engines.length} ${report.engines.length === 1 ? 'engine' : 'engines'}.\n`);
      return 0;
    }
    return NO_BASELINE;
  } catch (cause) {
    const error = unlessStopped(cause, target, io.signal);
    if (json === true) printSnapshot(failedSnapshotReport(target, error), true, io);
    else io.err(`${errorOf(error).text}\n`);
    return COULD_NOT_RUN;
  }
}
