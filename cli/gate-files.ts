// The files that a gate leaves for a build server: JUnit XML, and Markdown for a job summary.
import { appendToFile, FileError, writeWholeFile } from '../node/evidence/whole-file.ts';
import { gateJunit } from '../shared/evidence/gate/gate-junit.ts';
import type { GateReport } from '../shared/evidence/gate/gate-schema.ts';
import { summaryMarkdown } from '../shared/evidence/gate/gate-summary.ts';
import { COULD_NOT_RUN } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import packageJson from '../package.json' with { type: 'json' };

export interface GateFileOptions {
  readonly junit?: string;
  readonly markdown?: string;
}

/**
 * Answers the exit code. A verdict keeps its own; only a pass whose evidence could not be written is none, because whoever
 * asked for the file would take its absence for a gate that never ran.
 */
export async function writeGateFiles(report: GateReport, options: GateFileOptions, io: CommandIo): Promise<number> {
  try {
    if (options.junit !== undefined) await writeWholeFile(options.junit, gateJunit(report), true);
    // Appended, because a job summary is a file that earlier steps have written to.
    if (options.markdown !== undefined)
      await appendToFile(options.markdown, summaryMarkdown(report, packageJson.version));
    return report.exitCode;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    io.err(`${error.message}\n`);
    return report.exitCode === 0 ? COULD_NOT_RUN : report.exitCode;
  }
}
