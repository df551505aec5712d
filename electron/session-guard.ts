// Closes what a browser would offer a page: permissions, devices, downloads, and every address outside the page.
import type { DownloadItem, Session, WebContents } from 'electron';
import { isOurUrl } from './app-origin.ts';
import { FILTERS, safeName } from './file-dialogs.ts';

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
  session.on('will-download', (event, item, contents) => {
    if (!isMadeByPage(item, contents)) event.preventDefault();
    else item.setSaveDialogOptions(dialogOf(item.getFilename()));
  });
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayBeLoaded(details.url) }));
}

/** A table, a figure or a recording that our page has made; the system asks where to, and nothing is written before. */
function isMadeByPage(item: DownloadItem, contents: WebContents | undefined): boolean {
  return isOwnBlob(item.getURL()) && contents !== undefined && isOurUrl(contents.getURL());
}

function dialogOf(suggested: string): Parameters<DownloadItem['setSaveDialogOptions']>[0] {
  const isRecording = /\.jsonl(?:\.gz)?$/.test(suggested);
  return {
    defaultPath: safeName(suggested),
    filters: [...FILTERS[isRecording ? 'recording' : 'evidence']],
    properties: ['showOverwriteConfirmation'],
  };
}

function isOwnBlob(url: string): boolean {
  return url.startsWith('blob:') && isOurUrl(url.slice('blob:'.length));
}

/** `data:` and what the page has made itself are inside it, and what they may be used for is decided by the content policy. */
function mayBeLoaded(url: string): boolean {
  return isOurUrl(url) || isOwnBlob(url) || url.startsWith('data:') || url.startsWith('devtools:');
}
