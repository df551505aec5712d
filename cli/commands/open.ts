// `residuum open FILE…`: shows recordings in the browser, until stopped.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { RecordingError } from '../../node/recording/recording-error.ts';
import { openRecording } from '../../node/recording/recording-reader.ts';
import { COULD_NOT_RUN } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { servePage } from './serve.ts';

interface OpenOptions {
  readonly port?: string;
  /** undefined when neither --open nor --no-open was given. */
  readonly open?: boolean;
}

export function openCommand(program: Command, io: CommandIo, version: string, finish: (code: number) => void): void {
  program
    .command('open')
    .description('show a recording in the browser: seek, step and play it')
    .argument('<file...>', 'a recording, such as run.residuum.jsonl.gz')
    .option('--port <number>', 'where to listen (default: a free one)')
    .option('--open', 'open the browser, also where it might not be seen')
    .option('--no-open', 'open no browser')
    .action(async (files: readonly string[], options: OpenOptions) => finish(await open(files, options, version, io)));
}

/** 0 when it was stopped, 3 when it could not start. */
async function open(files: readonly string[], options: OpenOptions, version: string, io: CommandIo): Promise<number> {
  const paths = files.map((file) => resolve(file));
  try {
    // What is no recording is said here and not in a browser.
    for (const path of paths) await (await openRecording(path)).close();
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    io.err(`${error.message}\n`);
    return COULD_NOT_RUN;
  }
  return await servePage({ ...options, host: '127.0.0.1', recordings: paths }, version, io);
}
