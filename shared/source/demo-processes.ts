// The process table of a demo node, and which of its processes matter to a request, by the rules of the probe.
import type { DemoRequest } from './demo-request.ts';
import { placeScenario, type PlacedProcess } from './scenario-placement.ts';
import { parseScenario, type Scenario } from './scenario.ts';

export interface ProcessTable {
  /** In the order of the probe: pids sorted as text, as a shell lists /proc. */
  readonly processes: readonly PlacedProcess[];
  readonly byPid: ReadonlyMap<number, PlacedProcess>;
  /** The pid of each label, also of processes that are gone. */
  readonly pids: ReadonlyMap<string, number>;
}

export interface Matter {
  /** Processes of engines: what matched, and everything below. */
  readonly engines: ReadonlySet<number>;
  /** Those, their ancestors, and the GPU's processes with theirs. */
  readonly kept: ReadonlySet<number>;
}

export const INIT_PID = 1;
const KTHREADD_PID = 2;

/** What runs on any node. A probe counts these and, but for init, says nothing more of them. */
const ORDINARY = `
process init "/sbin/init" comm systemd pid 1 start 1 rss 12 cgroup "0::/init.scope"
process kthreadd "" comm kthreadd pid 2 start 1 cgroup "0::/"
process journald "/usr/lib/systemd/systemd-journald" pid 612 start 310 rss 48 cgroup "0::/system.slice/systemd-journald.service"
process cron "/usr/sbin/cron -f" pid 871 start 702 rss 3 cgroup "0::/system.slice/cron.service"
process sshd "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups" title comm sshd pid 903 start 744 rss 9 cgroup "0::/system.slice/ssh.service"
process persistenced "/usr/bin/nvidia-persistenced --user nvidia-persistenced" pid 941 start 790 rss 2 uid 112 cgroup "0::/system.slice/nvidia-persistenced.service"
`;

/** The same scenario always gives the same pids and start times. */
export function processTable(scenario: Scenario): ProcessTable {
  const { processes: own, pids } = placeScenario(scenario);
  const ordinary = placeScenario(parseScenario(ORDINARY)).processes.map((each) =>
    each.pid === INIT_PID || each.pid === KTHREADD_PID ? { ...each, ppid: 0 } : each,
  );
  // A pid that the scenario chose is the scenario's.
  const byPid = new Map([...ordinary, ...own].map((each) => [each.pid, each]));
  const processes = [...byPid.values()].sort((left, right) => (String(left.pid) < String(right.pid) ? -1 : 1));
  return { processes, byPid, pids };
}

/** `onGpu`: pids that the driver listed for this request. */
export function whatMatters({ processes, byPid }: ProcessTable, request: DemoRequest, onGpu: Iterable<number>): Matter {
  const children = new Map<number, number[]>();
  for (const { pid, ppid } of processes) children.set(ppid, [...(children.get(ppid) ?? []), pid]);
  const hits = processes
    .filter((each) => request.roots.has(each.pid) || request.patterns.some((pattern) => mentions(each, pattern)))
    .map((each) => each.pid);
  const engines = new Set(hits);
  // A set is walked in the order of adding, also over what is added on the way.
  for (const pid of engines) {
    // The whole machine is below init, and every job of a Ray node below its raylet.
    if (pid === INIT_PID || byPid.get(pid)?.process.comm === 'raylet') continue;
    for (const child of children.get(pid) ?? []) engines.add(child);
  }
  const kept = new Set(engines);
  for (const start of [...hits, ...onGpu]) {
    const seen = new Set<number>();
    for (let each = byPid.get(start); each !== undefined && !seen.has(each.pid); each = byPid.get(each.ppid)) {
      seen.add(each.pid);
      kept.add(each.pid);
    }
  }
  return { engines, kept };
}

function mentions({ process: described, ppid }: PlacedProcess, pattern: string): boolean {
  // Kernel threads and zombies have no command line; each word of one ends with a NUL, which counts as a blank.
  const command =
    ppid === KTHREADD_PID || described.state === 'Z' ? '' : described.argv.map((word) => `${word} `).join('');
  return described.comm.includes(pattern) || command.includes(pattern);
}
