// A GPU node described as text: its GPUs, its processes and how its nvidia-smi behaves. Played by the demo and by tests.
//
//   node gpu-01 driver 550.54.15              # `driver none`: no driver is loaded
//   gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
//   process server "python -m sglang.launch_server --port 30000"
//     process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740 rss 900
//   orphan left "sglang::scheduler_TP1" on 3B:00.0 30720
//   gone 4242 on 3B:00.0 512
//
// Sizes are MiB, as nvidia-smi prints them, or a cell of its own such as `[N/A]`. `A then B then C` is a value that
// moves on with each answer and stays at the last. `used` is what contexts hold, without the driver's reserve (the
// stand-in adds the reserve for drivers before 510, which print it so); `sum+9` is the sum of the rows of that bus and 9.
// `free` follows from the others unless it is given.
//
// Indentation is parentage. A process without it, and an `orphan` (whose parent died), belong to pid 1. The quoted text
// is a title (one string, as setproctitle leaves it) if its first word has `::`, otherwise a command line, in which
// '…' keeps blanks together; the word `title` makes any text a title. A process may also say: `on BUS MIB` (repeated),
// `comm "NAME"`, `state D`, `uid N`, `pid N`, `start TICKS`, `rss MIB`, `nspid "1"` (its pids in the inner namespaces),
// `cgroup "TEXT"`, `env "NAME=VALUE"` (repeated), `listen PORT` or `listen ADDRESS:PORT` (IPv4, repeated).
// `gone LABEL` names a process that existed and ended; `gone PID` a number.
//
// An indented `http` line says what the sockets of the process above it answer: see scenario-http.ts.
// `smi` lines change the driver's answers: see scenario-smi.ts.
import { parseBusId, type BusId } from '../model/ids.ts';
import type { SmiCell, Steps, UsedCell } from './scenario-cell.ts';
import { readHttpLine, type ScenarioHttp } from './scenario-http.ts';
import { readSmiLine, NO_TROUBLE, type SmiTrouble } from './scenario-smi.ts';
import { TokenReader } from './scenario-reader.ts';
import { readLines, ScenarioError, splitCommand, type ByteText, type ScenarioLine } from './scenario-text.ts';

export interface Scenario {
  readonly hostname: string;
  /** undefined: no driver is loaded. */
  readonly driver: string | undefined;
  readonly memoryMib: number;
  readonly gpus: readonly ScenarioGpu[];
  readonly processes: readonly ScenarioProcess[];
  readonly gone: readonly ScenarioGone[];
  readonly smi: SmiTrouble;
}

export interface ScenarioGpu {
  readonly bus: BusId;
  readonly name: string;
  readonly uuid: string;
  readonly serial: string;
  readonly total: SmiCell;
  readonly reserved: SmiCell;
  readonly used: Steps<UsedCell>;
  readonly free: Steps<SmiCell> | undefined;
}

export interface ScenarioProcess {
  readonly label: string;
  /** The label of its parent; undefined for a child of pid 1. */
  readonly parent: string | undefined;
  /** The words of its command line; a title is a single one. Empty for a kernel thread. */
  readonly argv: readonly ByteText[];
  readonly comm: ByteText;
  readonly holds: readonly ScenarioHold[];
  readonly state: string;
  readonly uid: number;
  readonly pid: number | undefined;
  readonly startTicks: number | undefined;
  readonly rssMib: number | undefined;
  readonly innerPids: readonly number[];
  readonly cgroup: string | undefined;
  readonly environment: readonly ByteText[];
  readonly listens: readonly { readonly address: string; readonly port: number }[];
  /** undefined: its sockets accept, and answer nothing. */
  readonly http?: ScenarioHttp;
}

/** One row of --query-compute-apps. */
export interface ScenarioHold {
  readonly bus: BusId;
  readonly used: Steps<SmiCell>;
}

/** A pid that the driver lists and that no longer exists. */
export interface ScenarioGone {
  /** A number, or a label that stands for the pid that this process had. */
  readonly who: number | string;
  readonly hold: ScenarioHold;
}

/** TASK_COMM_LEN - 1: the kernel keeps 15 bytes of a name. */
const COMM_BYTES = 15;
const LINES = 'node, gpu, process, orphan, http, gone or smi';
const DEFAULT_MEMORY_MIB = 1_048_576;

/** Reads a scenario. Throws a `ScenarioError` that names the line. */
export function parseScenario(text: string): Scenario {
  const lines = readLines(text);
  const node = { hostname: 'gpu-01', driver: '550.54.15' as string | undefined, memoryMib: DEFAULT_MEMORY_MIB };
  const gpus: ScenarioGpu[] = [];
  const processes: ScenarioProcess[] = [];
  const gone: ScenarioGone[] = [];
  const open: { indent: number; label: string }[] = [];
  let smi: SmiTrouble = NO_TROUBLE;

  for (const line of lines) {
    const read = new TokenReader(line, (bus) => gpus.some((gpu) => gpu.bus === bus));
    const word = read.word(LINES);
    while (open.length > 0 && (open.at(-1)?.indent ?? -1) >= line.indent) open.pop();
    if (line.indent > 0 && word !== 'process' && word !== 'http')
      read.fail(`${word} belongs at the beginning of a line`);
    if (word === 'node') readNode(read, node);
    else if (word === 'gpu') gpus.push(readGpu(read, gpus));
    else if (word === 'process' || word === 'orphan') {
      if (line.indent > 0 && open.length === 0) read.fail('an indented process needs a process above it');
      const one = readProcess(read, open.at(-1)?.label, processes);
      processes.push(one);
      open.push({ indent: line.indent, label: one.label });
    } else if (word === 'http') {
      const at = processes.findIndex((each) => each.label === open.at(-1)?.label);
      const server = processes[at] ?? read.fail('an http line is indented, below the process that answers');
      if (server.http !== undefined) read.fail(`${server.label} has an http line already`);
      if (server.listens.length === 0) read.fail(`${server.label} answers nobody: give it listen PORT`);
      processes[at] = { ...server, http: readHttpLine(read) };
    } else if (word === 'gone') gone.push(...readGone(read));
    else if (word === 'smi') smi = readSmiLine(read, smi);
    else read.fail(`${word} is not known; a line begins with ${LINES}`);
    read.end();
  }
  const scenario = { ...node, gpus, processes, gone, smi };
  checkSums(scenario, lines);
  return scenario;
}

function readNode(read: TokenReader, node: { hostname: string; driver: string | undefined; memoryMib: number }): void {
  node.hostname = read.word('the host name');
  read.options({
    driver: () => {
      const version = read.word('a driver version or none');
      if (version !== 'none' && !/^\d+(\.\d+)+$/.test(version)) read.fail(`${version} is not a driver version`);
      node.driver = version === 'none' ? undefined : version;
    },
    memory: () => void (node.memoryMib = read.count('MiB of main memory')),
  });
}

function readGpu(read: TokenReader, before: readonly ScenarioGpu[]): ScenarioGpu {
  const text = read.word('a bus');
  const bus = parseBusId(text) ?? read.fail(`${text} is not a PCI bus id, such as 3B:00.0`);
  if (before.some((gpu) => gpu.bus === bus)) read.fail(`bus ${bus} is described twice`);
  const name = read.text('the name of the GPU in quotes');
  const serial = String(1_650_123_010_000 + before.length);
  let gpu: Partial<ScenarioGpu> = { uuid: uuidOf(bus), serial };
  read.options({
    total: () => void (gpu = { ...gpu, total: read.cell() }),
    reserved: () => void (gpu = { ...gpu, reserved: read.cell() }),
    used: () => void (gpu = { ...gpu, used: read.steps(() => read.usedCell()) }),
    free: () => void (gpu = { ...gpu, free: read.steps(() => read.cell()) }),
    uuid: () => void (gpu = { ...gpu, uuid: read.word('a UUID') }),
    serial: () => void (gpu = { ...gpu, serial: read.cellOrWord('a serial number') }),
  });
  const { total, reserved, used, uuid = '', free } = gpu;
  if (total === undefined || reserved === undefined || used === undefined) {
    return read.fail('a GPU needs total, reserved and used, each MiB or a cell such as [N/A]');
  }
  return { bus, name, uuid, serial: gpu.serial ?? serial, total, reserved, used, free };
}

/** Made of the bus, so that a scenario read twice gives the same UUIDs. */
function uuidOf(bus: BusId): string {
  return `GPU-00000000-0000-4000-8000-${bus.replace(/\.\d$/, '').replaceAll(':', '').toLowerCase()}`;
}

type Draft = { -readonly [Key in keyof ScenarioProcess]: ScenarioProcess[Key] };

function readProcess(
  read: TokenReader,
  parent: string | undefined,
  before: readonly ScenarioProcess[],
): ScenarioProcess {
  const label = read.word('a label');
  if (before.some((each) => each.label === label)) read.fail(`the label ${label} is used twice`);
  const text = read.text('a title or a command line in quotes');
  const isTitle = text.split(' ', 1)[0]?.includes('::') === true;
  const draft: Draft = {
    label,
    parent,
    argv: [],
    comm: '',
    holds: [],
    state: 'S',
    uid: 0,
    pid: undefined,
    startTicks: undefined,
    rssMib: undefined,
    innerPids: [],
    cgroup: undefined,
    environment: [],
    listens: [],
  };
  let comm: ByteText | undefined;
  let title = isTitle;
  read.options({
    on: () => void (draft.holds = [...draft.holds, readHold(read)]),
    title: () => void (title = true),
    comm: () => void (comm = read.textOrWord('a name')),
    state: () => void (draft.state = read.word('a letter')),
    uid: () => void (draft.uid = read.count('a uid')),
    pid: () => void (draft.pid = read.count('a pid')),
    start: () => void (draft.startTicks = read.count('clock ticks')),
    rss: () => void (draft.rssMib = read.count('MiB')),
    nspid: () => void (draft.innerPids = read.numbers('inner pids')),
    cgroup: () => void (draft.cgroup = read.textOrWord('the text of /proc/PID/cgroup')),
    env: () => void (draft.environment = [...draft.environment, read.text('NAME=VALUE in quotes')]),
    listen: () => void (draft.listens = [...draft.listens, read.socket()]),
  });
  draft.argv = title ? [text] : splitCommand(text);
  const [first = label] = draft.argv;
  const name = title ? first : first.slice(first.lastIndexOf('/') + 1);
  draft.comm = (comm ?? name).slice(0, COMM_BYTES);
  return draft;
}

function readHold(read: TokenReader): ScenarioHold {
  return { bus: read.knownBus(), used: read.steps(() => read.cell()) };
}

function readGone(read: TokenReader): ScenarioGone[] {
  const name = read.word('a pid or a label');
  const who = /^\d+$/.test(name) ? Number(name) : name;
  const rows: ScenarioGone[] = [];
  read.options({ on: () => void rows.push({ who, hold: readHold(read) }) });
  if (rows.length === 0) read.fail('a gone process needs `on BUS MIB`');
  return rows;
}

/** `sum` cannot be told when a row of the bus is not a number: nobody knows what such a row holds. */
function checkSums(scenario: Scenario, lines: readonly ScenarioLine[]): void {
  for (const gpu of scenario.gpus) {
    const holds = [...scenario.processes.flatMap((each) => each.holds), ...scenario.gone.map((each) => each.hold)];
    const rows = holds.filter((hold) => hold.bus === gpu.bus).flatMap((hold) => hold.used);
    if (!gpu.used.some((cell) => 'sumPlusMib' in cell) || rows.every((cell) => 'mib' in cell)) continue;
    const at = lines.find(
      ({ tokens: [first, bus] }) => first?.value === 'gpu' && parseBusId(bus?.value ?? '') === gpu.bus,
    );
    throw new ScenarioError(at?.number ?? 1, `used cannot be a sum: a row of ${gpu.bus} is not a number`);
  }
}
