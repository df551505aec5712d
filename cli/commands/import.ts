// `residuum import FILE --log PATH`: adds marks to a recording from what the log of a run tells.
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { appendMarks } from '../../node/recording/recording-marks.ts';
import { openRecording } from '../../node/recording/recording-reader.ts';
import type { MarkSeen } from '../../shared/model/observation.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import { logMark, minutesOf } from '../../shared/session/log-line.ts';
import type { CommandIo } from '../io.ts';
import { MARK_NODE_HELP, markedNode, said, type MarkOptions } from '../mark-options.ts';
import { UsageError } from '../usage-error.ts';

interface ImportOptions extends MarkOptions {
  readonly log: string;
  readonly zone?: string;
}

export function importCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('import')
    .description("add marks from a run's log: releases, wakes, gates, memory printed")
    .argument('<file>', 'the recording')
    .requiredOption('--log <path>', 'the log')
    .option('--zone <offset>', 'of times in the log that name no zone, such as +02:00 (default: UTC)')
    .option('--node <target>', MARK_NODE_HELP)
    .action(async (file: string, options: ImportOptions) =>
      finish(await said(io, async () => await importLog(file, options))),
    );
}

async function importLog(file: string, options: ImportOptions): Promise<string> {
  const { header, there, endMs } = await whatIsThere(file);
  const node = markedNode(header, options, file);
  const zoneMinutes = zoneOption(options.zone);
  const year = new Date(header.startedMs).getUTCFullYear();
  const marks: MarkSeen[] = [];
  const count = { lines: 0, timeless: 0, outside: 0, known: 0 };
  for await (const line of linesOf(options.log)) {
    count.lines += 1;
    const found = logMark(line, { zoneMinutes, year });
    if (found === undefined) continue;
    const { atMs, text } = found;
    if (atMs === undefined) count.timeless += 1;
    else if (atMs < header.startedMs - OUTSIDE_MS || atMs > endMs + OUTSIDE_MS) count.outside += 1;
    else if (there.has(`${atMs} ${text}`)) count.known += 1;
    else {
      marks.push({ kind: 'mark', node, atMs, text, source: 'log' });
      there.add(`${atMs} ${text}`);
    }
  }
  await appendMarks(file, marks);
  const left = [
    ...(count.known > 0 ? [`${count.known} were there already`] : []),
    ...(count.timeless > 0 ? [`${count.timeless} have no time and were left out`] : []),
    ...(count.outside > 0
      ? [`${count.outside} are from before or after the recording and were left out (is it another --zone?)`]
      : []),
  ];
  const of = `${marks.length} ${marks.length === 1 ? 'mark' : 'marks'} from ${count.lines} lines of ${options.log}`;
  return `Added ${of}${left.length === 0 ? '' : `; of other lines that tell something, ${left.join(', ')}`}: ${file}`;
}

/** A log's clock and the recorder's may differ by seconds. */
const OUTSIDE_MS = 60_000;

async function whatIsThere(file: string): Promise<{ header: RecordingHeader; there: Set<string>; endMs: number }> {
  const recording = await openRecording(file);
  const there = new Set<string>();
  let endMs = recording.header.startedMs;
  for await (const seen of recording.observations()) {
    if (seen.kind === 'mark') there.add(`${seen.atMs} ${seen.text}`);
    else endMs = Math.max(endMs, seen.atMs);
  }
  return { header: recording.header, there, endMs };
}

async function* linesOf(log: string): AsyncGenerator<string> {
  try {
    const handle = await open(log);
    try {
      for await (const line of handle.readLines()) yield line;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UsageError(`The log could not be read (${code}): check the path. ${log}`, { cause });
  }
}

function zoneOption(zone: string | undefined): number {
  if (zone === undefined) return 0;
  if (!/^(?:Z|UTC|[+-]\d{2}:?\d{2})$/.test(zone)) {
    throw new UsageError(`--zone must be an offset such as +02:00 or -0700, got ${JSON.stringify(zone)}.`);
  }
  return minutesOf(zone);
}
