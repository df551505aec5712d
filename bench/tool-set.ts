// The shells and awks that the probe is measured under, each put first on PATH.
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface ToolSet {
  readonly name: string;
  readonly sh: string;
  readonly awk: string;
  /** Tools that the probe runs, when they come from the same program. */
  readonly tools: readonly string[];
}

const BUSYBOX = '/usr/bin/busybox';

export const TOOL_SETS: readonly ToolSet[] = [
  { name: 'dash + mawk', sh: '/bin/dash', awk: '/usr/bin/mawk', tools: [] },
  { name: 'dash + gawk', sh: '/bin/dash', awk: '/usr/bin/gawk', tools: [] },
  { name: 'busybox ash + awk', sh: BUSYBOX, awk: BUSYBOX, tools: ['date', 'id', 'readlink', 'tr', 'head', 'ls'] },
];

/** The environment with a folder of links in front: `sh` and `awk` mean those of the set. */
export function environmentOf(
  set: ToolSet,
  folder: string,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const bin = join(folder, set.name.replaceAll(/[^a-z]+/g, '-'));
  mkdirSync(bin, { recursive: true });
  symlinkSync(set.sh, join(bin, 'sh'));
  symlinkSync(set.awk, join(bin, 'awk'));
  for (const tool of set.tools) symlinkSync(BUSYBOX, join(bin, tool));
  return { ...env, PATH: `${bin}:${env['PATH'] ?? '/usr/bin:/bin'}` };
}
