// From a TARGET to a running probe.
import { EngineAsker } from '../node/accounting/ask-engines.ts';
import { LinkError } from '../node/link/link-error.ts';
import type { Link } from '../node/link/link.ts';
import { openLink, type OpenLinkOptions } from '../node/open-link.ts';
import { PROBE_LIMITS, ProbeSession, type ProbeLimits } from '../node/probe/probe-session.ts';
import { parseTarget } from '../node/link/target.ts';
import type { CommandIo } from './io.ts';
import { secondsOption, sshFiles, type LinkOptions, type NodeOptions } from './node-options.ts';

export const ENGINE_KEY_VARIABLE = 'RESIDUUM_ENGINE_KEY';

export interface OpenNode {
  readonly probe: ProbeSession;
  readonly engines: EngineAsker;
  readonly link: Link;
  readonly isDemo: boolean;
  close(): Promise<void>;
}

/** Connects and starts the probe. Rejects with a LinkError or a UsageError; nothing stays open then. */
export async function openNode(targetText: string, options: NodeOptions, io: CommandIo): Promise<OpenNode> {
  const limits = probeLimits(options);
  const target = parseTarget(targetText);
  const link = await openLink(target, linkOptions(options, io));
  for (const note of link.notes) io.err(`${note}\n`);
  const leave = (): void => void link.close();
  io.signal.addEventListener('abort', leave, { once: true });
  try {
    if (io.signal.aborted) throw new LinkError('cancelled', link.describe, 'Stopped before the probe was started.');
    const probe = await ProbeSession.open(link, limits);
    const engines = new EngineAsker(link, { bearerKey: engineKeyOf(io), now: () => performance.now() });
    return {
      probe,
      engines,
      link,
      isDemo: target.kind === 'demo',
      close: async () => {
        io.signal.removeEventListener('abort', leave);
        engines.close();
        await probe.close();
        await link.close();
      },
    };
  } catch (error) {
    await link.close();
    throw error;
  }
}

export function linkOptions(options: LinkOptions, io: CommandIo): OpenLinkOptions {
  return {
    env: { ...io.env },
    signal: io.signal,
    ...sshFiles(options),
    ...(options.acceptNewHostKey === true ? { acceptNewHostKey: 'any' } : {}),
  };
}

export function probeLimits(options: LinkOptions): ProbeLimits {
  const callMs = secondsOption('--smi-timeout', options.smiTimeout);
  return callMs === undefined ? PROBE_LIMITS : { ...PROBE_LIMITS, firstCallMs: callMs, callMs };
}

/** Not an option: a command line can be read by every user of this machine. Kept in memory, sent to engines only. */
export function engineKeyOf(io: CommandIo): string | undefined {
  const key = io.env[ENGINE_KEY_VARIABLE];
  return key === undefined || key === '' ? undefined : key;
}
