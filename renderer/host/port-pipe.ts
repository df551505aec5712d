// A pipe over a MessagePort, which the desktop's preload hands to the page. Only strings cross it.
import type { Pipe } from '../../shared/rpc/pipe.ts';

/** What a MessagePort of a page and one of Node's worker_threads have in common. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/** Says goodbye on closing, for an end that hears of no other close. */
const GOODBYE = null;

export function portPipe(port: Port): Pipe {
  const state = { closed: false };
  const listeners = { text: (_text: string): void => undefined, close: (): void => undefined };
  const end = (): void => {
    if (state.closed) return;
    state.closed = true;
    port.close();
    listeners.close();
  };
  port.addEventListener('close', end);
  port.addEventListener('message', ({ data }) => {
    if (state.closed) return;
    if (data === GOODBYE) end();
    // Anything but a string is junk, which ends the channel.
    else listeners.text(typeof data === 'string' ? data : '');
  });
  return {
    send: (text) => {
      if (!state.closed) port.postMessage(text);
    },
    onText: (listener) => {
      listeners.text = listener;
      port.start();
    },
    onClose: (listener) => {
      if (state.closed) listener();
      else listeners.close = listener;
    },
    close: () => {
      if (!state.closed) port.postMessage(GOODBYE);
      end();
    },
  };
}
