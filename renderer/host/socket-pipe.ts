// A pipe over a WebSocket to the web host: the secret goes first, and only after the host's welcome is there a pipe.
import { NOT_ADMITTED, PROTOCOL, readWelcome, secretText, type Secret } from '../../shared/rpc/greeting.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { Refused } from './refused.ts';

export interface OpenedSocket {
  readonly pipe: Pipe;
  /** What to say the next time, when it was a ticket that opened this one. */
  readonly token: string | undefined;
}

/** Rejects with Refused when another attempt would end the same way, with an Error when nobody answers. */
export function openSocket(url: string, secret: Secret): Promise<OpenedSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, PROTOCOL);
    socket.addEventListener('open', () => socket.send(secretText(secret)));
    socket.addEventListener(
      'message',
      ({ data }: MessageEvent<unknown>) => {
        const welcome = readWelcome(data);
        if (welcome !== undefined) {
          resolve({ pipe: pipeOf(socket), token: welcome.token });
          return;
        }
        reject(new Refused('Another program answers at this address.', 'Open the address that the host printed.'));
        socket.close();
      },
      { once: true },
    );
    // After a welcome these change nothing any more.
    socket.addEventListener('close', ({ code }) => {
      if (code !== NOT_ADMITTED) reject(new Error('The host does not answer.'));
      const next = 'Open the address that the host printed last: it is another one each time it starts.';
      reject(new Refused('The host does not know this page.', next));
    });
  });
}

function pipeOf(socket: WebSocket): Pipe {
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    onText: (listener) =>
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        // Binary is not spoken here; as text it is junk, which ends the channel.
        listener(typeof data === 'string' ? data : '');
      }),
    onClose: (listener) => {
      if (socket.readyState === WebSocket.CLOSED) listener();
      else socket.addEventListener('close', listener, { once: true });
    },
    close: () => socket.close(),
  };
}
