// The program: gives the command line its process, and turns what is left over into an exit code.
import { setTimeout as sleep } from 'node:timers/promises';
import { COULD_NOT_RUN } from './failed-report.ts';
import type { CommandIo } from './io.ts';
import { run } from './run.ts';

const PIPE_WIDTH = 200;

async function main(): Promise<void> {
  const stop = new AbortController();
  // The first signal ends the probe by ending its input; a second one ends us at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort());
  }
  // Whoever reads us went away (`residuum watch … | head`): stop, without a stack.
  process.stdout.on('error', () => stop.abort());
  const io: CommandIo = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    isProgressTerminal: process.stderr.isTTY === true,
    width: process.stdout.isTTY === true ? process.stdout.columns : PIPE_WIDTH,
    signal: stop.signal,
    pause: async (ms) => {
      await sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
    },
  };
  process.exitCode = await run(process.argv.slice(2), io);
}

main().catch((error: unknown) => {
  process.stderr.write(`residuum: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = COULD_NOT_RUN;
});
