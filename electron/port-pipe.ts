// A pipe over the host's end of a MessagePort. Only strings cross it, and null, with which an end says goodbye.
import type { MessagePortMain } from 'electron';
import type { Pipe } from '../shared/rpc/pipe.ts';

const GOODBYE = null;

export function portPipe(port: MessagePortMain): Pipe {
  const state = { isClosed: false };
  const listeners = { text: (_text: string): void => undefined, close: (): void => undefined };
  const end = (): void => {
    if (state.isClosed) return;
    state.isClosed = true;
    port.close();
    listeners.close();
  };
  port.on('close', end);
  port.on('message', ({ data }: { data: unknown }) => {
    if (data === GOODBYE) end();
    // Anything but a string is junk, which ends the channel.
    else listeners.text(typeof data === 'string' ? data : '');
  });
  return {
    send: (text) => {
      if (!state.isClosed) port.postMessage(text);
    },
    onText: (listener) => {
      listeners.text = listener;
      port.start();
    },
    onClose: (listener) => {
      if (state.isClosed) listener();
      else listeners.close = listener;
    },
    close: () => {
      if (!state.isClosed) port.postMessage(GOODBYE);
      end();
    },
  };
}
