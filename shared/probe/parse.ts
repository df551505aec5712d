// A frame to a snapshot: what a node sent becomes values with units, and what it did not send becomes unknown.
import { known, unknown, type Known } from '../base/known.ts';
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/printable.ts';
import { fromKiB, type Bytes } from '../base/units.ts';
import { parseBusId, processKey, type Pid, type ProcessKey } from '../model/ids.ts';
import type {
  DeviceFileHolder,
  EnvironmentReading,
  HostProcess,
  ListenSocket,
  NodeFacts,
  Snapshot,
  SocketReading,
} from '../model/snapshot.ts';
import { readFrameLines, type FactLine, type FrameLines } from './frame-lines.ts';
import { readDriver } from './parse-driver.ts';
import { sameProcesses } from './same-processes.ts';
import type { Frame } from './wire.ts';

/**
 * Static facts that earlier frames of the same connection carried: the probe sends each of them once. Start with
 * `NO_FACTS` on every connection.
 */
export interface FactMemory {
  readonly node: ReadonlyMap<string, string>;
  readonly processes: ReadonlyMap<ProcessKey, FactLine>;
}

export const NO_FACTS: FactMemory = { node: new Map(), processes: new Map() };

export interface Parsed {
  readonly snapshot: Snapshot;
  /** To be given with the next frame of this connection. */
  readonly memory: FactMemory;
}

/**
 * Never throws on what a node sends: what does not fit becomes a problem, and what is missing becomes unknown. `before` is
 * an earlier sample of the same node, whose processes stay the same objects where they are equal.
 */
export function parseFrame(frame: Frame, memory: FactMemory, before?: Snapshot): Parsed {
  const lines = readFrameLines(frame);
  const problems: Problem[] = [...lines.problems];
  const nodeFacts = new Map([...memory.node, ...lines.node]);
  const facts = withFacts(memory.processes, lines.facts);
  const read = readProcesses(lines, facts, problems);
  const processes = before === undefined ? read : sameProcesses(read, before.processes);
  const named = lines.processes.every((each) => facts.has(processKey(each.pid, each.startTicks)));
  const node = readNode(nodeFacts);
  const driver = readDriver(lines, frame.kind);
  problems.push(...driver.problems, ...nodeProblems(node, nodeFacts.get('procRoot'), lines));
  const snapshot: Snapshot = {
    node,
    time: {
      beginMs: frame.beginMs,
      endMs: frame.endMs,
      wallTime: frame.wallTime,
    },
    devices: driver.devices,
    usage: driver.usage,
    driverReasons: driver.reasons,
    buses: lines.buses.map(parseBusId).filter((bus) => bus !== undefined),
    processes,
    absent: lines.absent,
    scan: {
      // An empty process table is no process table: whoever reads it is a process. And one without a name may be anybody.
      complete: lines.scan !== undefined && lines.scan.listed > 0 && !lines.damaged.has('table') && named,
      listed: lines.scan?.listed,
      unreadable: lines.scan?.unreadable,
      vanished: lines.scan?.vanished,
    },
    holders: readHolders(lines),
    environment: readEnvironment(lines),
    sockets: readSockets(lines),
    socketReadings: readSocketReadings(lines),
    calls: lines.calls,
    problems,
  };
  return { snapshot, memory: memoryAfter(frame, lines, memory, { node: nodeFacts, processes: facts }, processes) };
}

/** The same object where nothing new was said. */
function memoryAfter(
  { kind }: Frame,
  { node, facts }: FrameLines,
  before: FactMemory,
  after: FactMemory,
  processes: ReadonlyMap<Pid, HostProcess>,
): FactMemory {
  if (kind === 'sample') return { node: after.node, processes: alive(after.processes, processes) };
  return node.size === 0 && facts.length === 0 ? before : after;
}

/** The memory with the `fact` and `node` lines of frames that were passed over. Other lines say nothing here. */
export function withCarried(memory: FactMemory, carried: readonly string[]): FactMemory {
  if (carried.length === 0) return memory;
  const lines = readFrameLines({
    id: '',
    kind: 'sample',
    beginMs: undefined,
    endMs: undefined,
    wallTime: undefined,
    text: '',
    lines: carried.filter((line) => /^(?:fact|node)\t/.test(line)),
  });
  return { node: new Map([...memory.node, ...lines.node]), processes: withFacts(memory.processes, lines.facts) };
}

/** The same object where nothing new is said: a frame may repeat them all. */
function withFacts(known: FactMemory['processes'], facts: readonly FactLine[]): FactMemory['processes'] {
  const fresh = facts.filter((each) => !isSameFact(known.get(processKey(each.pid, each.startTicks)), each));
  if (fresh.length === 0) return known;
  const all = new Map(known);
  for (const each of fresh) all.set(processKey(each.pid, each.startTicks), each);
  return all;
}

function isSameFact(one: FactLine | undefined, other: FactLine): boolean {
  return (
    one !== undefined &&
    one.comm === other.comm &&
    one.title === other.title &&
    one.uid === other.uid &&
    one.cgroup === other.cgroup &&
    one.namespacePids.length === other.namespacePids.length &&
    one.namespacePids.every((pid, at) => pid === other.namespacePids[at])
  );
}

/** Forgets the facts of processes that ended, so that a long session does not grow. */
function alive(
  facts: ReadonlyMap<ProcessKey, FactLine>,
  processes: ReadonlyMap<Pid, HostProcess>,
): ReadonlyMap<ProcessKey, FactLine> {
  const isAlive = ({ pid, startTicks }: FactLine): boolean => processes.get(pid)?.startTicks === startTicks;
  // The same object where all are.
  for (const fact of facts.values()) if (!isAlive(fact)) return new Map([...facts].filter(([, each]) => isAlive(each)));
  return facts;
}

function readProcesses(
  lines: FrameLines,
  facts: ReadonlyMap<ProcessKey, FactLine>,
  problems: Problem[],
): Map<Pid, HostProcess> {
  const processes = new Map<Pid, HostProcess>();
  for (const line of lines.processes) {
    const fact = facts.get(processKey(line.pid, line.startTicks));
    if (fact === undefined) {
      problems.push({
        code: 'proc-unreadable',
        where: `pid ${line.pid}`,
        text: 'its name and command line never arrived',
      });
    }
    const size = (kib: number | undefined): Known<Bytes> =>
      kib === undefined ? unknown('proc-incomplete', `pid ${line.pid}`) : known(fromKiB(kib));
    const inner = fact?.namespacePids.at(-1);
    processes.set(line.pid, {
      pid: line.pid,
      startTicks: line.startTicks,
      ppid: line.ppid,
      state: line.state,
      comm: fact?.comm ?? '',
      title: fact?.title ?? '',
      uid: fact?.uid,
      containerPid: inner === line.pid ? undefined : inner,
      cgroup: fact?.cgroup ?? '-',
      rss: size(line.rssKiB),
      rssShmem: size(line.shmemKiB),
    });
  }
  return processes;
}

function readNode(facts: ReadonlyMap<string, string>): NodeFacts {
  const text = (key: string): string | undefined => {
    const value = facts.get(key);
    return value === undefined ? undefined : printable(value);
  };
  const number = (key: string): number | undefined => {
    const value = facts.get(key);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  };
  const size = (key: string): Known<Bytes> => {
    const kib = number(key);
    return kib === undefined ? unknown('proc-incomplete', key) : known(fromKiB(kib));
  };
  const namespace = facts.get('pidNamespace');
  return {
    hostname: text('hostname'),
    bootId: text('bootId'),
    bootTimeS: number('bootTime'),
    driverVersion: text('driverVersion'),
    pidNamespace: namespace === 'host' || namespace === 'inner' ? namespace : 'unknown',
    hidepid: text('hidepid'),
    memoryTotal: size('memTotalKiB'),
    memoryAvailable: size('memAvailableKiB'),
    ticksPerSecond: number('ticksPerSecond'),
    uid: number('uid'),
  };
}

function nodeProblems(node: NodeFacts, procRoot: string | undefined, lines: FrameLines): Problem[] {
  const problems: Problem[] = [];
  if (procRoot !== undefined) {
    const text = `the processes were read from ${printable(procRoot)} and not from /proc, because RESIDUUM_PROC_ROOT is set on the node`;
    problems.push({ code: 'proc-root', where: 'node', text });
  }
  if (node.pidNamespace === 'inner') {
    const text =
      'the probe runs inside a PID namespace; connect to the host, or start the container with the host PID namespace';
    problems.push({ code: 'pid-namespace', where: 'node', text });
  }
  if (node.hidepid !== undefined && !['0', 'off'].includes(node.hidepid)) {
    const text = `/proc is mounted with hidepid=${node.hidepid}: processes of other users are hidden; log in as root or as the owner of the engines`;
    problems.push({ code: 'hidepid', where: '/proc', text });
  }
  const unreadable = lines.scan?.unreadable;
  if (unreadable !== undefined && unreadable > 0) {
    problems.push({
      code: 'proc-unreadable',
      where: '/proc',
      text: `${unreadable} processes exist and could not be read`,
    });
  }
  for (const [pid, how] of lines.absent) {
    if (how === 'gone')
      problems.push({
        code: 'gone-pid',
        where: `pid ${pid}`,
        text: 'the driver lists it and it no longer exists',
      });
  }
  return problems;
}

function readHolders(lines: FrameLines): DeviceFileHolder[] {
  const paths = new Map<Pid, string[]>();
  for (const { pid, path } of lines.holders) paths.set(pid, [...(paths.get(pid) ?? []), printable(path)]);
  return [...paths].map(([pid, held]) => ({ pid, paths: held }));
}

function readEnvironment(lines: FrameLines): Map<Pid, EnvironmentReading> {
  const readings = new Map<Pid, { readable: boolean; variables: Map<string, string> }>();
  for (const { pid, name, value } of lines.environment) {
    const reading = readings.get(pid) ?? {
      readable: false,
      variables: new Map<string, string>(),
    };
    readings.set(pid, reading);
    if (name === '-') reading.readable = value === 'read';
    else reading.variables.set(name, value);
  }
  return readings;
}

function readSockets(lines: FrameLines): ListenSocket[] {
  return lines.listening.flatMap(({ pid, family, address, port }) =>
    (family === 'tcp' || family === 'tcp6') && /^\d+$/.test(port)
      ? [
          {
            pid,
            family,
            addressHex: address,
            port: Number(port),
          } satisfies ListenSocket,
        ]
      : [],
  );
}

function readSocketReadings(lines: FrameLines): Map<Pid, SocketReading> {
  const readings = new Map<Pid, SocketReading>();
  for (const { pid, family, address } of lines.listening) {
    if (family === '-' && (address === 'read' || address === 'unreadable' || address === 'other-namespace')) {
      readings.set(pid, address);
    }
  }
  return readings;
}
