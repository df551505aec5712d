// Which host this page has: the desktop's window, or the web host that it was loaded from.
import { isDesktop, openDesktopPort } from './desktop-port.ts';
import { HostLink } from './host-link.ts';
import { Refused } from './refused.ts';
import { openSocket } from './socket-pipe.ts';
import { keepToken, type Start } from './start.ts';

/** Begins to connect at once. */
export function findHost(window: Window, start: Start): HostLink {
  if (isDesktop(window)) return new HostLink(() => openDesktopPort(window));
  const url = new URL('rpc', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  url.search = '';
  const known = { secret: start.secret };
  return new HostLink(async () => {
    if (known.secret === undefined) {
      const next = 'Open the address that the host printed, with everything behind the #.';
      throw new Refused('The address of this page is not complete.', next);
    }
    const { pipe, token } = await openSocket(url.href, known.secret);
    if (token !== undefined) {
      known.secret = { kind: 'token', hex: token };
      keepToken(window, token);
    }
    return pipe;
  });
}
