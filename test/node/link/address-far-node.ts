// A node with a loopback of its own: a real sshd and an engine in another network namespace, reached through a pipe of ours.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connectSsh } from '../../../node/ssh/connect-ssh.ts';
import type { AddressOpener, Link } from '../../../node/link/link.ts';
import { startSshd, type SshdOptions } from '../../kit/sshd.ts';
import { killAll } from '../../kit/sshd-processes.ts';
import { opening } from './address-ways.ts';
import { sshTarget } from '../ssh/ssh2-connecting.ts';

/** Making one takes the right to do so; the connections' owners are checked everywhere (see address-decoy.test.ts). */
export function mayUnshareNetwork(): boolean {
  return spawnSync('unshare', ['--net', 'busybox', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;
}

/** Answers every request with its body, on 127.0.0.1, and says its port. */
const ENGINE = `
const { createServer } = require('node:http');
const server = createServer((asked, answer) => answer.end(process.argv[1]));
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
process.stdin.on('end', () => process.exit()).resume();
`;

/** A link to the far node, where an engine listens on `port` of its loopback and answers with `body`. */
export async function reachFarNode(
  port: number,
  body: string,
  options: SshdOptions = {},
): Promise<Link & AddressOpener> {
  // Only its keys and its configuration are used: this server is on our side.
  const near = await startSshd({ ...options, env: { HOME: '/nonexistent' } });
  const engine = spawn(
    'unshare',
    [
      '--net',
      'sh',
      '-c',
      'busybox ip link set lo up && exec "$@"',
      'sh',
      process.execPath,
      '-e',
      ENGINE,
      body,
      `${port}`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const children: ChildProcess[] = [engine];
  const sockets = new Set<Socket>();
  const door = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    // sshd of the far node gets the connection itself as its input and output.
    const daemon = spawn(
      'nsenter',
      ['--net', '--target', String(engine.pid), '/usr/sbin/sshd', '-i', '-f', join(near.folder, 'sshd_config')],
      { stdio: [socket, socket, 'ignore'] },
    );
    children.push(daemon);
    // Our copy of the connection would keep it open.
    daemon.once('spawn', () => socket.destroy());
  });
  onTestFinished(async () => {
    const exits = children
      .filter((child) => child.exitCode === null && child.signalCode === null)
      .map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve())));
    engine.stdin.end();
    killAll(
      children.slice(1).flatMap(({ pid, exitCode }) => (pid === undefined || exitCode !== null ? [] : [pid])),
      'SIGTERM',
    );
    for (const socket of sockets) socket.destroy();
    await Promise.all([...exits, new Promise<void>((resolve) => door.close(() => resolve()))]);
  });
  await new Promise<void>((resolve, reject) => {
    engine.stdout.once('data', () => resolve());
    engine.once('exit', () => reject(new Error('the far engine did not start')));
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', () => resolve()));
  const doorPort = (door.address() as AddressInfo).port;
  const knownHostsFile = join(near.folder, 'far_known_hosts');
  await writeFile(knownHostsFile, near.hostKeyLines.map((line) => `[127.0.0.1]:${doorPort} ${line}\n`).join(''));
  const link = await connectSsh(sshTarget(`${near.user}@127.0.0.1:${doorPort}`), {
    identityFile: near.identityFile,
    knownHostsFile,
    sshConfigFile: '/dev/null',
  });
  onTestFinished(() => link.close());
  return opening(link);
}
