// Builds the processes of a node from indented text, and writes what was detected in them as text, for comparing.
import { unknown } from '../../../shared/base/known.ts';
import { detectEngines, type Detection } from '../../../shared/engines/detect.ts';
import type { Rank } from '../../../shared/engines/engine-definition.ts';
import type { Pid } from '../../../shared/model/ids.ts';
import { buildProcessTree } from '../../../shared/model/process-tree.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';

export const SPAWN =
  'python -c from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5) --multiprocessing-fork';
export const TRACKER = 'python -c from multiprocessing.resource_tracker import main;main(4)';
export const RAYLET = '/opt/ray/core/src/ray/raylet/raylet --node_ip_address=10.0.0.5';

export interface Case {
  readonly name: string;
  readonly processes: string;
  readonly expected: string;
}

/** An expected detection, written with the indentation of the test around it. */
export function outdented(text: string): string {
  return text.replace(/^ {6}/gm, '').trim();
}

const LINE = /^( *)(\d+) (.*?)(?: \| (.*))?$/;

/**
 * One process a line: `PID TITLE`, two blanks deeper than its parent. After ` | ` come `comm=`, `state=`, `start=`,
 * `uid=`, `cgroup=`,
 * `inside=` (its pid in a container) and `ppid=` (instead of the indentation). A top-level process has parent 0.
 */
export function processesFrom(text: string): Map<Pid, HostProcess> {
  const processes = new Map<Pid, HostProcess>();
  const above: Pid[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, indent, digits = '', title = '', rest = ''] = LINE.exec(line) ?? [];
    if (indent === undefined) throw new Error(`not a process: ${line}`);
    const pid = Number(digits);
    const depth = indent.length / 2;
    const said = new Map(rest.split(',').map((part) => part.trim().split('=') as [string, string]));
    above.length = depth;
    processes.set(pid, {
      pid,
      ppid: Number(said.get('ppid') ?? above.at(-1) ?? 0),
      startTicks: Number(said.get('start') ?? pid * 10),
      state: said.get('state') ?? 'S',
      comm: said.get('comm') ?? commOf(title),
      title,
      uid: Number(said.get('uid') ?? 0),
      containerPid: said.has('inside') ? Number(said.get('inside')) : undefined,
      cgroup: said.get('cgroup') ?? '/',
      rss: unknown('proc-incomplete'),
      rssShmem: unknown('proc-incomplete'),
    });
    above.push(pid);
  }
  return processes;
}

/** As the kernel has it: the name of the program, or the title that setproctitle set, cut after 15 bytes. */
function commOf(title: string): string {
  const [first = ''] = title.split(' ');
  const name = first.includes('::') ? first : first.slice(first.lastIndexOf('/') + 1);
  return name.slice(0, 15);
}

export function detect(text: string): Detection {
  const processes = processesFrom(text);
  return detectEngines(processes, buildProcessTree(processes));
}

/**
 * The whole detection: `engine KIND ROOT [port N]`, below it its members as `PID ROLE [RANK]` and why it may not be
 * whole as `? WHERE`; then `orphan KIND` with its members; then `trainers PIDS`.
 */
export function detectionText(text: string): string {
  const { engines, orphans, roles, trainers } = detect(text);
  const member = ({ pid }: HostProcess): string => {
    const role = roles.get(pid);
    return `  ${pid} ${role?.role ?? '(no role)'}${rankText(role?.rank ?? null)}`;
  };
  const lines: string[] = [];
  for (const engine of engines) {
    lines.push(['engine', engine.kind, engine.root.pid, ...engine.ports.map((port) => `port ${port}`)].join(' '));
    lines.push(...engine.members.map(member));
    lines.push(...engine.incomplete.map(({ code, where }) => `  ? ${code}: ${where}`));
  }
  for (const orphan of orphans) lines.push(`orphan ${orphan.kind}`, ...orphan.members.map(member));
  if (trainers.size > 0) lines.push(`trainers ${[...trainers].toSorted((a, b) => a - b).join(' ')}`);
  return lines.join('\n');
}

function rankText(rank: Rank | null): string {
  if (rank === null) return '';
  const parts = Object.entries(rank).filter(([, value]) => value !== null);
  return ` ${parts.map(([name, value]) => `${name}${value}`).join(' ')}`;
}
