// What the page finds when it runs in the desktop window: how it gets its port, and the few things only a window can do.
import type { CommandId } from '../model/command-ids.ts';

/** `window[DESKTOP_BRIDGE]`; undefined in a browser. */
export const DESKTOP_BRIDGE = 'residuumDesktop';

/**
 * A MessagePort cannot go through functions of preload, so it is asked for and given by messages of the window to
 * itself: the page posts WANT_PORT_MESSAGE, preload answers with PORT_MESSAGE and one port. Take either only if
 * `event.source` is the window itself. A port is closed with the page that asked for it.
 */
export const WANT_PORT_MESSAGE = 'residuum:want-port';
export const PORT_MESSAGE = 'residuum:port';

/** What a file is chosen for; it decides the name endings that the dialog offers. */
export const FILE_KINDS = ['recording', 'evidence'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** Everything that preload puts into the page. Text in, text out: no objects of Electron. */
export interface DesktopBridge {
  /** Calls `listener` for each command that the native menu sends. */
  onCommand(listener: (id: CommandId) => void): void;
  /** The path that the user chose; null when the dialog was left. Rejects when the window is gone. */
  chooseOpenPath(kind: FileKind): Promise<string | null>;
  /** `suggestedName` is a file name without folders. */
  chooseSavePath(kind: FileKind, suggestedName: string): Promise<string | null>;
}
