// `residuum import FILE --log PATH`: adds marks to a recording from what the log of a run tells.
import { open } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { appendMarks } from '../../node/recording/recording-marks.ts';
import { openRecording } from '../../node/recording/recording-reader.ts';
import { durationText } from '../../shared/evidence/text/time-text.ts';
import type { MarkSeen, NodeId } from '../../shared/model/observation.ts';
import type { RecordingHeader } from '../../shared/recording/format.ts';
import { NodeClock } from '../../shared/session/node-clock.ts';
import { logMark, minutesOf } from '../../shared/session/log-line.ts';
import type { CommandIo } from '../io.ts';
import { MARK_NODE_HELP, markedNode, said, type MarkOptions } from '../mark-options.ts';
import { UsageError } from '../usage-error.ts';

interface ImportOptions extends MarkOptions {
  readonly log: string;
  readonly zone?: string;
  readonly clock?: 'recorder' | 'node';
}

export function importCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('import')
    .description("add marks from a run's log: releases, wakes, gates, memory printed")
    .argument('<file>', 'the recording')
    .requiredOption('--log <path>', 'the log')
    .option('--zone <offset>', 'of times in the log that name no zone, such as +02:00 (default: UTC)')
    .addOption(
      new Option('--clock <whose>', "whose clock the log's times are of (default: of both, where they agree)").choices([
        'recorder',
        'node',
      ]),
    )
    .option('--node <target>', MARK_NODE_HELP)
    .action(async (file: string, options: ImportOptions) =>
      finish(await said(io, async () => await importLog(file, options))),
    );
}

async function importLog(file: string, options: ImportOptions): Promise<string> {
  const { header, there, endMs, node, clock } = await whatIsThere(file, options);
  const zoneMinutes = zoneOption(options.zone);
  const year = new Date(header.startedMs).getUTCFullYear();
  const marks: MarkSeen[] = [];
  const count = { lines: 0, timeless: 0, outside: 0, known: 0 };
  for await (const line of linesOf(options.log)) {
    count.lines += 1;
    const found = logMark(line, { zoneMinutes, year });
    if (found === undefined) continue;
    const { text } = found;
    const atMs = found.atMs === undefined ? undefined : onRecorder(found.atMs, clock, options);
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

interface WhatIsThere {
  readonly header: RecordingHeader;
  readonly there: Set<string>;
  readonly endMs: number;
  /** The one that the log is of, and its clock. */
  readonly node: NodeId;
  readonly clock: NodeClock;
}

async function whatIsThere(file: string, options: ImportOptions): Promise<WhatIsThere> {
  const recording = await openRecording(file);
  const node = markedNode(recording.header, options, file);
  const clock = new NodeClock();
  const there = new Set<string>();
  let endMs = recording.header.startedMs;
  for await (const seen of recording.observations()) {
    if (seen.kind === 'mark') there.add(`${seen.atMs} ${seen.text}`);
    else endMs = Math.max(endMs, seen.atMs);
    if (seen.kind === 'frame' && seen.node === node) clock.saw(seen);
  }
  return { header: recording.header, there, endMs, node, clock };
}

/** Throws a UsageError where the two clocks differ and nobody says which one is meant: a mark is never put by a guess. */
function onRecorder(logMs: number, clock: NodeClock, { clock: whose, node }: ImportOptions): number {
  if (whose === 'recorder') return logMs;
  const skewMs = clock.skewAt(logMs);
  if (whose === 'node') return skewMs === undefined ? logMs : logMs - skewMs;
  if (skewMs === undefined) return logMs;
  const apart = `${durationText(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} the recorder's`;
  throw new UsageError(
    `The clock of ${node ?? 'the node'} is ${apart}, so whose clock are the times of the log? Say --clock node if it was written there, or --clock recorder. Nothing was added.`,
  );
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
