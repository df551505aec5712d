// A pipe over one WebSocket of the `ws` package. Credits bound what waits to be sent, so nothing is counted here.
import { WebSocket, type RawData } from 'ws';
import type { Pipe } from '../shared/rpc/pipe.ts';

/** How long the other end has to answer our goodbye before the connection is cut. */
const GOODBYE_MS = 2_000;

/** Of a socket that is open. */
export function socketPipe(socket: WebSocket): Pipe {
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    onText: (listener) =>
      void socket.on('message', (data: RawData, isBinary: boolean) => {
        // Binary is not spoken here; as text it is junk, which ends the channel.
        listener(isBinary ? '' : textOf(data));
      }),
    onClose: (listener) => {
      if (socket.readyState === WebSocket.CLOSED) listener();
      else socket.once('close', listener);
    },
    close: () => closeSocket(socket),
  };
}

/** Says goodbye, and cuts the connection of a peer that does not answer. */
export function closeSocket(socket: WebSocket, code = 1000): void {
  if (socket.readyState === WebSocket.CLOSED) return;
  const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.close(code);
}

/** What arrived, in whatever pieces ws keeps it. */
export function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}
