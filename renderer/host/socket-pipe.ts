// A pipe over a WebSocket to the web host: the token goes first, and only after the host's welcome is there a pipe.
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { PROTOCOL, tokenText, WELCOME, WRONG_TOKEN } from '../../shared/rpc/greeting.ts';
import { Refused } from './refused.ts';

/** Rejects with Refused when another attempt would end the same way, with an Error when nobody answers. */
export function openSocket(url: string, token: string): Promise<Pipe> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, PROTOCOL);
    socket.addEventListener('open', () => socket.send(tokenText(token)));
    socket.addEventListener('message', function first({ data }) {
      socket.removeEventListener('message', first);
      if (data === WELCOME) {
        resolve(pipeOf(socket));
        return;
      }
      reject(new Refused('This address is answered by another program.', 'Open the address that the host printed.'));
      socket.close();
    });
    socket.addEventListener('close', ({ code }) => {
      if (code === WRONG_TOKEN) {
        const next = 'Open the address that the host printed last: it has a new one each time it starts.';
        reject(new Refused('The host does not know the token of this page.', next));
      } else {
        reject(new Error('The host did not answer.'));
      }
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
