// Commands that the native menu of the desktop's window sends to the page.
import type { CommandId } from '../../shared/model/command-ids.ts';
import { DESKTOP_BRIDGE, type DesktopBridge } from '../../shared/rpc/desktop-bridge.ts';

/** Gives each command to `run`, until the answer is called. */
export type OnMenu = (run: (id: CommandId) => void) => () => void;

declare global {
  interface Window {
    readonly [DESKTOP_BRIDGE]?: DesktopBridge;
  }
}

/** Registers with the bridge once, because nobody can be taken off it again. Without a desktop nothing ever comes. */
export function menuCommands(window: Pick<Window, typeof DESKTOP_BRIDGE>): OnMenu {
  const listeners = new Set<(id: CommandId) => void>();
  /** The menu is there before the page has drawn itself: what is chosen in that moment must not be lost. */
  const early: CommandId[] = [];
  window[DESKTOP_BRIDGE]?.onCommand((id) => {
    if (listeners.size === 0) early.push(id);
    for (const listener of listeners) listener(id);
  });
  return (run) => {
    listeners.add(run);
    for (const id of early.splice(0)) run(id);
    return () => void listeners.delete(run);
  };
}
