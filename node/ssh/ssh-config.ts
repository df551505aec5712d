// What the user's ssh configuration says about a target, asked from `ssh -G` (only OpenSSH knows Match and Include).
import { execFile } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import { configPath, type PathTokens } from './config-path.ts';
import { LinkError } from '../link/link-error.ts';
import type { SshTarget } from '../link/target.ts';

/** What the command line may say about connecting; everything else is the ssh configuration's. */
export interface SshOptions {
  /** `--identity`: tried before everything else, and it must be readable. */
  readonly identityFile?: string;
  /** `--known-hosts`: the only file that is read, and the one that a new key is added to. */
  readonly knownHostsFile?: string;
  /** `--ssh-config`: instead of ~/.ssh/config and /etc/ssh/ssh_config. */
  readonly sshConfigFile?: string;
  /** The OpenSSH client to ask; by default the one on PATH. */
  readonly sshProgram?: string;
  /** How long asking it may take, milliseconds; 15 s by default. */
  readonly askLimitMs?: number;
  /** Gives up connecting, from the first question to ssh on. */
  readonly signal?: AbortSignal;
}

export interface IdentityFile {
  readonly path: string;
  /** Named by the user or the configuration; otherwise one of ssh's defaults, which need not exist. */
  readonly named: boolean;
}

/** Where and how to connect, after aliases are resolved. */
export interface ResolvedHost {
  /** `user@host:port`, with brackets around an IPv6 address. */
  readonly describe: string;
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** 0 = both. */
  readonly addressFamily: 0 | 4 | 6;
  readonly hostKeyAlias: string | null;
  readonly identityFiles: readonly IdentityFile[];
  readonly identitiesOnly: boolean;
  readonly agentSocket: string | null;
  readonly knownHostsFiles: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly connectTimeoutMs: number | null;
  readonly notes: readonly string[];
}

/** `ssh -G` may run `Match exec` commands and ask DNS (CanonicalizeHostname). */
const SSH_G_LIMIT_MS = 15_000;
const SSH_PORT = 22;
const DEFAULT_IDENTITIES = /^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/;

/** Directives that change where we connect or whom we trust: never passed over in silence. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  proxyjump: 'ProxyJump',
  proxycommand: 'ProxyCommand',
  revokedhostkeys: 'RevokedHostKeys',
};

/** Resolves a target; throws a LinkError (`bad-ssh-config`, `unsupported`, `cancelled`). */
export async function resolveHost(target: SshTarget, options: SshOptions = {}): Promise<ResolvedHost> {
  const text = await askSsh(target, options);
  if (text !== null) return fromConfig(target, options, readConfig(text));
  if (options.sshConfigFile !== undefined) {
    throw new LinkError(
      'unsupported',
      target.text,
      `The ssh configuration could not be read for ${target.text}: there is no ssh client on this machine to interpret it. ` +
        `Install OpenSSH's client, or give [user@]host:port without --ssh-config.`,
    );
  }
  const note =
    'No ssh client was found on this machine, so ~/.ssh/config was not read and the target is taken as typed.';
  return { ...fromConfig(target, options, defaults()), notes: [note] };
}

type Config = ReadonlyMap<string, readonly string[]>;

function askSsh(target: SshTarget, options: SshOptions): Promise<string | null> {
  // -T: without it ssh complains on standard error that there is no terminal.
  const args = ['-G', '-T'];
  if (options.sshConfigFile !== undefined) args.push('-F', options.sshConfigFile);
  if (target.user !== null) args.push('-l', target.user);
  if (target.port !== null) args.push('-p', String(target.port));
  args.push('--', target.host);
  const limitMs = options.askLimitMs ?? SSH_G_LIMIT_MS;
  return new Promise((resolve, reject) => {
    execFile(
      options.sshProgram ?? 'ssh',
      args,
      { timeout: limitMs, maxBuffer: 4 * 1024 * 1024, signal: options.signal },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === 'ENOENT') resolve(null);
        // A program of `Match exec` may hang: who gives up is not made to wait for it.
        else if (options.signal?.aborted === true)
          reject(new LinkError('cancelled', target.text, `Connecting to ${target.text} was cancelled.`));
        else {
          const said = stderr.trim().split(/\s*\n/).slice(0, 3).join(' / ');
          const cause = error.killed === true ? `no answer in ${limitMs / 1000} s` : said || error.message;
          reject(
            new LinkError(
              'bad-ssh-config',
              target.text,
              `The ssh configuration could not be read for ${target.text}: ${cause}. ` +
                `"ssh -G ${target.host}" shows the same; correct the file, or name another with --ssh-config.`,
            ),
          );
        }
      },
    );
  });
}

function readConfig(text: string): Config {
  const config = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const blank = line.indexOf(' ');
    if (blank === -1) continue;
    const key = line.slice(0, blank).toLowerCase();
    config.set(key, [...(config.get(key) ?? []), line.slice(blank + 1).trimEnd()]);
  }
  return config;
}

function defaults(): Config {
  return new Map([
    ['identityfile', ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa']],
    ['userknownhostsfile', ['~/.ssh/known_hosts']],
    ['globalknownhostsfile', ['/etc/ssh/ssh_known_hosts']],
  ]);
}

function fromConfig(target: SshTarget, options: SshOptions, config: Config): ResolvedHost {
  const one = (key: string): string | null => {
    const value = config.get(key)?.[0];
    return value === undefined || value === '' || value === 'none' ? null : value;
  };
  const account = thisAccount();
  const host = one('hostname') ?? target.host;
  const port = target.port ?? Number(one('port') ?? SSH_PORT);
  const user = target.user ?? one('user') ?? account.user;
  const describe = `${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
  refuseUnsupported(target, describe, one);

  const hostKeyAlias = one('hostkeyalias');
  const tokens: PathTokens = { home: account.home, host, port, user, alias: target.host, hostKeyAlias, account };
  const files = (key: string): string[] =>
    (config.get(key) ?? []).flatMap(splitPaths).flatMap((path) => (path === 'none' ? [] : [configPath(path, tokens)]));
  const timeoutSeconds = Number(one('connecttimeout') ?? Number.NaN);
  const family = one('addressfamily');
  return {
    describe,
    alias: target.host,
    host,
    port,
    user,
    addressFamily: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0,
    hostKeyAlias,
    identityFiles: [
      ...(options.identityFile === undefined ? [] : [{ path: options.identityFile, named: true }]),
      ...(config.get('identityfile') ?? [])
        .filter((path) => path !== 'none')
        .map((path) => ({ path: configPath(path, tokens), named: !DEFAULT_IDENTITIES.test(path) })),
    ],
    identitiesOnly: one('identitiesonly') === 'yes',
    agentSocket: agentSocket(config.get('identityagent')?.[0], tokens),
    knownHostsFiles:
      options.knownHostsFile === undefined
        ? [...files('userknownhostsfile'), ...files('globalknownhostsfile')]
        : [options.knownHostsFile],
    hashKnownHosts: one('hashknownhosts') === 'yes',
    connectTimeoutMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 : null,
    notes: [],
  };
}

function refuseUnsupported(target: SshTarget, describe: string, one: (key: string) => string | null): void {
  for (const [key, name] of Object.entries(UNSUPPORTED)) {
    const value = one(key);
    if (value === null) continue;
    throw new LinkError(
      'unsupported',
      describe,
      `The ssh configuration asks for ${name} to reach ${target.text} (${describe}), and Residuum does not support it yet. ` +
        `Nothing was connected. Run Residuum on a machine that reaches the node directly, ` +
        `or give an entry of its own without ${name} (--ssh-config FILE).`,
    );
  }
}

/** `ssh -G` prints lists without quotes: a blank separates two files where an absolute or home path follows it. */
function splitPaths(list: string): string[] {
  return list.split(/ (?=[/~])/).filter((path) => path !== '');
}

function agentSocket(setting: string | undefined, tokens: PathTokens): string | null {
  if (setting === 'none') return null;
  const path = setting === undefined || setting === 'SSH_AUTH_SOCK' ? process.env['SSH_AUTH_SOCK'] : undefined;
  if (path !== undefined) return path === '' ? null : path;
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return null;
  if (setting.startsWith('$') && !setting.startsWith('${')) return process.env[setting.slice(1)] ?? null;
  return configPath(setting, tokens);
}

/** OpenSSH takes the home folder of the password database, not $HOME; a container's user may have no entry there. */
function thisAccount(): PathTokens['account'] & { home: string } {
  try {
    const info = userInfo();
    return { user: info.username, uid: info.uid, home: info.homedir };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return { user: process.env['USER'] ?? 'root', uid: process.getuid?.() ?? -1, home: homedir() };
  }
}

/** The home folder in which ssh looks for its configuration. */
export function sshHome(): string {
  return thisAccount().home;
}
