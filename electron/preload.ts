// Runs in the window before the page, in a world of its own: hands the port on, and exposes three functions.
import { contextBridge, ipcRenderer } from 'electron';
import { isCommandId } from '../shared/model/command-ids.ts';
import { DESKTOP_BRIDGE, PORT_MESSAGE, WANT_PORT_MESSAGE, type DesktopBridge } from '../shared/rpc/desktop-bridge.ts';
import { CHOOSE_OPEN_CHANNEL, CHOOSE_SAVE_CHANNEL, COMMAND_CHANNEL, PORT_CHANNEL } from './ipc-channels.ts';

/** The two things of the page that are used here. */
interface PageWindow {
  postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly source: unknown; readonly data: unknown }) => void,
  ): void;
}
declare const window: PageWindow;

window.addEventListener('message', ({ source, data }) => {
  if (source === window && data === WANT_PORT_MESSAGE) ipcRenderer.send(PORT_CHANNEL);
});

ipcRenderer.on(PORT_CHANNEL, (event) => {
  // `/` is our own origin: a page that has been replaced in the meantime does not get the port.
  window.postMessage(PORT_MESSAGE, '/', event.ports);
});

const bridge: DesktopBridge = {
  onCommand: (listener) => {
    ipcRenderer.on(COMMAND_CHANNEL, (_event, id: unknown) => {
      if (isCommandId(id)) listener(id);
    });
  },
  chooseOpenPath: (kind) => ipcRenderer.invoke(CHOOSE_OPEN_CHANNEL, kind),
  chooseSavePath: (kind, suggestedName) => ipcRenderer.invoke(CHOOSE_SAVE_CHANNEL, kind, suggestedName),
};

contextBridge.exposeInMainWorld(DESKTOP_BRIDGE, bridge);
