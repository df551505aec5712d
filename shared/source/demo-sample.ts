// The part of a demo frame that tells of the node and its processes: the lines of the process table, and their facts.
import { whatMatters, type ProcessTable } from './demo-processes.ts';
import type { DemoRequest } from './demo-request.ts';
import { wireText } from './demo-text.ts';
import { driverRows } from './scenario-driver.ts';
import type { PlacedProcess } from './scenario-placement.ts';
import type { ByteText } from './scenario-text.ts';
import type { Scenario } from './scenario.ts';

export interface SampleState {
  /** Facts are sent again, also those that were sent before. */
  readonly full: boolean;
  readonly facts: ReadonlyMap<number, string>;
  readonly monoTicks: number;
}

export interface SampleLines {
  readonly lines: readonly string[];
  readonly facts: ReadonlyMap<number, string>;
}

const KIB_PER_MIB = 1024;
/** A node that has just started working: three quarters of its memory are free. */
const AVAILABLE_SHARE = 0.75;
const BOOT_ID = '3f0c2a1e-7d4b-4a6e-9c55-0123456789ab';
const TITLE_BYTES = 512;
const CGROUP_BYTES = 300;
const VALUE_BYTES = 512;
const ENVIRONMENT =
  /^(PYTORCH_CUDA_ALLOC_CONF|PYTORCH_ALLOC_CONF|SGLANG_MEMORY_SAVER_CUDA_GRAPH|MILES_MAX_RESIDUAL_GPU_MEM_GB|CUDA_VISIBLE_DEVICES|RANK|LOCAL_RANK)$/;

/** What the probe prints after the driver's calls. `onGpu`: the pids that the driver listed. */
export function sampleLines(
  node: { readonly scenario: Scenario; readonly table: ProcessTable },
  request: DemoRequest,
  onGpu: ReadonlySet<number>,
  state: SampleState,
): SampleLines {
  const { scenario, table } = node;
  const { kept, engines } = whatMatters(table, request, onGpu);
  const lines = nodeLines(scenario, state.full);
  const facts = new Map(state.facts);
  for (const placed of table.processes.filter(({ pid }) => kept.has(pid))) {
    lines.push(processLine(placed));
    const fact = factText(placed);
    if (state.full || facts.get(placed.pid) !== fact) lines.push(`fact\t${placed.pid}\t${fact}`);
    facts.set(placed.pid, fact);
  }
  for (const pid of onGpu) if (!table.byPid.has(pid)) lines.push(`gone\t${pid}\tgone`);
  const inEngines = table.processes.filter(({ pid }) => engines.has(pid));
  if (request.want.has('environment')) lines.push(...inEngines.flatMap(environmentLines));
  if (request.want.has('sockets')) lines.push(...inEngines.flatMap(listenLines));
  if (request.want.has('holders')) lines.push(...holderLines(scenario, table));
  lines.push(`scan\t${table.processes.length}\t0\t0\t${state.monoTicks}`);
  return { lines, facts };
}

function nodeLines({ hostname, driver, memoryMib }: Scenario, full: boolean): string[] {
  const totalKiB = memoryMib * KIB_PER_MIB;
  const available = ['memAvailableKiB', String(Math.floor(totalKiB * AVAILABLE_SHARE))] as const;
  if (!full) return [nodeLine(available)];
  const facts: (readonly [key: string, value: string])[] = [
    ['memTotalKiB', String(totalKiB)],
    available,
    ['hostname', hostname],
    ['bootId', BOOT_ID],
    ...(driver === undefined ? [] : [['driverVersion', driver] as const]),
    ['pidNamespace', 'host'],
    ['hidepid', '0'],
    ['ticksPerSecond', '100'],
    ['uid', '0'],
  ];
  return facts.map(nodeLine);
}

function nodeLine([key, value]: readonly [key: string, value: string]): string {
  return `node\t${key}\t${wireText(value)}`;
}

function processLine({ process, pid, ppid, startTicks }: PlacedProcess): string {
  const hasMemory = process.rssMib !== undefined && process.state !== 'Z';
  const memory = hasMemory ? `${process.rssMib * KIB_PER_MIB}\t0` : '-\t-';
  return `proc\t${pid}\t${startTicks}\t${process.state}\t${ppid}\t${memory}`;
}

function factText({ process, pid, startTicks }: PlacedProcess): string {
  const pids = [pid, ...process.innerPids].join(' ');
  const comm = wireText(process.comm);
  return [startTicks, process.uid, pids, wireText(cgroupOf(process.cgroup)), comm, titleOf(process)].join('\t');
}

/** The line that names a container, which has many hexadecimal digits; otherwise the first one. */
function cgroupOf(text = '0::/user.slice'): ByteText {
  const lines = text.split('\n').filter((line) => line !== '');
  const best = lines.findLast((line) => /[0-9a-f]{16}/.test(line)) ?? lines[0] ?? '';
  const path = best.replace(/^[^:]*:[^:]*:/, '').slice(0, CGROUP_BYTES);
  return path === '' ? '-' : path;
}

function titleOf({ argv, state }: PlacedProcess['process']): string {
  if (state === 'Z') return '';
  const words = argv.filter((word) => word !== '').join(' ');
  return wireText(words.replace(/^[ \t\n]+|[ \t\n]+$/g, '').slice(0, TITLE_BYTES));
}

function environmentLines({ process, pid }: PlacedProcess): string[] {
  const lines = [`env\t${pid}\t-\tread`];
  for (const entry of process.environment) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, at === -1 ? 0 : at);
    if (ENVIRONMENT.test(name))
      lines.push(`env\t${pid}\t${name}\t${wireText(entry.slice(at + 1, at + 1 + VALUE_BYTES))}`);
  }
  return lines;
}

function listenLines({ process, pid }: PlacedProcess): string[] {
  const sockets = process.listens.map(({ address, port }) => {
    // One little-endian number: 127.0.0.1 is 0100007F.
    const bytes = address
      .split('.')
      .toReversed()
      .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'));
    return `listen\t${pid}\ttcp\t${bytes.join('')}\t${port}`;
  });
  return [`listen\t${pid}\t-\tread\t-`, ...sockets];
}

/** Whoever has memory on a GPU has its file open, and the two that every context needs. */
function holderLines(scenario: Scenario, table: ProcessTable): string[] {
  const rows = driverRows(scenario, table.pids);
  return table.processes.flatMap(({ pid }) => {
    const buses = new Set(rows.filter((row) => row.pid === pid).map((row) => row.bus));
    if (buses.size === 0) return [];
    const cards = scenario.gpus.flatMap(({ bus }, index) => (buses.has(bus) ? [`/dev/nvidia${index}`] : []));
    return ['/dev/nvidiactl', '/dev/nvidia-uvm', ...cards].map((path) => `holder\t${pid}\t${path}`);
  });
}
