// What every script here does at its edges: says lines, shows an expected failure as one sentence, sets the exit code.
import { NotReady } from './prepare.mjs';

/** The command could not run at all: the same number that `residuum` uses for it. */
const COULD_NOT_RUN = 3;

/** Progress goes to standard error, so that what a command prints can be piped. @param {string} line */
export function sayOnStderr(line) {
  process.stderr.write(`residuum: ${line}\n`);
}

/** @param {string} line */
export function sayOnStdout(line) {
  process.stdout.write(`${line}\n`);
}

/** For a command whose output is read by a program: only a person at a terminal is told why it takes longer. */
export const sayToPerson = process.stderr.isTTY ? sayOnStderr : () => undefined;

/** @param {() => Promise<number | void>} work resolves to an exit code, or to nothing when somebody else sets it */
export async function enter(work) {
  try {
    const code = await work();
    if (typeof code === 'number') process.exitCode = code;
  } catch (cause) {
    if (!(cause instanceof NotReady)) throw cause;
    process.stderr.write(`${cause.message}\n`);
    process.exitCode = COULD_NOT_RUN;
  }
}
