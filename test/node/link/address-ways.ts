// Every way to an address of a node: this machine's own, a forwarding sshd, and one that refuses and has only one program.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import type { AddressOpener, ByteStream, Link } from '../../../node/link/link.ts';
import { openLocal } from '../../../node/link/local-link.ts';
import { startSshd, type Sshd, type SshdOptions } from '../../kit/sshd.ts';
import { isRunning } from '../../kit/sshd-processes.ts';
import { within } from './link-suite.ts';
import { connect } from '../ssh/ssh2-connecting.ts';

const run = promisify(execFile);

export const CARRIER_WAYS = ['bash', 'python3', 'perl'] as const;
export const SSH_WAYS = ['forward', ...CARRIER_WAYS] as const;
export const WAYS = ['local', ...SSH_WAYS] as const;
export type Way = (typeof WAYS)[number];

export interface Reach {
  readonly link: Link & AddressOpener;
  /** Null for a local link. */
  readonly sshd: Sshd | null;
}

export async function reach(way: Way): Promise<Reach> {
  if (way === 'local') {
    const link = openLocal();
    onTestFinished(() => link.close());
    return { link, sshd: null };
  }
  return reachSshd(way === 'forward' ? {} : await onlyWith([way]));
}

export async function reachSshd(options: SshdOptions): Promise<{ link: Link & AddressOpener; sshd: Sshd }> {
  // A profile of the user who runs the tests may take seconds on a busy machine; time limits are tested here.
  const sshd = await startSshd({ ...options, env: { HOME: '/nonexistent', ...options.env } });
  return { link: opening(await connect(sshd)), sshd };
}

/** An sshd that refuses to forward, on a node whose PATH has sh, cat and these programs alone. */
export async function onlyWith(programs: readonly string[]): Promise<SshdOptions & { readonly loginShell: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-programs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['sh', 'cat', ...programs]) await symlink(await realProgram(name), join(folder, name));
  // The login shell sets PATH itself: a .bashrc would put its own folders in front.
  const shell = join(folder, 'login-shell');
  await writeFile(shell, `#!/bin/sh\nPATH=${folder}\nexport PATH\nexec /bin/sh "$@"\n`, { mode: 0o755 });
  return { extraConfig: ['AllowTcpForwarding no'], loginShell: shell };
}

async function realProgram(name: string): Promise<string> {
  // What is first on PATH may be a shim that needs bash.
  const asked =
    name === 'python3'
      ? await run('python3', ['-c', 'import sys; print(sys.executable)'])
      : await run('sh', ['-c', `command -v ${name}`]);
  return asked.stdout.trim();
}

export function opening(link: Link): Link & AddressOpener {
  if (!canOpen(link)) throw new Error('this link opens no streams');
  return link;
}

function canOpen(link: Link): link is Link & AddressOpener {
  return 'open' in link;
}

export interface Engine {
  readonly port: number;
  /** The connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  accepted(): number;
}

/** A TCP server for the length of the test. */
export async function startEngine(play: (socket: Socket) => void, host = '127.0.0.1'): Promise<Engine> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    play(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve());
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, sockets, accepted: () => count };
}

/** A port whose queue of connections is full: the kernel drops every further attempt, so connecting hangs. */
export async function startDeafPort(): Promise<number> {
  const listener =
    '$| = 1; my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1"); print $s->sockport, "\\n"; <STDIN>';
  const child = spawn('perl', ['-MIO::Socket::INET', '-e', listener], { stdio: ['pipe', 'pipe', 'ignore'] });
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // It ends with its input.
    child.stdin.end();
    await exited;
  });
  const port = Number(String(await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve))).trim());
  for (;;) {
    const socket = connectSocket(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    if (!(await within(500, async () => socket.readyState === 'open'))) return port;
  }
}

/** Reads until the stream is closed, whatever ends it. */
export async function readToClose(stream: ByteStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => undefined);
  if (!stream.closed) await new Promise<void>((resolve) => stream.once('close', () => resolve()));
  return Buffer.concat(chunks);
}

/** The processes that carry streams now: what the sessions of an sshd run. */
export async function carriers(sshd: Sshd | null): Promise<number[]> {
  return sshd === null ? [] : sshd.commandPids();
}

/**
 * True when soon the sessions run nothing, and none of `pids` runs either: a process that has lost its parent is
 * no longer found below sshd.
 */
export function nothingLeft(sshd: Sshd | null, pids: readonly number[]): Promise<boolean> {
  return within(15_000, async () => {
    const running = await Promise.all(pids.map(isRunning));
    return !running.includes(true) && (await carriers(sshd)).length === 0;
  });
}
