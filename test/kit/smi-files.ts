// Puts the stand-in nvidia-smi into a folder of a test's node, and reads back how often it was called.
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Scenario } from '../../shared/source/scenario.ts';
import { smiState } from './smi-state.ts';

const SCRIPT = path.join(import.meta.dirname, 'nvidia-smi.pl');

export interface SmiCallRecord {
  readonly pid: number;
  readonly arguments: readonly string[];
}

export class SmiFiles {
  readonly binDir: string;
  readonly #stateDir: string;
  #generation = 0;

  constructor(dir: string) {
    this.binDir = path.join(dir, 'bin');
    this.#stateDir = path.join(dir, 'smi');
  }

  get tool(): string {
    return path.join(this.binDir, 'nvidia-smi');
  }

  async create(): Promise<void> {
    await mkdir(this.binDir, { recursive: true });
    await mkdir(this.#stateDir, { recursive: true });
    // Also calls of another user (a node may be entered as one) are counted.
    await chmod(this.#stateDir, 0o777);
    await writeFile(path.join(this.#stateDir, 'calls'), '', { mode: 0o666 });
    await chmod(path.join(this.#stateDir, 'calls'), 0o666);
  }

  /** Replaces the state in one step: a call sees the old one or the new one, never a mixture. */
  async set(scenario: Scenario, pids: ReadonlyMap<string, number>): Promise<void> {
    this.#generation += 1;
    const next = path.join(this.#stateDir, 'state.next');
    const text = smiState(scenario, pids, { ownerPid: process.pid, generation: this.#generation });
    await writeFile(next, text, 'latin1');
    await rename(next, path.join(this.#stateDir, 'state'));
    if (scenario.smi.missing) return rm(this.tool, { force: true });
    if (existsSync(this.tool)) return;
    const script = await readFile(SCRIPT, 'utf8');
    const tool = script.replace('@PERL@', findPerl()).replace('@STATE@', this.#stateDir);
    await writeFile(`${this.tool}.next`, tool, { mode: 0o755 });
    await rename(`${this.tool}.next`, this.tool);
  }

  /** Every call so far, oldest first. */
  calls(): SmiCallRecord[] {
    const file = path.join(this.#stateDir, 'calls');
    if (!existsSync(file)) return [];
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const [pid, ...rest] = line.split('\t');
      return { pid: Number(pid), arguments: rest };
    });
  }
}

/** PATH of a node: the stand-in's folder first, and no folder that holds another nvidia-smi. */
export function pathOfNode(binDir: string, inherited = process.env['PATH'] ?? '/usr/bin:/bin'): string {
  const others = inherited.split(':').filter((dir) => dir !== '' && !existsSync(path.join(dir, 'nvidia-smi')));
  return [binDir, ...others].join(':');
}

export function findPerl(): string {
  for (const dir of (process.env['PATH'] ?? '').split(':').concat('/usr/bin')) {
    const file = path.join(dir, 'perl');
    if (dir !== '' && existsSync(file)) return file;
  }
  throw new Error('perl was not found on PATH; the test kit plays processes with it (apt-get install perl)');
}
