// The command line of Residuum: parses the arguments, runs one command, gives its exit code.
import { Command, CommanderError } from 'commander';
import { bundleCommand } from './commands/bundle.ts';
import { compareCommand, failedCompare, printCompare } from './commands/compare.ts';
import { exportCommand } from './commands/export.ts';
import { gateCommand, printGate } from './commands/gate.ts';
import { importCommand } from './commands/import.ts';
import { markCommand } from './commands/mark.ts';
import { printSnapshot, probeCommand } from './commands/probe.ts';
import { serveCommand } from './commands/serve.ts';
import { openCommand } from './commands/open.ts';
import { recordCommand } from './commands/record.ts';
import { redactCommand } from './commands/redact.ts';
import { failedReport, printReport, reportCommand } from './commands/report.ts';
import { verifyCommand } from './commands/verify.ts';
import { snapshotCommand } from './commands/snapshot.ts';
import { watchCommand } from './commands/watch.ts';
import { COULD_NOT_RUN, failedGateReport, failedSnapshotReport, InternalFault } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** `args` without the program's own name. 0 pass, 1 fail, 2 inconclusive, 3 could not run. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => void (exitCode = code);
  const wantsJson = args.includes('--json');
  const program = new Command('residuum')
    .version(VERSION, '--version', 'print the version')
    .description('What is still resident on GPUs after an inference engine gave its memory back.')
    .configureOutput({
      writeOut: (text) => io.out(text),
      // With --json the sentence is in the object.
      writeErr: (text) => (wantsJson ? undefined : io.err(text)),
    });
  program.exitOverride();
  gateCommand(program, io, finish);
  probeCommand(program, io, finish);
  snapshotCommand(program, io, finish);
  watchCommand(program, io, finish);
  serveCommand(program, io, VERSION, finish);
  recordCommand(program, io, finish);
  openCommand(program, io, VERSION, finish);
  reportCommand(program, io, finish);
  compareCommand(program, io, finish);
  markCommand(program, io, finish);
  importCommand(program, io, finish);
  exportCommand(program, io, finish);
  redactCommand(program, io, finish);
  verifyCommand(program, io, finish);
  bundleCommand(program, io, finish);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const known = error instanceof CommanderError;
    if (wantsJson) printFailure(program, args, known ? usageError(error) : new InternalFault(error), io);
    if (!known) throw error;
    return COULD_NOT_RUN;
  }
}

function usageError({ message }: CommanderError): UsageError {
  return new UsageError(message.replace(/^error: /, ''));
}

function printFailure(
  program: Command,
  args: readonly string[],
  error: UsageError | InternalFault,
  io: CommandIo,
): void {
  const command = program.commands.find((each) => args.includes(each.name()));
  const target = command === undefined ? '' : targetOf(command, args);
  switch (command?.name()) {
    case 'probe':
    case 'snapshot':
      return printSnapshot(failedSnapshotReport(target, error), true, io);
    case 'report':
      return printReport(failedReport(target, error), true, io);
    case 'compare':
      return printCompare(failedCompare(error), true, false, io);
    case 'gate':
    case 'watch':
    case undefined:
      return printGate(failedGateReport(target, error, args.includes('--fail-open')), true, io);
    default:
      // A command that has no JSON: there is no object to say it in.
      io.err(`${error.message}\n`);
  }
}

/** The first argument that is neither an option nor the value of one, wherever it stands. */
function targetOf(command: Command, args: readonly string[]): string {
  const rest = args.slice(args.indexOf(command.name()) + 1);
  let isValue = false;
  for (const word of rest) {
    const isOption = word.startsWith('-') && word.length > 1;
    if (!isOption && !isValue) return word;
    isValue =
      isOption && command.options.some((option) => option.required && [option.long, option.short].includes(word));
  }
  return '';
}
