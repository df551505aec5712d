// The aliases of the user's ssh configuration as targets, with what ssh makes of each, as far as that runs nothing.
import type { TargetEntry } from '../../shared/rpc/contract.ts';
import { LinkError } from '../link/link-error.ts';
import { configPlaces, readSshAliases } from '../ssh/ssh-aliases.ts';
import { resolveHost, sshHome, type SshOptions } from '../ssh/ssh-config.ts';
import { parseTarget, type SshTarget } from '../link/target.ts';
import { causeAndNext } from './cause-and-next.ts';

/** More are listed by name alone. */
const MOST_DETAILS = 64;
const AT_ONCE = 4;
/** For the details of all of them: looking up a name may take long, and the list should not. */
const DETAILS_LIMIT_MS = 3_000;
const MOST_ALIASES = 500;

interface Alias {
  readonly entry: TargetEntry;
  readonly target: SshTarget;
}

export async function sshAliasTargets(options: SshOptions): Promise<{ targets: TargetEntry[]; notes: string[] }> {
  const { names, mayRunPrograms, notes } = await readSshAliases(configPlaces(sshHome(), options.sshConfigFile));
  const aliases = names.slice(0, MOST_ALIASES).flatMap((name): Alias[] => {
    const target = sshTarget(name);
    if (target === undefined) return [];
    return [
      { target, entry: { target: name, kind: 'ssh-config', label: name, detail: '', problem: '', lastMs: null } },
    ];
  });
  if (mayRunPrograms && aliases.length > 0) {
    const why =
      'What is behind the aliases of your ssh configuration is found out when you connect: asking ssh now might run a program (Match exec).';
    return { targets: aliases.map(({ entry }) => entry), notes: [...notes, why] };
  }
  return { targets: await withDetails(aliases, options), notes: [...notes] };
}

/** undefined for an alias that means something else here (`local`, `demo`), or that no host can have. */
function sshTarget(name: string): SshTarget | undefined {
  try {
    const target = parseTarget(name);
    return target.kind === 'ssh' && target.host === name ? target : undefined;
  } catch (error) {
    if (error instanceof LinkError) return undefined;
    throw error;
  }
}

async function withDetails(aliases: readonly Alias[], options: SshOptions): Promise<TargetEntry[]> {
  const entries = aliases.map(({ entry }) => entry);
  const waiting = [...aliases.slice(0, MOST_DETAILS).entries()];
  const untilMs = performance.now() + DETAILS_LIMIT_MS;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (performance.now() > untilMs) return;
      const [at, { entry, target }] = next;
      entries[at] = { ...entry, ...(await detailOf(target, { ...options, askLimitMs: DETAILS_LIMIT_MS })) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return entries;
}

async function detailOf(target: SshTarget, options: SshOptions): Promise<Pick<TargetEntry, 'detail' | 'problem'>> {
  try {
    return { detail: (await resolveHost(target, options)).describe, problem: '' };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    const { cause, next } = causeAndNext(error);
    return { detail: error.host === target.text ? '' : error.host, problem: `${cause} ${next}`.trim() };
  }
}
