// A GPU node for a test, made of real things: a stand-in nvidia-smi on PATH, and real processes or a foreign /proc.
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { placeScenario } from '../../shared/source/scenario-placement.ts';
import { parseScenario, type Scenario } from '../../shared/source/scenario.ts';
import { driverVersionFile } from './proc-node-files.ts';
import { ProcTree, type ProcTreeOptions } from './proc-tree.ts';
import { isAlive, killProcess, tableEntry, until, type PlayedProcess } from './process-table.ts';
import { RealProcesses } from './processes.ts';
import { PlayedSocket, type SocketPlan } from './sockets.ts';
import { pathOfNode, SmiFiles, type SmiCallRecord } from './smi-files.ts';

export interface NodeOptions extends ProcTreeOptions {
  /** `real` (default): processes of this machine. `foreign`: a folder in the shape of /proc. */
  readonly processes?: 'real' | 'foreign';
  /** `test` (default) stops the node when the running test ends; `manual` leaves it to the caller (beforeAll). */
  readonly cleanup?: 'test' | 'manual';
  /** Sockets of real processes, by label. They need the permission to write into the node's folder. */
  readonly sockets?: Readonly<Record<string, readonly SocketPlan[]>>;
}

export interface FakeNode {
  /** What the probe's environment needs: for a local probe, or for sshd's SetEnv. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of everything that belongs to this node. */
  readonly dir: string;
  /** The pid of each label, also of processes that are gone. */
  readonly pids: ReadonlyMap<string, number>;
  readonly scenario: Scenario;
  /** The folder in the shape of /proc. Throws for a node of real processes. */
  readonly tree: ProcTree;
  /** The sockets of a process, as `sockets` of the options listed them. */
  sockets(label: string): readonly PlayedSocket[];
  pid(label: string): number;
  /** Real processes: pid and start. */
  process(label: string): PlayedProcess;
  /** Plays another scenario from now on; labels keep their processes. */
  set(text: string): Promise<void>;
  /** Kills one real process, or takes it out of the foreign tree; the driver keeps its rows. */
  kill(label: string): Promise<void>;
  /** Every call of nvidia-smi so far, oldest first. */
  smiCalls(): SmiCallRecord[];
  /** Calls of nvidia-smi that are running now; one that hangs is listed when it does. */
  runningSmiCalls(): number[];
  /** Whether the process rows are being asked for now: the second call of a look. */
  isAskingUsage(): boolean;
  stop(): Promise<void>;
}

const SHARED_MEMORY = '/dev/shm';
/** A tree of 2,000 processes takes some 30 MiB; containers often have only 64. */
const MEMORY_ROOM_BYTES = 512 * 1024 * 1024;

/** Starts a node from a scenario. */
export async function startNode(text: string, options: NodeOptions = {}): Promise<FakeNode> {
  const dir = await mkdtemp(path.join(tmpdir(), 'residuum-node-'));
  const treeDir = options.processes === 'foreign' ? await makeTreeFolder() : dir;
  const node = new RunningNode(dir, treeDir, options);
  if (options.cleanup !== 'manual') onTestFinished(() => node.stop());
  try {
    // Scenarios may name users that must get at the plans and at nvidia-smi.
    for (const folder of [dir, treeDir]) await chmod(folder, 0o755);
    await node.start(text);
  } catch (error) {
    await node.stop();
    throw error;
  }
  return node;
}

/** Thousands of small files: in memory where there is room, as making them on a disk takes seconds on some machines. */
async function makeTreeFolder(): Promise<string> {
  const room = await statfs(SHARED_MEMORY).catch(() => undefined);
  const fits = room !== undefined && room.bavail * room.bsize > MEMORY_ROOM_BYTES;
  return mkdtemp(path.join(fits ? SHARED_MEMORY : tmpdir(), 'residuum-tree-'));
}

class RunningNode implements FakeNode {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #treeDir: string;
  readonly #options: NodeOptions;
  readonly #smi: SmiFiles;
  readonly #real: RealProcesses | undefined;
  readonly #tree: ProcTree | undefined;
  readonly #sockets: ReadonlyMap<string, readonly PlayedSocket[]>;
  #scenario: Scenario | undefined;
  #pids: ReadonlyMap<string, number> = new Map();

  constructor(dir: string, treeDir: string, options: NodeOptions) {
    this.dir = dir;
    this.#treeDir = treeDir;
    this.#options = options;
    this.#smi = new SmiFiles(dir);
    const foreign = options.processes === 'foreign';
    if (foreign && options.sockets !== undefined) throw new Error('only real processes have real sockets');
    this.#sockets = playedSockets(dir, options);
    this.#real = foreign ? undefined : new RealProcesses(dir, this.#sockets);
    this.#tree = foreign ? new ProcTree(path.join(treeDir, 'proc')) : undefined;
    this.env = {
      PATH: pathOfNode(this.#smi.binDir),
      ...(this.#tree === undefined
        ? { RESIDUUM_DRIVER_FILE: this.#driverFile }
        : { RESIDUUM_PROC_ROOT: this.#tree.root }),
    };
  }

  get pids(): ReadonlyMap<string, number> {
    return this.#pids;
  }

  get scenario(): Scenario {
    if (this.#scenario === undefined) throw new Error('the node has not started');
    return this.#scenario;
  }

  get tree(): ProcTree {
    if (this.#tree === undefined)
      throw new Error("this node has real processes; start it with { processes: 'foreign' }");
    return this.#tree;
  }

  get #driverFile(): string {
    return path.join(this.dir, 'driver-version');
  }

  async start(text: string): Promise<void> {
    await this.#smi.create();
    for (const [label, plans] of Object.entries(this.#options.sockets ?? {})) {
      for (const [at, plan] of plans.entries()) await this.sockets(label)[at]?.create(plan.http);
    }
    await this.set(text);
  }

  async set(text: string): Promise<void> {
    const scenario = parseScenario(text);
    const first = this.#scenario === undefined;
    if (this.#tree === undefined) {
      await this.#real?.play(scenario);
      this.#pids = new Map(this.#real?.pids);
      if (scenario.driver === undefined) await rm(this.#driverFile, { force: true });
      else await writeFile(this.#driverFile, driverVersionFile(scenario.driver));
    } else {
      const placement = placeScenario(scenario, this.#pids);
      this.#pids = placement.pids;
      if (first) await this.#tree.create(scenario, placement.processes, this.#options);
      else await this.#tree.update(scenario, placement.processes);
    }
    await this.#smi.set(scenario, this.#pids);
    this.#scenario = scenario;
  }

  sockets(label: string): readonly PlayedSocket[] {
    const sockets = this.#sockets.get(label);
    if (sockets === undefined) throw new Error(`no sockets were asked for ${label}`);
    return sockets;
  }

  pid(label: string): number {
    const pid = this.#pids.get(label);
    if (pid === undefined) throw new Error(`the node has no process ${label}`);
    return pid;
  }

  process(label: string): PlayedProcess {
    if (this.#real === undefined) throw new Error('this node has no real processes');
    return this.#real.get(label);
  }

  async kill(label: string): Promise<void> {
    await this.#real?.kill(label);
    await this.#tree?.vanish(this.pid(label));
  }

  smiCalls(): SmiCallRecord[] {
    return this.#smi.calls();
  }

  runningSmiCalls(): number[] {
    return this.#runningCalls().map((each) => each.pid);
  }

  isAskingUsage(): boolean {
    const running = new Set(this.runningSmiCalls());
    const isUsage = (call: SmiCallRecord): boolean => call.arguments.some((each) => each.includes('compute-apps'));
    return this.smiCalls().some((call) => running.has(call.pid) && isUsage(call));
  }

  async stop(): Promise<void> {
    await this.#real?.stop();
    // Calls that hang ignore everything but KILL; some may have been left by a probe that was killed.
    const left = this.#runningCalls();
    for (const call of left) killProcess(call);
    await until(
      () => !left.some(isAlive),
      () => 'a call of nvidia-smi is still running after it was killed',
    );
    for (const folder of [this.#treeDir, this.dir]) {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** Logged calls that still run: same pid, and the command line names this node's tool. */
  #runningCalls(): PlayedProcess[] {
    const running: PlayedProcess[] = [];
    for (const { pid } of this.#smi.calls()) {
      const entry = tableEntry(pid);
      if (entry !== undefined && entry.state !== 'Z' && commandLine(pid).includes(this.#smi.tool)) running.push(entry);
    }
    return running;
  }
}

function playedSockets(dir: string, options: NodeOptions): ReadonlyMap<string, readonly PlayedSocket[]> {
  const folder = (label: string, at: number): string => path.join(dir, 'sockets', `${label}-${at}`);
  return new Map(
    Object.entries(options.sockets ?? {}).map(([label, plans]) => [
      label,
      plans.map((plan, at) => new PlayedSocket(plan, folder(label, at))),
    ]),
  );
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
