// Everything that `import 'electron'` finds in the stand-in. What is not here fails by its name.
import { FakeApp } from './app.ts';
import { browserWindowOf } from './browser-window.ts';
import { FakeIpcMain } from './ipc-main.ts';
import { Menu } from './menu.ts';
import { MessageChannelMain } from './message-ports.ts';
import { onlyThese } from './only-these.ts';
import { SchemeUrls } from './scheme-urls.ts';
import { FakeSession } from './session.ts';

type Handler = (request: Request) => Response | Promise<Response>;

interface Scheme {
  readonly scheme: string;
  readonly privileges?: { readonly standard?: boolean; readonly secure?: boolean };
}

/** `words` are the arguments behind the program's name. */
export function fakeElectron(words: readonly string[]): Readonly<Record<string, unknown>> {
  const urls = new SchemeUrls();
  const handlers = new Map<string, Handler>();
  const session = new FakeSession(handlers, urls);
  const ipcMain = new FakeIpcMain();
  const state: { windows: () => readonly { close(): void }[] } = { windows: () => [] };
  const app = new FakeApp({ words, session, ipcMain, urls, windows: () => state.windows() });
  const BrowserWindow = browserWindowOf(app);
  state.windows = () => BrowserWindow.getAllWindows();
  const privileged = new Set<string>();
  const bounds = { x: 0, y: 0, width: 1920, height: 1080 };
  const display = { id: 1, bounds, workArea: { ...bounds, y: 32, height: 1048 }, scaleFactor: 1 };
  return {
    app: onlyThese('app', app),
    BrowserWindow,
    ipcMain: onlyThese('ipcMain', ipcMain),
    Menu,
    MessageChannelMain,
    // A test says what the user chooses by replacing one of these, as it would with real dialogs.
    dialog: onlyThese('dialog', { showOpenDialog: nobodyThere('a dialog'), showSaveDialog: nobodyThere('a dialog') }),
    shell: onlyThese('shell', { openExternal: nobodyThere("the system's browser") }),
    protocol: onlyThese('protocol', {
      registerSchemesAsPrivileged: (schemes: readonly Scheme[]): void => {
        for (const { scheme, privileges } of schemes) {
          if (privileges?.standard !== true || privileges.secure !== true) {
            throw new Error('The stand-in of Electron plays schemes that are standard and secure only.');
          }
          privileged.add(scheme);
        }
      },
      handle: (scheme: string, handler: Handler): void => {
        if (!privileged.has(scheme)) throw new Error(`The scheme ${scheme} was not registered as privileged.`);
        urls.register(scheme);
        handlers.set(scheme, handler);
      },
    }),
    screen: onlyThese('screen', { getPrimaryDisplay: () => display, getAllDisplays: () => [display] }),
    session: onlyThese('session', { defaultSession: onlyThese('session.defaultSession', session) }),
  };
}

function nobodyThere(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`There is nobody at ${what} in the stand-in of Electron.`));
}
