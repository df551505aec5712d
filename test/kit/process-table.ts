// Reads this machine's process table for the kit: is that process still the one that we started?
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export interface PlayedProcess {
  readonly pid: number;
  readonly startTicks: number;
}

export interface TableEntry extends PlayedProcess {
  readonly ppid: number;
  readonly state: string;
}

/** undefined when there is no such process. */
export function tableEntry(pid: number, root = '/proc'): TableEntry | undefined {
  let text: string;
  try {
    text = readFileSync(`${root}/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name may hold blanks and parentheses: what follows the last one is regular.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid, state: fields[0] ?? '?', ppid: Number(fields[1]), startTicks: Number(fields[19]) };
}

/** The value of one line of /proc/PID/status, such as `SigIgn`. */
export function statusLine(pid: number, key: string): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    return new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(text)?.[1];
  } catch {
    return undefined;
  }
}

/** Still running, and not another process that got the same pid. A zombie runs no more. */
export function isAlive({ pid, startTicks }: PlayedProcess): boolean {
  const entry = tableEntry(pid);
  return entry !== undefined && entry.startTicks === startTicks && entry.state !== 'Z';
}

/** Ends exactly this process; does nothing when it is gone. */
export function killProcess(process_: PlayedProcess): void {
  if (!isAlive(process_)) return;
  try {
    process.kill(process_.pid, 'SIGKILL');
  } catch {
    // It ended between the two lines.
  }
}

/** Waits until the condition holds; the message says what was waited for. */
export async function until(condition: () => boolean, message: () => string, limitMs = 40_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${message()} (waited ${limitMs} ms)`);
    await wait(5);
  }
}
