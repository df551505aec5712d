// Opens the probe on this machine under a chosen shell and awk, and talks to it by hand where a test needs that.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { openLocal } from '../../../node/link/local-link.ts';
import { ProbeSession, PROBE_LIMITS, type ProbeLimits, type Sample } from '../../../node/probe/probe-session.ts';
import { probePatterns } from '../../../shared/engines/patterns.ts';
import type { ExtraReading } from '../../../shared/probe/request.ts';
import { WireReader, type WireEvent } from '../../../shared/probe/wire.ts';
import type { FakeNode } from '../../kit/fake-node.ts';
import { isAlive, killProcess, tableEntry, until, type PlayedProcess } from '../../kit/process-table.ts';

export const SHELLS = { dash: '/usr/bin/dash', ash: '/usr/bin/busybox', bash: '/usr/bin/bash' } as const;
export const AWKS = { mawk: '/usr/bin/mawk', gawk: '/usr/bin/gawk', busybox: '/usr/bin/busybox' } as const;

export type ShellName = keyof typeof SHELLS;
export type AwkName = keyof typeof AWKS;

/** Every shell with every awk. */
export const PAIRS = Object.keys(SHELLS).flatMap((shell) =>
  Object.keys(AWKS).map((awk) => [shell as ShellName, awk as AwkName] as const),
);

/** Two pairs that between them hold the three ways in which a command line is read and a child is collected. */
export const TWO_PAIRS = [
  ['dash', 'mawk'],
  ['bash', 'gawk'],
] as const;

/** The environment in which `sh` and `awk` are the chosen ones. */
export function envOf(node: FakeNode, shell: ShellName = 'dash', awk: AwkName = 'mawk'): Record<string, string> {
  const folder = path.join(node.dir, `tools-${shell}-${awk}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, target] of [
    ['sh', SHELLS[shell]],
    ['awk', AWKS[awk]],
  ] as const) {
    try {
      symlinkSync(target, path.join(folder, name));
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    }
  }
  return { ...node.env, PATH: `${folder}:${node.env['PATH'] ?? ''}` };
}

export interface HostOptions {
  readonly shell?: ShellName;
  readonly awk?: AwkName;
  readonly limits?: Partial<ProbeLimits>;
  readonly env?: Readonly<Record<string, string>>;
  /** A program that stands between the link and the shell, for example to become another user. */
  readonly through?: string;
}

/** A session over a local link; closed when the test ends. */
export async function openProbe(node: FakeNode, options: HostOptions = {}): Promise<ProbeSession> {
  const env = { ...envOf(node, options.shell, options.awk), ...options.env };
  const link = openLocal({ env, ...(options.through === undefined ? {} : { shell: options.through }) });
  onTestFinished(() => link.close());
  return ProbeSession.open(link, { ...PROBE_LIMITS, ...options.limits });
}

interface Ask {
  readonly full?: boolean;
  readonly roots?: readonly number[];
  readonly want?: readonly ExtraReading[];
}

export function ask(session: ProbeSession, options: Ask = {}): Promise<Sample> {
  return session.sample({ patterns: probePatterns(), ...options });
}

/** One frame of a fresh probe. */
export async function oneSample(node: FakeNode, options: HostOptions & Ask = {}): Promise<Sample> {
  const session = await openProbe(node, options);
  const sample = await ask(session, options);
  await session.close();
  return sample;
}

export const TOKEN = 'ab'.repeat(16);

/** A probe without the host's care: whatever is written goes there, and everything that comes back is kept. */
export class RawProbe {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly events: WireEvent[] = [];
  readonly #reader = new WireReader(TOKEN);
  #output = '';
  #ended = false;

  constructor(env: Readonly<Record<string, string>>) {
    this.child = spawn('sh', ['-c', `exec sh -s ${TOKEN}`], { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString('latin1');
      this.events.push(...this.#reader.push(chunk));
    });
    this.child.stdin.on('error', () => undefined);
    this.child.on('close', () => (this.#ended = true));
    onTestFinished(() => this.stop());
  }

  /** Everything that came, one character a byte. */
  get output(): string {
    return this.#output;
  }

  /** All of it ended, and nothing holds its output open. */
  get ended(): boolean {
    return this.#ended;
  }

  get frames(): string[] {
    return this.events.flatMap((event) => (event.kind === 'frame' ? [event.frame.id] : []));
  }

  write(text: string): void {
    this.child.stdin.write(text);
  }

  saw(kind: WireEvent['kind'], count = 1): Promise<void> {
    return until(
      () => this.events.filter((event) => event.kind === kind).length >= count,
      () => `${kind} did not come; so far: ${JSON.stringify(this.events).slice(0, 500)}`,
    );
  }

  stop(): void {
    if (this.child.pid !== undefined && !this.#ended) {
      for (const each of table()) if (each.group === this.child.pid) killProcess(each);
    }
    this.child.stdout.destroy();
    this.child.stderr.destroy();
  }
}

interface Entry extends PlayedProcess {
  readonly group: number;
  readonly comm: string;
}

/** What a probe runs on a node, also over ssh: everything that has the node's folder in its environment. */
export function probeProcesses(node: FakeNode): Entry[] {
  return table().filter(({ pid }) => readText(`/proc/${pid}/environ`).includes(node.dir));
}

function table(): Entry[] {
  return readdirSync('/proc').flatMap((name) => {
    const entry = /^\d+$/.test(name) ? tableEntry(Number(name)) : undefined;
    if (entry === undefined || !isAlive(entry)) return [];
    const stat = readText(`/proc/${name}/stat`);
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    return [{ ...entry, group, comm: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')) }];
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** Everything of ours goes by itself: in far less than the 2 s of the design, unless the machine is busy. */
export async function nothingLeft(node: FakeNode): Promise<void> {
  await until(
    () => probeProcesses(node).length === 0,
    () => `still there: ${JSON.stringify(probeProcesses(node))}`,
  );
}
