// A real OpenSSH server on loopback, with keys, known_hosts and a client configuration of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { endsWithUs } from './ends-with-us.ts';
import { freePort } from './sshd-port.ts';
import { makeKey, type KeyType } from './sshd-keys.ts';
import { descendants, killAll, type RunningProcess } from './sshd-processes.ts';

export interface SshdOptions {
  /** Set in the environment of every session (sshd's SetEnv), PATH included. HOME is an empty folder unless set. */
  readonly env?: Readonly<Record<string, string>>;
  /** More public keys (whole lines) that are let in, beside the server's own user key. */
  readonly authorizedKeys?: readonly string[];
  /** Names or patterns of variables that clients may send (AcceptEnv). */
  readonly acceptEnv?: readonly string[];
  /** Lines for sshd_config; they go first, and sshd takes the first value it meets. */
  readonly extraConfig?: readonly string[];
  /** Lines for the alias in the client's ssh_config; first as well. */
  readonly extraClientConfig?: readonly string[];
  /** Types of host key to make and to list in known_hosts. */
  readonly hostKeys?: readonly KeyType[];
  /** Printed to standard output before each command, as a chatty .bashrc does. */
  readonly loginNoise?: string;
  /** Stands in for the login shell: a program that is given `-c COMMAND`, for example `/usr/sbin/nologin`. */
  readonly loginShell?: string;
  /** `caller`: the caller stops the server. Otherwise the test that started it does, also when it fails. */
  readonly stoppedBy?: 'test' | 'caller';
}

export interface Sshd {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `user@127.0.0.1:port`, a TARGET. */
  readonly target: string;
  readonly alias: string;
  /** Everything of this server; gone after stop(). */
  readonly folder: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly sshConfigFile: string;
  /** Public host keys as lines `type base64 comment`, in the order of `hostKeys`. */
  readonly hostKeyLines: readonly string[];
  /** The server's processes that hold connections. */
  connectionPids(): Promise<number[]>;
  /** What the sessions run: all descendants that are not sshd. */
  commandPids(): Promise<number[]>;
  /** kill -9 for the processes that hold connections. */
  killSessions(): Promise<void>;
  /** SIGSTOP for them: a peer that is there and answers nothing. */
  freezeSessions(): Promise<void>;
  /** sshd's own log so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

const SSHD = '/usr/sbin/sshd';
const HOST = '127.0.0.1';
const START_LIMIT_MS = 60_000;
const PORT_ATTEMPTS = 5;

/** Starts a server and waits until it listens. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-sshd-'));
  const running: { daemon: ChildProcess | null } = { daemon: null };
  const stop = async (): Promise<void> => {
    if (running.daemon !== null) await stopDaemon(running.daemon);
    await rm(folder, { recursive: true, force: true });
  };
  if (options.stoppedBy !== 'caller') onTestFinished(stop);
  try {
    const hostKeys = await Promise.all(
      (options.hostKeys ?? ['ed25519']).map((type) => makeKey(folder, `host_${type}`, type)),
    );
    const userKey = await makeKey(folder, 'user_ed25519', 'ed25519');
    await writeFile(
      join(folder, 'authorized_keys'),
      [userKey.publicLine, ...(options.authorizedKeys ?? [])].join('\n') + '\n',
    );
    if (options.loginNoise !== undefined) await writeFile(join(folder, 'noise'), options.loginNoise);
    await writeFile(join(folder, 'session.sh'), sessionScript(folder, options), { mode: 0o755 });
    await mkdir(homeOf(folder));
    // The folder of sshd's privilege separation; distributions make it when the service starts.
    if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

    const { daemon, port } = await listen(
      folder,
      options,
      hostKeys.map((key) => key.file),
    );
    running.daemon = daemon;
    const pid = daemon.pid;
    if (pid === undefined) throw new Error('sshd has no pid');
    const user = userInfo().username;
    const knownHostsFile = join(folder, 'known_hosts');
    await writeFile(knownHostsFile, hostKeys.map((key) => `[${HOST}]:${port} ${key.publicLine}\n`).join(''));
    const sshConfigFile = join(folder, 'ssh_config');
    const alias = `node-${port}`;
    const connections = async (): Promise<RunningProcess[]> =>
      (await descendants(pid)).filter((each) => each.comm === 'sshd');
    const signalConnections = async (signal: NodeJS.Signals): Promise<void> =>
      killAll(
        (await connections()).map((each) => each.pid),
        signal,
      );
    const sshd: Sshd = {
      host: HOST,
      port,
      user,
      target: `${user}@${HOST}:${port}`,
      alias,
      folder,
      identityFile: userKey.file,
      knownHostsFile,
      sshConfigFile,
      hostKeyLines: hostKeys.map((key) => key.publicLine),
      connectionPids: async () => (await connections()).map((each) => each.pid),
      commandPids: async () => (await descendants(pid)).filter((each) => each.comm !== 'sshd').map((each) => each.pid),
      killSessions: () => signalConnections('SIGKILL'),
      freezeSessions: () => signalConnections('SIGSTOP'),
      log: () => readFile(join(folder, 'log'), 'utf8'),
      stop,
    };
    await writeFile(sshConfigFile, clientConfig(sshd, options));
    return sshd;
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function listen(
  folder: string,
  options: SshdOptions,
  hostKeyFiles: readonly string[],
): Promise<{ daemon: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(HOST);
    const configFile = join(folder, 'sshd_config');
    await writeFile(configFile, serverConfig(folder, port, options, hostKeyFiles));
    await writeFile(join(folder, 'log'), '');
    const daemon = spawnDaemon(configFile, join(folder, 'log'));
    if (await listening(daemon, join(folder, 'log'), port)) return { daemon, port };
    const log = await readFile(join(folder, 'log'), 'utf8');
    await stopDaemon(daemon);
    // sshd cannot be asked for port 0, so another process may have taken the free one.
    if (attempt === PORT_ATTEMPTS || !/Address already in use/.test(log)) throw new Error(`sshd did not start: ${log}`);
  }
}

function spawnDaemon(configFile: string, logFile: string): ChildProcess {
  // -E needs an absolute path: sshd changes its folder, and then resets every connection.
  const args = ['-D', '-f', configFile, '-E', logFile];
  const [program, ...words] = endsWithUs([SSHD, ...args]);
  return spawn(program, words, { stdio: 'ignore' });
}

async function listening(daemon: ChildProcess, logFile: string, port: number): Promise<boolean> {
  const until = Date.now() + START_LIMIT_MS;
  while (Date.now() < until && daemon.exitCode === null && daemon.signalCode === null) {
    if ((await readFile(logFile, 'utf8')).includes(`Server listening on ${HOST} port ${port}`)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

async function stopDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.pid === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
  const left = await descendants(daemon.pid);
  const exited = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  daemon.kill('SIGKILL');
  killAll(
    left.map((each) => each.pid),
    'SIGKILL',
  );
  await exited;
}

function serverConfig(folder: string, port: number, options: SshdOptions, hostKeyFiles: readonly string[]): string {
  // Whoever runs the tests has a .bashrc of their own, and bash reads it for every command over ssh. One was met that
  // waits a minute for a lock which a session killed earlier had left behind.
  const env = Object.entries({ HOME: homeOf(folder), ...options.env });
  const wrapped = options.loginNoise !== undefined || options.loginShell !== undefined;
  return [
    ...(options.extraConfig ?? []),
    `Port ${port}`,
    `ListenAddress ${HOST}`,
    ...hostKeyFiles.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'UseDNS no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PrintMotd no',
    'PrintLastLog no',
    'MaxStartups 100',
    'LogLevel VERBOSE',
    ...(options.acceptEnv ?? []).map((name) => `AcceptEnv ${name}`),
    // sshd uses the first SetEnv line alone, so they share one.
    `SetEnv ${env.map(([name, value]) => `${name}=${quoted(value)}`).join(' ')}`,
    ...(wrapped ? [`ForceCommand ${join(folder, 'session.sh')}`] : []),
    '',
  ].join('\n');
}

function clientConfig(sshd: Sshd, options: SshdOptions): string {
  return [
    `Host ${sshd.alias}`,
    ...(options.extraClientConfig ?? []),
    `HostName ${sshd.host}`,
    `Port ${sshd.port}`,
    `User ${sshd.user}`,
    `IdentityFile ${sshd.identityFile}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile ${sshd.knownHostsFile}`,
    'GlobalKnownHostsFile /dev/null',
    'HashKnownHosts no',
    '',
  ].join('\n');
}

/** The home of every session. */
function homeOf(folder: string): string {
  return join(folder, 'home');
}

/** Stands between sshd and the command; sshd has left the command in SSH_ORIGINAL_COMMAND. */
function sessionScript(folder: string, options: SshdOptions): string {
  const noise = options.loginNoise === undefined ? '' : `cat ${join(folder, 'noise')} </dev/null\n`;
  return `#!/bin/sh\n${noise}exec ${options.loginShell ?? '/bin/sh'} -c "$SSH_ORIGINAL_COMMAND"\n`;
}

function quoted(value: string): string {
  if (/[\r\n]/.test(value)) throw new Error('sshd cannot set a variable that contains a line end');
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
