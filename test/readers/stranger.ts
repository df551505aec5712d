// Programs that know nothing of us and read what we wrote: found on this machine, run with a time limit.
import { execFile } from 'node:child_process';
import { programOf, searchPath, TEST_NEEDS, type Need } from '../../scripts/test-needs.mjs';

export interface Said {
  readonly out: string;
  readonly err: string;
}

/** The program that a need of the tests names, such as `pandas for python3`. Throws where `npm test` would have said so. */
export function stranger(what: string): string {
  const need = TEST_NEEDS.find((each: Need) => each.what === what || each.names.includes(what));
  const program = need === undefined ? undefined : programOf(need, searchPath(process.env));
  if (program === undefined) throw new Error(`${what} is not on this machine`);
  return program;
}

/** Rejects, with what it said, when it ends badly or takes longer than two minutes. */
export async function asked(
  program: string,
  args: readonly string[],
  { input = '', cwd }: { readonly input?: string; readonly cwd?: string } = {},
): Promise<Said> {
  return await new Promise((resolve, reject) => {
    const options = { cwd, timeout: 110_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, options, (error, out, err) => {
      if (error === null) resolve({ out, err });
      else reject(new Error(`${program}: ${error.message}\n${out.slice(-4_000)}${err.slice(-4_000)}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
