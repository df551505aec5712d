// The options that every command about a node has: how to reach it and how long to wait for its driver.
import { Option, type Command } from 'commander';
import type { SshOptions } from '../node/ssh/ssh-config.ts';
import { UsageError } from './usage-error.ts';

/** How ssh connections are made, whatever is asked over them. */
export interface SshFileOptions {
  readonly identity?: string;
  readonly knownHosts?: string;
  readonly sshConfig?: string;
}

/** How to reach a node. */
export interface LinkOptions extends SshFileOptions {
  readonly acceptNewHostKey?: true;
  readonly smiTimeout?: string;
}

export interface NodeOptions extends LinkOptions {
  readonly json?: true;
  readonly endpoint?: readonly string[];
  /** commander gives true unless `--no-accounting` was said. */
  readonly accounting: boolean;
}

export const TARGET_HELP = 'an ssh alias, [user@]host[:port], local, or demo[:scenario]';

export function addSshOptions(command: Command): Command {
  return command
    .option('--identity <file>', 'private key to offer')
    .option('--known-hosts <file>', 'known_hosts file to check the host key against')
    .option('--ssh-config <file>', 'ssh configuration instead of ~/.ssh/config');
}

/** The same as the links take them. */
export function sshFiles(options: SshFileOptions): SshOptions {
  return {
    ...(options.identity === undefined ? {} : { identityFile: options.identity }),
    ...(options.knownHosts === undefined ? {} : { knownHostsFile: options.knownHosts }),
    ...(options.sshConfig === undefined ? {} : { sshConfigFile: options.sshConfig }),
  };
}

export function addLinkOptions(command: Command): Command {
  return addSshOptions(command)
    .option('--accept-new-host-key', 'accept and remember an unknown host key (a changed one is always refused)')
    .addOption(
      new Option('--smi-timeout <seconds>', 'limit for each nvidia-smi call (default: 60 for the first, then 10)'),
    );
}

export function addNodeOptions(command: Command): Command {
  return addLinkOptions(command.argument('<target>', TARGET_HELP))
    .option('--no-accounting', 'do not ask the engines for their own numbers')
    .option('--endpoint <selector=host:port>', 'where an engine listens, as seen from the node (repeatable)', collected)
    .option('--json', 'print JSON and nothing else on standard output');
}

/** Seconds above 0, as milliseconds; undefined when the option was not given. */
export function secondsOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  // setTimeout takes 2^31-1 ms at most and would fire at once above it.
  if (!(seconds > 0) || seconds > 86_400) {
    throw new UsageError(`${name} must be a number of seconds above 0 and at most 86400, got ${JSON.stringify(text)}.`);
  }
  return seconds * 1000;
}

/** For options that may be given several times. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
