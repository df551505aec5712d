// Writes a process tree of a scenario in the shape of /proc into a folder, for RESIDUUM_PROC_ROOT.
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PlacedProcess } from '../../shared/source/scenario-placement.ts';
import type { Scenario } from '../../shared/source/scenario.ts';
import { kernelThread, processFiles, type TreeFile } from './proc-files.ts';
import { nodeFiles, socketLines } from './proc-node-files.ts';

export interface ProcTreeOptions {
  /** Processes that have nothing to do with a GPU, beside init and a kernel thread. */
  readonly extra?: number;
  /** Writes self/ns/pid: the host's namespace, or another. Without it the tree does not say. */
  readonly namespace?: 'host' | 'inner';
}

/** Where the processes begin that only make the tree big. */
const FIRST_EXTRA_PID = 100_001;
/** Sockets of the tree are numbered from here, in the order of the scenario. */
const FIRST_INODE = 70_001;
const HOST_NAMESPACE = 'pid:[4026531836]';

export class ProcTree {
  readonly root: string;
  /** What this tree holds, by pid, to write only what changed: a reader must never miss a process that did not end. */
  readonly #written = new Map<number, readonly TreeFile[]>();

  constructor(root: string) {
    this.root = root;
  }

  /** Writes the node and its first processes. */
  async create(scenario: Scenario, placed: readonly PlacedProcess[], options: ProcTreeOptions = {}): Promise<void> {
    await this.#writeNode(scenario);
    await this.#writeProcess(1, processFiles(initOf()));
    await this.#writeProcess(2, kernelThread(2, 'kthreadd'));
    for (let at = 0; at < (options.extra ?? 0); at += 1) this.#writeExtra(FIRST_EXTRA_PID + at);
    if (options.namespace !== undefined) {
      await mkdir(path.join(this.root, 'self/ns'), { recursive: true });
      const target = options.namespace === 'host' ? HOST_NAMESPACE : 'pid:[4026532999]';
      await symlink(target, path.join(this.root, 'self/ns/pid'));
    }
    await this.update(scenario, placed);
  }

  /**
   * Brings the processes to what the scenario says. Others (a driver call that wrote itself into the tree, an entry that a
   * test made) stay as they are.
   */
  async update(scenario: Scenario, placed: readonly PlacedProcess[]): Promise<void> {
    await this.#writeNode(scenario);
    const now = new Set(placed.map((each) => each.pid));
    for (const pid of this.#written.keys()) if (!now.has(pid)) await this.vanish(pid);
    let inode = FIRST_INODE;
    for (const each of placed) {
      const files = processFiles(each);
      const inodes = each.process.listens.map(() => inode++);
      if (this.#written.has(each.pid)) await this.#rewriteFiles(each.pid, files);
      else await this.#writeProcess(each.pid, files, inodes);
      this.#written.set(each.pid, files);
    }
    const listens = placed.flatMap((each) => each.process.listens);
    await this.write('net/tcp', socketLines(listens, FIRST_INODE));
  }

  /** A path below the root, such as `4001/stat`. */
  path(...parts: readonly (string | number)[]): string {
    return path.join(this.root, ...parts.map(String));
  }

  /** Replaces one file in one step; the folders above it are made. */
  async write(file: string, content: string | Buffer): Promise<void> {
    const target = this.path(file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(`${target}.next`, content, 'latin1');
    await rename(`${target}.next`, target);
  }

  /** The process ended: its folder is gone. */
  async vanish(pid: number): Promise<void> {
    this.#written.delete(pid);
    await rm(this.path(pid), { recursive: true, force: true });
  }

  /** The process ended while it was looked at: still listed, nothing in it. */
  async hollow(pid: number): Promise<void> {
    await this.vanish(pid);
    await mkdir(this.path(pid));
  }

  async remove(pid: number, file: string): Promise<void> {
    await rm(this.path(pid, file), { recursive: true, force: true });
  }

  /** A file that exists and cannot be read, by root neither: a folder stands in its place. */
  async makeUnreadable(pid: number, file: string): Promise<void> {
    await this.remove(pid, file);
    await mkdir(this.path(pid, file));
  }

  /** Gives a process another parent, for trees that no scenario can say: a cycle, a parent that is not there. */
  async setParent(pid: number, ppid: number): Promise<void> {
    const stat = await readFile(this.path(pid, 'stat'), 'latin1');
    const end = stat.lastIndexOf(') ') + 2;
    const [state, , ...rest] = stat.slice(end).split(' ');
    await this.write(`${pid}/stat`, `${stat.slice(0, end)}${[state, ppid, ...rest].join(' ')}`);
  }

  async #writeNode(scenario: Scenario): Promise<void> {
    for (const [file, content] of nodeFiles(scenario)) await this.write(file, content);
    if (scenario.driver === undefined) await rm(this.path('driver/nvidia'), { recursive: true, force: true });
  }

  /** Nobody reads the tree yet, so these are written in place and at once: 2,000 of them shall not cost a test seconds. */
  #writeExtra(pid: number): void {
    const entry = this.path(pid);
    mkdirSync(entry);
    // Without comm and cgroup, which nobody reads of a process that does not matter.
    for (const [name, content] of kernelThread(pid, `worker-${pid}`, `bash worker ${pid}`).slice(0, 3)) {
      writeFileSync(path.join(entry, name), content, 'latin1');
    }
  }

  async #rewriteFiles(pid: number, files: readonly TreeFile[]): Promise<void> {
    const before = new Map(this.#written.get(pid));
    for (const [name, content] of files) if (before.get(name) !== content) await this.write(`${pid}/${name}`, content);
  }

  /** A new process appears whole: it is written beside the tree and moved in. */
  async #writeProcess(pid: number, files: readonly TreeFile[], inodes: readonly number[] = []): Promise<void> {
    await mkdir(this.root, { recursive: true });
    const entry = await mkdtemp(`${this.root}.entry-`);
    await Promise.all(files.map(([name, content]) => writeFile(path.join(entry, name), content, 'latin1')));
    await mkdir(path.join(entry, 'fd'));
    await Promise.all(inodes.map((inode, at) => symlink(`socket:[${inode}]`, path.join(entry, 'fd', String(at + 3)))));
    await this.vanish(pid);
    await rename(entry, this.path(pid));
  }
}

function initOf(): PlacedProcess {
  const none = { pid: undefined, startTicks: undefined, parent: undefined, holds: [], listens: [], environment: [] };
  const process = { ...none, label: 'init', argv: ['/sbin/init'], comm: 'systemd', state: 'S', uid: 0 };
  return {
    process: { ...process, rssMib: 12, innerPids: [], cgroup: '0::/init.scope\n' },
    pid: 1,
    ppid: 0,
    startTicks: 1,
  };
}
