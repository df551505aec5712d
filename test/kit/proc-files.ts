// The text of /proc/PID/* as Linux prints it, for one process of a scenario.
import type { PlacedProcess } from '../../shared/source/scenario-placement.ts';

/** A file name and its bytes, one character a byte. */
export type TreeFile = readonly [name: string, bytes: string];

const KIB_PER_MIB = 1024;
const STATE_WORDS: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'disk sleep',
  T: 'stopped',
  Z: 'zombie',
  I: 'idle',
};

/** stat, status, cmdline, comm, cgroup and environ of a process. */
export function processFiles({ process, pid, ppid, startTicks }: PlacedProcess): TreeFile[] {
  const { state, comm, uid } = process;
  const zombie = state === 'Z';
  return [
    ['stat', statLine(pid, comm, state, ppid, startTicks)],
    ['status', statusText({ pid, ppid, state, comm, uid, innerPids: process.innerPids, rssMib: process.rssMib })],
    ['cmdline', zombie ? '' : process.argv.map((word) => `${word}\0`).join('')],
    ['comm', `${comm}\n`],
    ['cgroup', withNewline(process.cgroup ?? '0::/user.slice')],
    ['environ', process.environment.map((each) => `${each}\0`).join('')],
  ];
}

/** A process without a command line (a kernel thread), or a plain one with it. */
export function kernelThread(pid: number, comm: string, command = ''): TreeFile[] {
  return [
    ['stat', statLine(pid, comm.slice(0, 15), 'S', pid === 2 ? 0 : 2, 50 + pid)],
    ['status', statusText({ pid, ppid: 2, state: 'S', comm, uid: 0, innerPids: [], rssMib: undefined })],
    ['cmdline', command === '' ? '' : `${command.replaceAll(' ', '\0')}\0`],
    ['comm', `${comm.slice(0, 15)}\n`],
    ['cgroup', '0::/\n'],
  ];
}

/** The 52 fields of /proc/PID/stat (proc_pid_stat(5)); field 22 is the start. */
export function statLine(pid: number, comm: string, state: string, ppid: number, startTicks: number): string {
  const between = `${pid} ${pid} 0 -1 4194560 2000 0 0 0 12 5 0 0 20 0 1 0`;
  const after = '68719476736 262144 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0';
  return `${pid} (${comm}) ${state} ${ppid} ${between} ${startTicks} ${after}\n`;
}

interface StatusFacts {
  readonly pid: number;
  readonly ppid: number;
  readonly state: string;
  readonly comm: string;
  readonly uid: number;
  readonly innerPids: readonly number[];
  readonly rssMib: number | undefined;
}

/** A process without memory of its own (a kernel thread, a zombie) has no Vm lines. */
function statusText({ pid, ppid, state, comm, uid, innerPids, rssMib }: StatusFacts): string {
  const ids = `${uid}\t${uid}\t${uid}\t${uid}`;
  const lines = [
    // The kernel escapes newline and backslash here, and here only.
    `Name:\t${comm.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `State:\t${state} (${STATE_WORDS[state] ?? 'sleeping'})`,
    `Tgid:\t${pid}`,
    `Pid:\t${pid}`,
    `PPid:\t${ppid}`,
    `Uid:\t${ids}`,
    `Gid:\t${ids}`,
    `NSpid:\t${[pid, ...innerPids].join('\t')}`,
  ];
  if (rssMib !== undefined && state !== 'Z') {
    const kib = (mib: number): string => `${String(mib * KIB_PER_MIB).padStart(8)} kB`;
    lines.push(`VmRSS:\t${kib(rssMib)}`, `RssAnon:\t${kib(rssMib)}`, `RssFile:\t${kib(0)}`, `RssShmem:\t${kib(0)}`);
  }
  return `${[...lines, 'Threads:\t1'].join('\n')}\n`;
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
