// One answer of a demo node: the lines that the probe would print for it, with the waits for its driver in between.
import { processTable, type ProcessTable } from './demo-processes.ts';
import type { DemoRequest } from './demo-request.ts';
import { sampleLines } from './demo-sample.ts';
import { answerQuery, checkPlayable, type SmiAnswer } from './demo-smi.ts';
import { wireText } from './demo-text.ts';
import { driverDevices } from './scenario-driver.ts';
import type { SmiCall } from './scenario-smi.ts';
import type { Scenario } from './scenario.ts';

export interface DemoNode {
  readonly scenario: Scenario;
  readonly table: ProcessTable;
}

/** What a probe remembers from one frame to the next. */
export interface DemoMemory {
  /** No sample was answered yet: the next one carries the facts of the node. */
  readonly isFirst: boolean;
  readonly reservedRefused: boolean;
  readonly busRefused: boolean;
  /** The last `fact` line of each pid. */
  readonly facts: ReadonlyMap<number, string>;
}

export const NOTHING_SENT: DemoMemory = { isFirst: true, reservedRefused: false, busRefused: false, facts: new Map() };

export interface DemoMoment {
  /** Which of its steps each value of the scenario shows. */
  readonly step: number;
  /** The node's monotonic clock in hundredths of a second, the unit of the wire. */
  readonly monoTicks: number;
  /** UTC, `2026-01-31T12:00:00Z`. */
  readonly wallTime: string;
  /** The driver call, counted from 0, that was cancelled so long after its beginning. */
  readonly cancelled?: { readonly call: number; readonly afterMs: number };
}

/** Lines to write, and how long the driver call that they end with takes; the last part ends with no call. */
export interface FramePart {
  readonly lines: readonly string[];
  readonly waitMs: number;
}

export interface DemoAnswer {
  readonly parts: readonly FramePart[];
  readonly memory: DemoMemory;
  /** The node's clock at the end of the frame. */
  readonly endTicks: number;
}

/** A call on a node in good health: shown as a duration, so not 0. */
const CALL_MS = 30;
const MS_PER_TICK = 10;
/** The nvidia-smi that a cancelled call names: a pid that no scenario gives out. */
const SMI_PID = 999_983;

/** Reads the processes once; throws when the scenario needs an nvidia-smi that the demo cannot play. */
export function demoNode(scenario: Scenario): DemoNode {
  checkPlayable(scenario);
  return { scenario, table: processTable(scenario) };
}

/** How many samples show something new; a watch that goes on may begin again then. */
export function stepCount({ scenario }: DemoNode): number {
  let count = 1;
  for (const device of driverDevices(scenario)) count = Math.max(count, device.used.length, device.free.length);
  return count;
}

/**
 * The answer to one request. With `cancelled` it is the same up to that call, so that a server that has written the
 * beginning can go on with the rest of the new answer.
 */
export function demoFrame(
  node: DemoNode,
  request: DemoRequest,
  token: string,
  memory: DemoMemory,
  moment: DemoMoment,
): DemoAnswer {
  const frame = new FrameWriter(node, memory, moment);
  frame.begin(`@${token}\tbegin\t${request.id}\t${request.kind}\t${moment.monoTicks}\t${moment.wallTime}`);
  for (const { bus } of node.scenario.driver === undefined ? [] : node.scenario.gpus) {
    frame.add(`bus\t${kernelBus(bus)}`);
  }
  frame.askDriver(request.kind);
  let facts = memory.facts;
  if (request.kind === 'sample') {
    const sample = sampleLines(node, request, frame.onGpu, {
      full: request.full || memory.isFirst,
      facts: memory.facts,
      monoTicks: frame.now,
    });
    for (const line of sample.lines) frame.add(line);
    facts = sample.facts;
  }
  return {
    parts: frame.end(`@${token}\tend\t${request.id}`),
    memory: {
      isFirst: memory.isFirst && request.kind !== 'sample',
      reservedRefused: frame.reservedRefused,
      busRefused: frame.busRefused,
      facts,
    },
    endTicks: frame.now,
  };
}

class FrameWriter {
  readonly onGpu = new Set<number>();
  reservedRefused: boolean;
  busRefused: boolean;
  now: number;
  readonly #node: DemoNode;
  readonly #moment: DemoMoment;
  readonly #parts: FramePart[] = [];
  #lines: string[] = [];
  #count = 0;
  #calls = 0;
  #stopped = false;

  constructor(node: DemoNode, memory: DemoMemory, moment: DemoMoment) {
    this.#node = node;
    this.#moment = moment;
    this.reservedRefused = memory.reservedRefused;
    this.busRefused = memory.busRefused;
    this.now = moment.monoTicks;
  }

  begin(marker: string): void {
    this.#lines.push(marker);
  }

  /** A line between the markers. */
  add(line: string): void {
    this.#lines.push(line);
    this.#count += 1;
  }

  /** The marker is given without its count and clock. */
  end(marker: string): FramePart[] {
    this.#lines.push(`${marker}\t${this.#count}\t${this.now}`);
    return [...this.#parts, { lines: this.#lines, waitMs: 0 }];
  }

  askDriver(kind: DemoRequest['kind']): void {
    const { smi, driver } = this.#node.scenario;
    if (smi.missing) return this.add('skip\tsmi-missing');
    // The demo is entered as root, where a probe does not start nvidia-smi without a driver.
    if (driver === undefined) return this.add('skip\tdriver-missing');
    const head = ['pci.bus_id', 'uuid', 'name', 'memory.total'];
    const tail = ['memory.used', 'memory.free'];
    if (!this.reservedRefused) {
      this.reservedRefused = this.#isRefused('devices', 'gpu', [...head, 'memory.reserved', ...tail]);
    }
    if (this.reservedRefused) this.#isRefused('devices-no-reserved', 'gpu', [...head, ...tail]);
    if (kind === 'devices' || this.#stopped) return;
    if (!this.busRefused)
      this.busRefused = this.#isRefused('usage', 'compute-apps', ['gpu_bus_id', 'pid', 'used_memory']);
    if (this.busRefused) this.#isRefused('usage-no-bus', 'compute-apps', ['pid', 'used_memory']);
  }

  /** Makes one call; true when the driver does not know one of the fields. */
  #isRefused(name: string, query: 'gpu' | 'compute-apps', fields: readonly string[]): boolean {
    const { scenario, table } = this.#node;
    const call: SmiCall = query === 'gpu' ? 'devices' : 'usage';
    this.add(
      `call\t${name}\t${this.now}\tnvidia-smi --query-${query}=${fields.join(',')} --format=csv,noheader,nounits`,
    );
    const delayMs = scenario.smi.delaysMs.get(call);
    const durationMs = delayMs === undefined ? CALL_MS : CALL_MS + delayMs;
    this.#parts.push({ lines: this.#lines, waitMs: durationMs });
    this.#lines = [];
    const { cancelled } = this.#moment;
    if (cancelled?.call === this.#calls++) {
      this.now += Math.ceil(cancelled.afterMs / MS_PER_TICK);
      this.add(`stop\t${name}\t${SMI_PID}\t${this.now}`);
      this.#stopped = true;
      return false;
    }
    this.now += Math.ceil(durationMs / MS_PER_TICK);
    const answer: SmiAnswer = answerQuery(scenario, table.pids, { call, fields, step: this.#moment.step });
    for (const text of answer.lines) this.add(`out\t${wireText(text)}`);
    for (const pid of answer.pids) this.onGpu.add(pid);
    this.add(`done\t${name}\t${answer.exitCode}\t${this.now}`);
    return answer.exitCode !== 0;
  }
}

/** The spelling of /proc/driver/nvidia/gpus: lower case, and four digits of domain unless it needs more. */
function kernelBus(bus: string): string {
  const text = bus.toLowerCase();
  return text.startsWith('0000') ? text.slice('0000'.length) : text;
}
