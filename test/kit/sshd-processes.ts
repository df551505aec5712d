// Processes below a pid, read from /proc, and signals to them by pid.
import { readdir, readFile } from 'node:fs/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly comm: string;
}

/** All processes below a pid, parents before children. */
export async function descendants(root: number): Promise<RunningProcess[]> {
  const all = await runningProcesses();
  const found: RunningProcess[] = [];
  const wanted = [root];
  for (const parent of wanted) {
    for (const each of all) {
      if (each.parent !== parent || wanted.includes(each.pid)) continue;
      wanted.push(each.pid);
      found.push(each);
    }
  }
  return found;
}

/** Whether a pid exists and is more than a zombie. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  return stat !== null && !/^\S+ \(.*\) [ZX] /s.test(stat);
}

/** Sends a signal to each; those that are gone already are fine. */
export function killAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
    }
  }
}

async function runningProcesses(): Promise<RunningProcess[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(
    names.map(async (name): Promise<RunningProcess | null> => {
      // A process may end between the listing and the reading.
      const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => null);
      const match = stat === null ? null : /^\d+ \((.*)\) \S (\d+) /s.exec(stat);
      return match === null ? null : { pid: Number(name), comm: match[1] ?? '', parent: Number(match[2]) };
    }),
  );
  return read.flatMap((each) => (each === null ? [] : [each]));
}
