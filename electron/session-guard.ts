// Closes what a browser would offer a page: permissions, devices, downloads, and every address outside the page.
import type { Session } from 'electron';
import { isOurUrl } from './app-origin.ts';

/** Copying a number or a table is the one thing that the page asks the system for. Reading the clipboard is not. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === ALLOWED_PERMISSION && isOurUrl(contents.getURL())),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, _origin, { requestingUrl }) =>
      permission === ALLOWED_PERMISSION && requestingUrl !== undefined && isOurUrl(requestingUrl),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayBeLoaded(details.url) }));
}

/** `data:` is inside the page, and what it may be used for is decided by the content policy. */
function mayBeLoaded(url: string): boolean {
  return isOurUrl(url) || url.startsWith('data:') || url.startsWith('devtools:');
}
