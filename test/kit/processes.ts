// Plays the processes of a scenario as real ones: right parents, names and command lines as a kernel would show them.
import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import type { Scenario, ScenarioProcess } from '../../shared/source/scenario.ts';
import { findPerl } from './smi-files.ts';
import type { PlayedSocket } from './sockets.ts';
import { isAlive, killProcess, tableEntry, until, type PlayedProcess } from './process-table.ts';

const KEEPER = path.join(import.meta.dirname, 'keeper.pl');
const LISTENER = path.join(import.meta.dirname, 'listener.pl');
/** MAX_ARG_STRLEN of Linux, which one argument may not reach. */
const MAX_CMDLINE_BYTES = 131_000;
const START_LIMIT_MS = 60_000;

/**
 * Real processes of one or more scenarios. What only a kernel can give is refused (`pid`, state D) or left out
 * (`start`, `rss`, `nspid`, `cgroup`, `listen`): play those in a foreign process tree.
 */
export class RealProcesses {
  readonly #dir: string;
  readonly #sockets: ReadonlyMap<string, readonly PlayedSocket[]>;
  readonly #played = new Map<string, PlayedProcess>();
  readonly #pids = new Map<string, number>();
  readonly #nurseries: PlayedProcess[] = [];
  /** Pipes whose end ends everything that was started with them, also when this process is killed. */
  readonly #lifelines: Writable[] = [];
  #plans = 0;

  /** `dir` keeps the plans; it must be readable for every user that a scenario names. `sockets` by label. */
  constructor(dir: string, sockets: ReadonlyMap<string, readonly PlayedSocket[]> = new Map()) {
    this.#dir = dir;
    this.#sockets = sockets;
  }

  /** The pid of each label, also of those that ended. */
  get pids(): ReadonlyMap<string, number> {
    return this.#pids;
  }

  get(label: string): PlayedProcess {
    const played = this.#played.get(label);
    if (played === undefined) throw new Error(`no process ${label} is played`);
    return played;
  }

  /**
   * Brings the processes to what the scenario says: those that are not in it any more are killed, new roots are started
   * with everything below them. A new child of a process that already runs is refused.
   */
  async play(scenario: Scenario): Promise<void> {
    const labels = new Set(scenario.processes.map((each) => each.label));
    for (const label of this.#played.keys()) if (!labels.has(label)) await this.kill(label);
    const fresh = scenario.processes.filter((each) => !this.#played.has(each.label));
    const gone = scenario.gone.map((each) => each.who).filter((who) => typeof who === 'string');
    const goneFresh = [...new Set(gone)].filter((label) => !this.#pids.has(label));
    for (const each of fresh) this.#check(each, fresh);
    if (fresh.length + goneFresh.length > 0) await this.#start(fresh, goneFresh);
  }

  /** Kills one process, and only this one: its children go to the nursery, as orphans go to pid 1 or a subreaper. */
  async kill(label: string): Promise<void> {
    const played = this.get(label);
    killProcess(played);
    this.#played.delete(label);
    const left = (): boolean => tableEntry(played.pid)?.startTicks === played.startTicks;
    await until(
      () => !left(),
      () => `${label} (pid ${played.pid}) was killed but its parent does not reap it`,
    );
  }

  /** Ends everything. Safe to call twice. */
  async stop(): Promise<void> {
    for (const lifeline of this.#lifelines) lifeline.destroy();
    const all = [...this.#played.values(), ...this.#nurseries];
    for (const played of all) killProcess(played);
    await until(
      () => !all.some(isAlive),
      () => 'played processes are still running after they were killed',
    );
    this.#played.clear();
    this.#nurseries.length = 0;
    this.#lifelines.length = 0;
  }

  #check(one: ScenarioProcess, fresh: readonly ScenarioProcess[]): void {
    const where = `process ${one.label}`;
    if (one.pid !== undefined) throw new Error(`${where}: a real process cannot choose its pid; use a foreign tree`);
    if (!['S', 'R', 'Z'].includes(one.state)) {
      throw new Error(`${where}: a real process cannot be put into state ${one.state}; use a foreign tree`);
    }
    if (one.state === 'Z' && one.parent === undefined)
      throw new Error(`${where}: a zombie needs a parent that keeps it`);
    if (one.parent !== undefined && !fresh.some((each) => each.label === one.parent)) {
      throw new Error(`${where}: its parent ${one.parent} runs already and cannot start it; add it with a new root`);
    }
  }

  async #start(fresh: readonly ScenarioProcess[], gone: readonly string[]): Promise<void> {
    const plan = path.join(this.#dir, `plan-${(this.#plans += 1)}`);
    const names = [...fresh.map((each) => each.label), ...gone];
    const idOf = new Map(names.map((label, at) => [label, at + 1]));
    await mkdir(plan, { recursive: true });
    await chmod(plan, 0o755);
    await copyFile(KEEPER, path.join(plan, 'k'));
    await copyFile(LISTENER, path.join(plan, 'l'));
    const roots = [
      ...fresh.filter((each) => each.parent === undefined).map((each) => `${idOf.get(each.label)}`),
      ...gone.map((label) => `${idOf.get(label)} gone`),
    ];
    await writeFile(path.join(plan, '0.kids'), roots.join('\n'));
    for (const each of fresh) {
      const id = `${idOf.get(each.label)}`;
      await writePlan(plan, id, each, fresh, idOf);
      const sockets = this.#sockets.get(each.label) ?? [];
      const lines = sockets.map((socket) => socket.planLine).join('\n');
      if (sockets.length > 0) await writeFile(path.join(plan, `${id}.listen`), lines);
    }
    const pids = await this.#launch(plan, names.length);
    for (const [label, id] of idOf) {
      const pid = pids.get(id);
      if (pid === undefined) throw new Error(`process ${label} did not say its pid`);
      this.#pids.set(label, pid);
      const startTicks = tableEntry(pid)?.startTicks;
      if (!gone.includes(label) && startTicks !== undefined) this.#played.set(label, { pid, startTicks });
    }
    const zombies = fresh.filter((each) => each.state === 'Z').map((each) => this.get(each.label));
    await until(
      () => zombies.every(({ pid }) => tableEntry(pid)?.state === 'Z'),
      () => 'a zombie did not end',
    );
  }

  /** Starts the nursery and waits for a line from every process. */
  async #launch(plan: string, count: number): Promise<Map<number, number>> {
    // The keeper gives each process the environment of the scenario; perl itself warns of a locale that is not installed.
    const starter = spawn(findPerl(), ['k', '0'], { cwd: plan, env: {}, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const lifeline = starter.stdio[3];
    const seen = { out: '', errors: '', ended: false };
    starter.stdout?.on('data', (chunk: Buffer) => (seen.out += chunk.toString()));
    starter.stderr?.on('data', (chunk: Buffer) => (seen.errors += chunk.toString()));
    starter.on('error', (error) => (seen.errors += error.message));
    starter.on('close', () => (seen.ended = true));
    if (lifeline !== null && lifeline !== undefined && 'destroy' in lifeline) {
      // It breaks when everything behind it was killed; nothing is lost by that.
      lifeline.on('error', () => undefined);
      this.#lifelines.push(lifeline as Writable);
    }
    const said = (): string[] => seen.out.split('\n').slice(0, -1);
    const complete = (): boolean => said().length === count + 2;
    await until(
      () => complete() || seen.errors !== '' || seen.ended,
      () => `${said().length - 1} of ${count} processes started`,
      START_LIMIT_MS,
    );
    const lines = said().map((line) => line.split(' '));
    const pidOfNursery = lines.find(([word]) => word === 'nursery')?.[1];
    const nursery = pidOfNursery === undefined ? undefined : tableEntry(Number(pidOfNursery));
    if (nursery !== undefined) this.#nurseries.push(nursery);
    if (!complete()) throw new Error(`the processes could not be started: ${seen.errors.trim()}`);
    return new Map(lines.filter(([word]) => /^\d+$/.test(word ?? '')).map(([id, pid]) => [Number(id), Number(pid)]));
  }
}

async function writePlan(
  plan: string,
  id: string,
  one: ScenarioProcess,
  all: readonly ScenarioProcess[],
  idOf: ReadonlyMap<string, number>,
): Promise<void> {
  const cmdline = one.argv.map((word) => `${word}\0`).join('');
  if (cmdline.length > MAX_CMDLINE_BYTES) throw new Error(`process ${one.label}: its command line is too long to play`);
  const kids = all.filter((each) => each.parent === one.label);
  const files = {
    cmdline,
    comm: one.comm,
    kids: kids.map((each) => `${idOf.get(each.label)}${each.state === 'Z' ? ' zombie' : ''}`).join('\n'),
    env: ['PATH=/usr/bin:/bin', ...one.environment].join('\0'),
    uid: one.uid === process.getuid?.() ? '' : String(one.uid),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(plan, `${id}.${name}`), text, 'latin1');
}
