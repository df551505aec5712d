// `residuum bundle FILE --out X.zip`: the recording, its tables and a text for the reader, in one file to attach.
import { stat } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { evidenceBundle } from '../../node/evidence/bundle.ts';
import { writeWholeFile } from '../../node/evidence/whole-file.ts';
import { COULD_NOT_RUN, errorOf } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { VERSION } from '../version.ts';

interface BundleOptions {
  readonly out: string;
  readonly at?: string;
  readonly node?: string;
  readonly force?: true;
  readonly identifying?: true;
}

export function bundleCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  program
    .command('bundle')
    .description('write one zip with the recording, its tables, its figures, and a text for the reader')
    .argument('<file>', 'a recording')
    .requiredOption('--out <file>', 'the zip')
    .option('--at <moment>', 'which look the tables of one look show (default: the last)')
    .option('--node <name>', 'which node, where a recording has several')
    .option('--force', 'replace a file that is there')
    .addOption(new Option('--redact', 'with stand-ins for names, which is the default').conflicts('identifying'))
    .option('--identifying', 'with the names of hosts, users, addresses, paths and models')
    .action(async (file: string, options: BundleOptions) => finish(await bundle(file, options, io)));
}

async function bundle(file: string, options: BundleOptions, io: CommandIo): Promise<number> {
  const { out, at = '', node, force, identifying } = options;
  try {
    const redaction = identifying === true ? 'none' : 'names';
    const zip = evidenceBundle(file, { at, node, redaction, appVersion: VERSION });
    await writeWholeFile(out, zip, force === true);
    const { size } = await stat(out);
    io.err(`${out}: ${size} bytes.\n`);
    return 0;
  } catch (error) {
    io.err(`${errorOf(error).text}\n`);
    return COULD_NOT_RUN;
  }
}
