// How the page asks the desktop's preload for a port to the host. See shared/rpc/desktop-bridge.ts.
import { DESKTOP_BRIDGE, PORT_MESSAGE, WANT_PORT_MESSAGE } from '../../shared/rpc/desktop-bridge.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { portPipe } from './port-pipe.ts';

const WAIT_MS = 10_000;

/** Whether the page is in the desktop's window. */
export function isDesktop(window: Window): boolean {
  return DESKTOP_BRIDGE in window;
}

/** Rejects when the window's host does not answer. */
export function openDesktopPort(window: Window): Promise<Pipe> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      window.removeEventListener('message', hear);
    };
    const hear = ({ source, data, ports }: MessageEvent<unknown>): void => {
      const [port] = ports;
      // Only this window itself, which is where its preload speaks.
      if (source !== window || data !== PORT_MESSAGE || port === undefined) return;
      done();
      resolve(portPipe(port));
    };
    const timer = setTimeout(() => {
      done();
      reject(new Error('The host of this window did not answer.'));
    }, WAIT_MS);
    window.addEventListener('message', hear);
    window.postMessage(WANT_PORT_MESSAGE, window.location.origin);
  });
}
