// `residuum mark FILE TEXT`: names a moment of a recording, live or finished.
import type { Command } from 'commander';
import { observerClock } from '../../node/probe/observer-clock.ts';
import { appendMarks } from '../../node/recording/recording-marks.ts';
import { openRecording } from '../../node/recording/recording-reader.ts';
import type { CommandIo } from '../io.ts';
import { MARK_NODE_HELP, markedNode, said, type MarkOptions } from '../mark-options.ts';
import { UsageError } from '../usage-error.ts';

const LONGEST_MARK = 500;

export function markCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('mark')
    .description('name this moment in a recording that is being written, or that is finished')
    .argument('<file>', 'the recording')
    .argument('<text>', 'what happens now')
    .option('--node <target>', MARK_NODE_HELP)
    .action(async (file: string, text: string, options: MarkOptions) =>
      finish(await said(io, async () => await mark(file, text, options))),
    );
}

async function mark(file: string, text: string, options: MarkOptions): Promise<string> {
  if (text.trim() === '' || text.length > LONGEST_MARK) {
    throw new UsageError(`The text of a mark has 1 to ${LONGEST_MARK} characters, got ${text.length}.`);
  }
  const recording = await openRecording(file);
  await recording.close();
  const atMs = observerClock()();
  await appendMarks(file, [
    { kind: 'mark', node: markedNode(recording.header, options, file), atMs, text, source: 'script' },
  ]);
  return `Marked ${new Date(atMs).toISOString()}: ${file}`;
}
