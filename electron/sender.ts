// Who sent a message to main: only the main frame of our window, while it shows our page, is listened to.
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { isOurUrl } from './app-origin.ts';

/** False also when the frame is already gone: a late message has nobody to answer to. */
export function isOurSender(event: IpcMainEvent | IpcMainInvokeEvent, ours: WebContents | undefined): boolean {
  const frame = event.senderFrame;
  return (
    ours !== undefined &&
    event.sender === ours &&
    frame !== null &&
    // By its place in the window: each document may have an object of its own.
    frame.frameTreeNodeId === ours.mainFrame.frameTreeNodeId &&
    frame.parent === null &&
    isOurUrl(frame.url)
  );
}
