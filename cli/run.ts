// The command line of Residuum: parses the arguments, runs one command, gives its exit code.
import { Command, CommanderError } from 'commander';
import { gateCommand, printGate } from './commands/gate.ts';
import { probeCommand } from './commands/probe.ts';
import { watchCommand } from './commands/watch.ts';
import { COULD_NOT_RUN, failedGateReport } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { UsageError } from './usage-error.ts';

/** `args` without the program's own name. 0 pass, 1 fail, 2 inconclusive, 3 could not run. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => void (exitCode = code);
  const wantsGateJson = args[0] === 'gate' && args.includes('--json');
  const program = new Command('residuum')
    .description('What is still resident on GPUs after an inference engine gave its memory back.')
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => (wantsGateJson ? undefined : io.err(text)),
    });
  program.exitOverride();
  gateCommand(program, io, finish);
  probeCommand(program, io, finish);
  watchCommand(program, io, finish);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (wantsGateJson) {
      const usage = new UsageError(error.message);
      printGate(failedGateReport(args[1] ?? '', usage, false), true, io);
    }
    return COULD_NOT_RUN;
  }
}
