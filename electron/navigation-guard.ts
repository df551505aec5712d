// Keeps the window on its page: no other address, no frames, no second window. An allowed link goes to the system's browser.
import type { WebContents } from 'electron';
import { isOurUrl } from './app-origin.ts';
import { externalAddress } from './external-links.ts';

/** `openOutside` gets only addresses that externalAddress allows. Call it for every WebContents that is created. */
export function guardNavigation(contents: WebContents, openOutside: (address: string) => void): void {
  const leave = (url: string): void => {
    const address = externalAddress(url);
    if (address !== undefined) openOutside(address);
  };
  contents.on('will-navigate', (event) => {
    // Loading itself again is not going elsewhere.
    if (event.isMainFrame && isOurUrl(event.url)) return;
    event.preventDefault();
    if (event.isMainFrame) leave(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    leave(url);
    return { action: 'deny' };
  });
}
