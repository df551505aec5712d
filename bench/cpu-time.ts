// CPU time of a process with everything below it, living and ended, from /proc/PID/stat.
import { readdirSync, readFileSync } from 'node:fs';

/** sysconf(_SC_CLK_TCK): 100 on every Linux that we know. */
const TICK_MS = 10;

interface StatLine {
  readonly ppid: number;
  readonly ticks: number;
}

/** utime + stime + cutime + cstime of the process and its descendants. Children that were reaped count with their parent. */
export function cpuMsOfTree(root: number): number {
  const table = new Map<number, StatLine>();
  for (const name of readdirSync('/proc')) {
    const line = /^\d+$/.test(name) ? statLine(Number(name)) : undefined;
    if (line !== undefined) table.set(Number(name), line);
  }
  let ticks = 0;
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    ticks += table.get(pid)?.ticks ?? 0;
    for (const [child, { ppid }] of table) if (ppid === pid) open.push(child);
  }
  return ticks * TICK_MS;
}

function statLine(pid: number): StatLine | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // It ended between the listing and now.
  }
  // Field 3 is the first one behind the name, which may hold blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
  return { ppid: Number(fields[1]), ticks: Number(utime) + Number(stime) + Number(cutime) + Number(cstime) };
}
