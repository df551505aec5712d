// Composes the desktop host: one instance, one window, one page, and a host behind the page's port.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as Electron from 'electron';
import type { CommandId } from '../shared/model/command-ids.ts';
import type { Pipe } from '../shared/rpc/pipe.ts';
import { APP_SCHEME, startAddress } from './app-origin.ts';
import { fileDialogs } from './file-dialogs.ts';
import { CHOOSE_OPEN_CHANNEL, CHOOSE_SAVE_CHANNEL, COMMAND_CHANNEL, PORT_CHANNEL } from './ipc-channels.ts';
import { openMainWindow } from './main-window.ts';
import { menuTemplate } from './menu.ts';
import { guardNavigation } from './navigation-guard.ts';
import { answerPage, findPageFiles } from './page-files.ts';
import { PagePorts } from './page-ports.ts';
import { isOurSender } from './sender.ts';
import { guardSession } from './session-guard.ts';

/** What the window talks to. */
export interface DesktopHost {
  /** Serves one page until the pipe closes. */
  serve(pipe: Pipe): void;
  /** Ends every node. */
  close(): Promise<void>;
}

export interface DesktopOptions {
  /** Called once, when the app is the only instance and ready. */
  readonly openHost: () => DesktopHost;
  readonly pageFolder: string;
  readonly preloadPath: string;
  readonly platform: NodeJS.Platform;
}

/** Electron's own modules, so that this file imports none of them. */
export type ElectronMain = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'MessageChannelMain'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
>;

/** Opens the demo, here or in the window that is there already. */
const DEMO = '--demo';

/** A node that does not answer must not keep the program from ending. */
const CLOSE_LIMIT_MS = 5_000;

/** Call before the app is ready. Resolves when the window shows its page, or at once where another instance has it. */
export async function startDesktop(electron: ElectronMain, options: DesktopOptions): Promise<void> {
  const { app } = electron;
  useOwnFolder(app);
  electron.protocol.registerSchemesAsPrivileged([
    // Standard gives it an origin, secure makes it a trustworthy one. Loading modules may rest on the third, which costs
    // nothing: the content policy lets the page itself fetch nothing.
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  const open: { window: Electron.BrowserWindow | undefined } = { window: undefined };
  const send = (id: CommandId): void => open.window?.webContents.send(COMMAND_CHANNEL, id);
  app.on('second-instance', (_event, words) => {
    if (words.includes(DEMO)) send('open-demo');
    if (open.window?.isMinimized() === true) open.window.restore();
    open.window?.focus();
  });
  app.on('web-contents-created', (_event, contents) =>
    guardNavigation(contents, (address) => void electron.shell.openExternal(address)),
  );
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();
  const host = options.openHost();
  endWith(app, host);
  guardSession(electron.session.defaultSession);
  const files = findPageFiles(options.pageFolder);
  electron.protocol.handle(APP_SCHEME, ({ method, url }) => answerPage(files, method, url));
  electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate([...menuTemplate(options.platform, send)]));
  await openMainWindow({
    newWindow: (settings) => {
      const window = new electron.BrowserWindow(settings);
      const { webContents } = window;
      open.window = window;
      const ports = new PagePorts(
        webContents,
        () => new electron.MessageChannelMain(),
        (pipe) => host.serve(pipe),
      );
      listen(electron, open, ports);
      window.on('closed', () => (open.window = undefined));
      return window;
    },
    screen: electron.screen,
    preloadPath: options.preloadPath,
    stateFile: join(app.getPath('userData'), 'window.json'),
    address: startAddress(app.commandLine.hasSwitch('demo') ? 'demo' : undefined),
  });
}

/** `--user-data-dir=FOLDER` as in browsers; otherwise beside the folder of the settings, not inside it. */
function useOwnFolder(app: Electron.App): void {
  const given = app.commandLine.getSwitchValue('user-data-dir');
  const folder = given === '' ? join(app.getPath('appData'), 'residuum-desktop') : resolve(given);
  // Electron takes only a folder that exists.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
}

function listen(electron: ElectronMain, open: { window: Electron.BrowserWindow | undefined }, ports: PagePorts): void {
  const { ipcMain } = electron;
  const dialogs = fileDialogs(electron.dialog, () => open.window);
  const isOurs = (event: Electron.IpcMainEvent | Electron.IpcMainInvokeEvent): boolean =>
    isOurSender(event, open.window?.webContents);
  const refuse = (): never => {
    throw new Error('Only the page of Residuum may ask this.');
  };
  ipcMain.on(PORT_CHANNEL, (event) => {
    // Nobody is told: whoever asks from elsewhere shall not learn what is here.
    if (isOurs(event)) ports.give();
  });
  ipcMain.handle(CHOOSE_OPEN_CHANNEL, (event, kind: unknown) =>
    isOurs(event) ? dialogs.chooseOpenPath(kind) : refuse(),
  );
  ipcMain.handle(CHOOSE_SAVE_CHANNEL, (event, kind: unknown, name: unknown) =>
    isOurs(event) ? dialogs.chooseSavePath(kind, name) : refuse(),
  );
}

/** The first attempt to quit closes the host; when that is done, or takes too long, the program ends with 0. */
function endWith(app: Electron.App, host: DesktopHost): void {
  const state = { isEnding: false };
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (state.isEnding) return;
    state.isEnding = true;
    const end = (): void => app.exit(0);
    setTimeout(end, CLOSE_LIMIT_MS);
    // A node that could not be closed properly is gone with the process.
    host.close().then(end, end);
  });
}
