// `residuum report FILE`: what a recording holds, what is missing in it, and the sleep/wake cycles of its engines.
import type { Command } from 'commander';
import { foldRecording } from '../../node/recording/fold-recording.ts';
import type { FoldedRecording } from '../../shared/recorded/fold-opened.ts';
import { recordingReport } from '../../shared/evidence/recording/recording-report.ts';
import { recordingReportSchema, type RecordingReport } from '../../shared/evidence/recording/recording-schema.ts';
import { recordingText } from '../../shared/evidence/recording/recording-text.ts';
import { REPORT_SCHEMA } from '../../shared/evidence/schema-names.ts';
import { COULD_NOT_RUN, errorOf } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { terminalPaint } from '../terminal-paint.ts';

export function reportCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('report')
    .description('say what a recording holds: gaps, cycles, what stayed after each, what grew')
    .argument('<file>', 'a recording, also one that is still written or was cut')
    .option('--json', 'print JSON and nothing else on standard output')
    .action(async (file: string, options: { json?: true }) => finish(await report(file, options.json === true, io)));
}

async function report(file: string, json: boolean, io: CommandIo): Promise<number> {
  let found: RecordingReport;
  try {
    found = reportOf(file, await foldRecording(file));
  } catch (error) {
    found = failedReport(file, error);
  }
  printReport(found, json, io);
  return found.error === undefined ? 0 : COULD_NOT_RUN;
}

function reportOf(file: string, folded: FoldedRecording): RecordingReport {
  const { header, observations, endMs, footer, problems } = folded;
  const { format, appVersion, startedMs, isDemo, policy, redaction, story } = header;
  const target = new Map(header.nodes.map((each) => [each.node, each.target]));
  const ended = footer?.why ?? null;
  const recording = { format, appVersion, startedMs, endMs, isDemo, policy, redaction, story, observations, ended };
  return recordingReport(
    { file, recording, problems: { count: problems.count, lines: [...problems.lines] } },
    [...folded.nodes].map(([node, record]) => ({ node, target: target.get(node) ?? 'not in the header', record })),
  );
}

export function failedReport(file: string, error: unknown): RecordingReport {
  const none = { recording: null, problems: { count: 0, lines: [] }, nodes: [] };
  return { schema: REPORT_SCHEMA, file, ...none, error: errorOf(error) };
}

export function printReport(report: RecordingReport, json: boolean, io: CommandIo): void {
  if (json) io.out(`${JSON.stringify(recordingReportSchema.parse(report))}\n`);
  else if (report.error !== undefined) io.err(`${report.error.text}\n`);
  else io.out(`${recordingText(report, { paint: terminalPaint(io), width: io.width }).join('\n')}\n`);
}
