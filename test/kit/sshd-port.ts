// A TCP port that is free right now, and listeners that play a broken server.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  const port = await listenOn(server, host);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
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

function listenOn(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}
