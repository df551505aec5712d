// One sample of one node, read from one frame: what was seen, not what it means.
import type { Known } from '../base/known.ts';
import type { Problem } from '../base/problem.ts';
import type { Reason } from '../base/reason.ts';
import type { Bytes } from '../base/units.ts';
import type { BusId, Pid } from './ids.ts';

export interface Snapshot {
  readonly node: NodeFacts;
  readonly time: SampleTime;
  /** undefined when the driver was not asked or gave nothing readable; then `driverReasons` says why. */
  readonly devices: DeviceReading | undefined;
  readonly usage: UsageReading | undefined;
  /** Why the driver's part is missing or not whole: smi-missing, driver-missing, smi-failed, smi-timeout. */
  readonly driverReasons: readonly Reason[];
  /** GPUs that /proc/driver/nvidia/gpus lists. Empty when the node does not say. */
  readonly buses: readonly BusId[];
  readonly processes: ReadonlyMap<Pid, HostProcess>;
  /** Pids that the driver lists and the process table does not, with what `kill -0` said of them. */
  readonly absent: ReadonlyMap<Pid, Aliveness>;
  readonly scan: ProcessScan;
  /** Living holders of GPU device files, on request only. */
  readonly holders: readonly DeviceFileHolder[];
  /** Allow-listed environment variables, on request only. */
  readonly environment: ReadonlyMap<Pid, EnvironmentReading>;
  /** LISTEN sockets of engine trees, on request only. */
  readonly sockets: readonly ListenSocket[];
  /** How the sockets of a process could be read, where they were asked for. */
  readonly socketReadings: ReadonlyMap<Pid, SocketReading>;
  readonly calls: readonly DriverCall[];
  readonly problems: readonly Problem[];
}

/** Times on the node's monotonic clock (/proc/uptime, 10 ms steps), in milliseconds since its boot. */
export interface SampleTime {
  readonly beginMs: number | undefined;
  readonly endMs: number | undefined;
  /** The node's wall clock at the beginning, ISO 8601 in UTC, as the node said it. */
  readonly wallTime: string | undefined;
}

export interface NodeFacts {
  readonly hostname: string | undefined;
  readonly bootId: string | undefined;
  /** When it booted: seconds since 1970, UTC. The zero of every monotonic time and of every startTicks. */
  readonly bootTimeS: number | undefined;
  readonly driverVersion: string | undefined;
  readonly pidNamespace: PidNamespace;
  readonly hidepid: string | undefined;
  readonly memoryTotal: Known<Bytes>;
  readonly memoryAvailable: Known<Bytes>;
  /** Clock ticks a second, the unit of every startTicks. */
  readonly ticksPerSecond: number | undefined;
  readonly uid: number | undefined;
}

/** `host`: pids are the kernel's own. `inner`: a container. `unknown`: the node would not say. */
export type PidNamespace = 'host' | 'inner' | 'unknown';

export interface DeviceReading {
  readonly beginMs: number | undefined;
  readonly endMs: number | undefined;
  readonly devices: readonly Device[];
  /** Buses that answered with a refusal, twice, or (known from /proc/driver/nvidia/gpus) not at all. */
  readonly unreadableBuses: readonly BusId[];
  /** Rows of lost GPUs, of which not even the bus could be read. */
  readonly lostRows: number;
}

export interface Device {
  readonly bus: BusId;
  readonly uuid: string | undefined;
  readonly name: string | undefined;
  readonly total: Known<Bytes>;
  /** Kept by the driver and firmware. Unknown before driver 510, which does not report it. */
  readonly reserved: Known<Bytes>;
  readonly used: Known<Bytes>;
  readonly free: Known<Bytes>;
  /** memory.used excludes the reserve from driver 510 on and includes it before (see docs/formats/gate.md). */
  readonly usedIncludesReserved: boolean;
}

export interface UsageReading {
  readonly beginMs: number | undefined;
  readonly endMs: number | undefined;
  /** `false`: the two-column query; every row's bus is unknown and sums span GPUs. */
  readonly hasBus: boolean;
  readonly rows: readonly UsageRow[];
  /** Buses whose process list could not be read: a bracketed pid, a lost GPU. Not idle: unknown. */
  readonly unreadableBuses: readonly BusId[];
  /** Rows of which not even the bus could be read ([GPU is lost] in every column). */
  readonly lostRows: number;
}

/** One row of --query-compute-apps. The same pid may come several times for one bus (MIG): rows add up. */
export interface UsageRow {
  readonly bus: BusId | undefined;
  readonly pid: Pid;
  readonly used: Known<Bytes>;
}

export interface HostProcess {
  readonly pid: Pid;
  readonly startTicks: number;
  readonly ppid: Pid;
  /** One letter, as in /proc/PID/stat: R S D T Z X I. */
  readonly state: string;
  /** At most 15 bytes; the kernel cuts it. */
  readonly comm: string;
  /** The command line: masked and cut on the node, blanks trimmed. Empty for kernel threads and zombies. */
  readonly title: string;
  readonly uid: number | undefined;
  /** The pid inside the innermost PID namespace, when that is not the node's. */
  readonly containerPid: Pid | undefined;
  readonly cgroup: string;
  readonly rss: Known<Bytes>;
  readonly rssShmem: Known<Bytes>;
}

/** `unreadable`: it may be alive, the node would not say. */
export type Aliveness = 'alive' | 'gone' | 'zombie' | 'unreadable';

export interface ProcessScan {
  /** The scan reached its end count and found somebody. */
  readonly complete: boolean;
  /** Entries of the process table, how many of them could not be read, how many ended meanwhile. */
  readonly listed: number | undefined;
  readonly unreadable: number | undefined;
  readonly vanished: number | undefined;
}

export interface DeviceFileHolder {
  readonly pid: Pid;
  /** `/dev/nvidia0`, `/dev/nvidiactl`, `/dev/nvidia-uvm` … */
  readonly paths: readonly string[];
}

/** undefined variables were not set; `readable: false` means that the node would not let us look. */
export interface EnvironmentReading {
  readonly readable: boolean;
  readonly variables: ReadonlyMap<string, string>;
}

/** `other-namespace`: it has a network of its own, so its addresses are not those of the node. */
export type SocketReading = 'read' | 'unreadable' | 'other-namespace';

export interface ListenSocket {
  readonly pid: Pid;
  readonly family: 'tcp' | 'tcp6';
  /** Hexadecimal, as /proc/net/tcp prints it. */
  readonly addressHex: string;
  readonly port: number;
}

/** One call of nvidia-smi, as it was made and as it ended. */
export interface DriverCall {
  readonly name: string;
  readonly command: string;
  readonly beginMs: number | undefined;
  readonly endMs: number | undefined;
  readonly exitCode: number | undefined;
  readonly cancelled: boolean;
  /** What it printed, line by line, unescaped. */
  readonly lines: readonly string[];
}
