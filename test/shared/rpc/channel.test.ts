// The channel over each kind of pipe that a host has: memory, a real WebSocket on loopback, a MessagePort.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import { portPipe, type Port } from '../../../renderer/host/port-pipe.ts';
import { memoryPipe } from '../../../shared/rpc/memory-pipe.ts';
import { socketPipe } from '../../../web/socket-pipe.ts';
import { channelSuite, type TwoEnds } from './channel-suite.ts';

channelSuite('memory', () => {
  const [client, server] = memoryPipe();
  return { client, server, end: () => client.close() };
});

channelSuite('a WebSocket', async (): Promise<TwoEnds> => {
  const listener = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(listener, 'listening');
  const near = new WebSocket(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`);
  const [[far]] = (await Promise.all([once(listener, 'connection'), once(near, 'open')])) as [[WebSocket], unknown];
  const client = socketPipe(near);
  return {
    client,
    server: socketPipe(far),
    end: async () => {
      const closed = Promise.all(
        [near, far].map((socket) => new Promise<void>((done) => socketPipe(socket).onClose(done))),
      );
      client.close();
      await closed;
      await new Promise((done) => listener.close(done));
    },
  };
});

channelSuite('a MessagePort', () => {
  const { port1, port2 } = new MessageChannel();
  const client = portPipe(port1 as unknown as Port);
  return { client, server: portPipe(port2 as unknown as Port), end: () => client.close() };
});
