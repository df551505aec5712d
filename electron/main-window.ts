// The one window: locked down, put where it was, shown when it has something to show.
import type { BrowserWindow, BrowserWindowConstructorOptions, Screen } from 'electron';
import { readSmallFile, writeSmallFile } from './small-file.ts';
import { placementOf, readWindowState, SMALLEST, type WindowState } from './window-state.ts';

export interface WindowParts {
  readonly newWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly screen: Screen;
  readonly preloadPath: string;
  readonly stateFile: string;
  /** Of our own origin. */
  readonly address: string;
}

/** Resolves when the page is loaded. */
export async function openMainWindow(parts: WindowParts): Promise<BrowserWindow> {
  const { screen, stateFile } = parts;
  const main = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
  const areas = [main, ...others].map(({ workArea }) => workArea);
  const { width, height, at, isMaximized } = placementOf(remembered(stateFile), areas);
  const window = parts.newWindow({
    title: 'Residuum',
    width,
    height,
    ...at,
    minWidth: Math.min(SMALLEST.width, width),
    minHeight: Math.min(SMALLEST.height, height),
    show: false,
    webPreferences: {
      preload: parts.preloadPath,
      // Electron's own values, written out: whoever changes one meets the test of the checklist.
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => remember(stateFile, stateOf(window)));
  await window.loadURL(parts.address).catch((error: unknown) => {
    // Closed or reloaded before it was loaded: what it shows now is not this call's business.
    if (!window.isDestroyed() && !isAborted(error)) throw error;
  });
  return window;
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ABORTED';
}

/** Where it was is a comfort: a disk that refuses is no reason not to open a window, or not to close it. */
function remembered(file: string): WindowState | undefined {
  try {
    return readWindowState(readSmallFile(file));
  } catch {
    return undefined;
  }
}

function remember(file: string, state: WindowState): void {
  try {
    writeSmallFile(file, JSON.stringify(state));
  } catch {
    // The window is put where the system likes it the next time.
  }
}

/** The size that it has when it is not maximised, so that leaving that state has a size to go back to. */
function stateOf(window: BrowserWindow): WindowState {
  const { x, y, width, height } = window.getNormalBounds();
  return { x, y, width, height, isMaximized: window.isMaximized() };
}
