// Runs a command to its end in a node's environment and keeps all that it said, for assertions.
import { execFile } from 'node:child_process';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Output is kept byte for byte, one character a byte. A command that is killed has code -1. */
export function runCommand(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { env, encoding: 'latin1', maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      if (error === null) resolve({ code: 0, out, err });
      // A text such as ENOENT: the command could not be started at all.
      else if (typeof error.code === 'string') reject(error);
      else resolve({ code: error.code ?? -1, out, err });
    });
  });
}
