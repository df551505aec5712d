// A snapshot without what belongs to the machine rather than to the scenario, so that two nodes can be compared whole.
import { unknown } from '../../../shared/base/known.ts';
import type { DeviceReading, DriverCall, HostProcess, Snapshot } from '../../../shared/model/snapshot.ts';
import type { PlacedProcess } from '../../../shared/source/scenario-placement.ts';

/** Pids of a node to the processes that the scenario means by them. */
export type Placed = ReadonlyMap<number, Pick<PlacedProcess, 'pid' | 'startTicks'>>;

const OUTSIDE_PID = 1;
const NO_TIMES = { beginMs: undefined, endMs: undefined };
/** What a machine says of itself; the scenario has no say in it. */
const OF_THE_MACHINE = new Set(['pid-namespace', 'hidepid', 'proc-unreadable', 'smi-slow', 'login-noise']);

/**
 * Pids and start times become the demo's. Left out: times, the processes of others, and what no scenario can set on real
 * processes (uid, cgroup, memory, /proc/driver/nvidia, the node's name, boot and memory).
 */
export function comparable(snapshot: Snapshot, placed: Placed): Snapshot {
  const ours = (pid: number): number => placed.get(pid)?.pid ?? pid;
  const { node, devices, usage } = snapshot;
  const nothing = unknown('proc-incomplete');
  return {
    node: {
      driverVersion: node.driverVersion,
      ticksPerSecond: node.ticksPerSecond,
      pidNamespace: 'host',
      hostname: undefined,
      bootId: undefined,
      bootTimeS: undefined,
      hidepid: undefined,
      uid: undefined,
      memoryTotal: nothing,
      memoryAvailable: nothing,
    },
    time: { ...NO_TIMES, wallTime: undefined },
    devices: withoutTimes(devices),
    usage: usage && { ...usage, ...NO_TIMES, rows: usage.rows.map((row) => ({ ...row, pid: ours(row.pid) })) },
    driverReasons: snapshot.driverReasons,
    buses: [],
    processes: new Map(ownProcesses(snapshot, placed).map((each) => [each.pid, each])),
    absent: new Map([...snapshot.absent].map(([pid, how]) => [ours(pid), how])),
    scan: { complete: snapshot.scan.complete, listed: undefined, unreadable: undefined, vanished: undefined },
    holders: [],
    environment: new Map(
      [...snapshot.environment].filter(([pid]) => placed.has(pid)).map(([pid, reading]) => [ours(pid), reading]),
    ),
    sockets: [],
    socketReadings: new Map(),
    calls: snapshot.calls.map((call) => comparableCall(call, ours)),
    problems: snapshot.problems.filter((problem) => !OF_THE_MACHINE.has(problem.code)),
  };
}

export function withoutTimes(reading: DeviceReading | undefined): DeviceReading | undefined {
  return reading && { ...reading, ...NO_TIMES };
}

function ownProcesses(snapshot: Snapshot, placed: Placed): HostProcess[] {
  const own = [...snapshot.processes.values()].flatMap((process): HostProcess[] => {
    const place = placed.get(process.pid);
    if (place === undefined) return [];
    const nothing = unknown('proc-incomplete');
    return [
      {
        ...process,
        ...place,
        ppid: placed.get(process.ppid)?.pid ?? OUTSIDE_PID,
        uid: undefined,
        containerPid: undefined,
        cgroup: '-',
        rss: nothing,
        rssShmem: nothing,
      },
    ];
  });
  return own.toSorted((left, right) => left.pid - right.pid);
}

/** The pid stands in the second column of each row of the usage query. */
function comparableCall(call: DriverCall, ours: (pid: number) => number): DriverCall {
  const lines = call.name.startsWith('usage')
    ? call.lines.map((line) => line.replace(/, (\d+), /, (_all, pid: string) => `, ${ours(Number(pid))}, `))
    : call.lines;
  return { ...call, ...NO_TIMES, lines };
}
