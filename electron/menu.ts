// The native menu: the same commands as the palette of the page, by the same ids, and what every window has.
import type { MenuItemConstructorOptions } from 'electron';
import { COMMAND_TITLES, type CommandId } from '../shared/model/command-ids.ts';

/** Keys are shown beside the command; the page itself listens to them, so that each is heard once. */
const KEYS: Partial<Readonly<Record<CommandId, string>>> = {
  'open-palette': 'CmdOrCtrl+K',
  'show-keys': '?',
  'go-live': 'L',
  'toggle-zoom': 'Z',
};

/** `send` gets the id of a command that was chosen. */
export function menuTemplate(
  platform: NodeJS.Platform,
  send: (id: CommandId) => void,
): readonly MenuItemConstructorOptions[] {
  const command = (id: CommandId): MenuItemConstructorOptions => {
    const accelerator = KEYS[id];
    const item = { id, label: COMMAND_TITLES[id], click: () => send(id) };
    return accelerator === undefined ? item : { ...item, accelerator, registerAccelerator: false };
  };
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&Node',
      submenu: [
        command('connect'),
        command('open-demo'),
        line,
        command('look-now'),
        command('retry-now'),
        command('close-node'),
        line,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        command('open-palette'),
        line,
        command('go-live'),
        command('toggle-zoom'),
        command('judge-now'),
        line,
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'help', submenu: [command('show-keys')] },
  ];
}
