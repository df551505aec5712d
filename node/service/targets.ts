// What may be connected to: where one was before, the aliases of the ssh configuration, this machine, the demos.
import { access } from 'node:fs/promises';
import { DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import type { TargetEntry } from '../../shared/rpc/contract.ts';
import type { SshOptions } from '../ssh/ssh-config.ts';
import type { RecentTarget } from './settings.ts';
import { sshAliasTargets } from './ssh-alias-targets.ts';

export interface TargetsOptions extends SshOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By default the root of this machine. */
  readonly machineRoot?: string;
}

export interface TargetList {
  readonly targets: TargetEntry[];
  /** What could not be listed, as sentences. */
  readonly notes: string[];
}

export async function listTargets(recent: readonly RecentTarget[], options: TargetsOptions): Promise<TargetList> {
  const [aliases, machine] = await Promise.all([sshAliasTargets(options), thisMachine(options)]);
  const listed = [...aliases.targets, machine, ...demos()];
  const before = recent.map(({ target, lastMs }): TargetEntry => {
    const same = listed.find((each) => each.target === target);
    return { ...(same ?? entry(target, 'recent', target)), kind: 'recent', lastMs };
  });
  return { targets: [...before, ...listed], notes: aliases.notes };
}

function entry(target: string, kind: TargetEntry['kind'], label: string): TargetEntry {
  return { target, kind, label, detail: '', problem: '', lastMs: null };
}

async function thisMachine({ env, machineRoot = '' }: TargetsOptions): Promise<TargetEntry> {
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const signs = [
    `${machineRoot}/proc/driver/nvidia`,
    `${machineRoot}/dev/dxg`,
    ...folders.map((folder) => `${machineRoot}${folder}/nvidia-smi`),
  ];
  const found = await Promise.all(signs.map(isThere));
  const problem = found.includes(true)
    ? ''
    : 'No NVIDIA driver was found on this machine: there is no nvidia-smi, no /proc/driver/nvidia and no /dev/dxg.';
  return { ...entry('local', 'local', 'This machine'), problem };
}

function demos(): TargetEntry[] {
  return [...DEMO_SCENARIOS].map(([name, { shows }]) => ({
    ...entry(`demo:${name}`, 'demo', `Demo: ${name}`),
    detail: `${shows.charAt(0).toUpperCase()}${shows.slice(1)}.`,
  }));
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
