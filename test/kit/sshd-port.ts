// A TCP port that is free right now, and listeners that play a broken server.
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Between the ports that played engines are said to listen at, where nobody must. */
const [FIRST_PORT, END_PORT] = [16_000, 29_000];
/** Each process of tests begins at another place, and goes round. */
const given = { count: 0 };

/**
 * A port that stays free until the test uses it, or for good. The kernel gives none of these to whoever asks for any
 * port, as everything that runs beside this test does.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const count = Math.min(firstOfKernel(), END_PORT) - FIRST_PORT;
  if (count < 1_000) return await tried(0, host);
  for (;;) {
    given.count += 1;
    const port = await tried(FIRST_PORT + ((process.pid * 37 + given.count) % count), host).catch(ifTaken);
    if (port !== undefined) return port;
  }
}

async function tried(port: number, host: string): Promise<number> {
  const server = createServer();
  const free = await listenOn(server, host, port);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return free;
}

function ifTaken(cause: unknown): undefined {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
}

/** The lowest port that the kernel chooses by itself; 0 where it does not say. */
function firstOfKernel(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 0;
  }
}

/** Listens on loopback for the length of the test and hands each connection to `play`; answers the port. */
export async function startListener(play: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    play(socket);
  });
  const port = await listenOn(server, '127.0.0.1');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return port;
}

function listenOn(server: Server, host: string, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
