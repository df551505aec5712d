// The desktop program: gives Electron's modules and the folders of the build to the desktop host.
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  screen,
  session,
  shell,
} from 'electron';
import { startDesktop } from './desktop.ts';
import { openHost } from './host.ts';

const say = (line: string): void => void process.stderr.write(`residuum: ${line}\n`);
const electron = { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, screen, session, shell };

startDesktop(electron, {
  openHost: () => openHost(process.env, say),
  pageFolder: join(import.meta.dirname, '..', 'renderer'),
  preloadPath: join(import.meta.dirname, 'preload.cjs'),
  platform: process.platform,
}).catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  app.exit(3);
});
