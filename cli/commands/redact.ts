// `residuum redact FILE --out FILE`: the same recording with stand-ins for names, to send to somebody.
import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { redactRecording } from '../../node/recording/redact-recording.ts';
import { requireFree, writeWholeFile } from '../../node/evidence/whole-file.ts';
import { COULD_NOT_RUN, errorOf } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';

export function redactCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('redact')
    .description('write a recording again with stand-ins for hosts, users, addresses, paths, models and arguments')
    .argument('<file>', 'a recording')
    .requiredOption('--out <file>', 'the new recording; compressed where the name ends with .gz')
    .option('--force', 'replace a file that is there')
    .action(async (file: string, options: { out: string; force?: true }) =>
      finish(await redact(file, options.out, options.force === true, io)),
    );
}

async function redact(file: string, out: string, force: boolean, io: CommandIo): Promise<number> {
  try {
    await requireFree(out, force);
    const { text, names, observations, leftOut, wasRedacted } = await redactRecording(file);
    await writeWholeFile(out, out.endsWith('.gz') ? gzipSync(text) : text, force);
    if (wasRedacted) io.err('This recording had stand-ins already; it was copied as it is.\n');
    const counts = [...names].map(([kind, count]) => `${count} ${kind}`).join(', ');
    const lost = leftOut === 0 ? '' : ` ${leftOut} lines could not be read and are not in it.`;
    io.err(`${out}: ${observations} observations; stand-ins: ${counts === '' ? 'none' : counts}.${lost}\n`);
    return 0;
  } catch (error) {
    io.err(`${errorOf(error).text}\n`);
    return COULD_NOT_RUN;
  }
}
