// Which host this page has: the desktop's window, or the web host that it was loaded from.
import { isDesktop, openDesktopPort } from './desktop-port.ts';
import { HostLink } from './host-link.ts';
import { Refused } from './refused.ts';
import { openSocket } from './socket-pipe.ts';
import type { Start } from './start.ts';

/** Begins to connect at once. */
export function findHost(window: Window, start: Start): HostLink {
  if (isDesktop(window)) return new HostLink(() => openDesktopPort(window));
  const url = new URL('rpc', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  url.search = '';
  return new HostLink(() => {
    if (start.token !== undefined) return openSocket(url.href, start.token);
    const next = 'Open the address that the host printed, with everything behind the #.';
    return Promise.reject(new Refused('The address of this page has no token.', next));
  });
}
